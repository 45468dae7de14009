"""Fixtures of the conformance suite: each sandbox, a way to run cells in it, and a look at what they left behind."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from suite import temporary
from suite.assignments import Limits, load
from suite.evidence.examination import examine
from suite.evidence.interview.job import Job
from suite.grading.collect import collect
from suite.records import Evidence, Submission
from suite.sandbox import Sandbox, all_sandboxes
from tests.conftest import ROOT

PR_SET_CHILD_SUBREAPER = 36
Look = Callable[..., Evidence]


STRONGEST, *WEAKER = [sandbox.name for sandbox in all_sandboxes()]


@pytest.fixture(
    scope="session", params=[STRONGEST, *(pytest.param(name, marks=pytest.mark.nightly) for name in WEAKER)]
)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Each sandbox that this machine offers."""
    chosen = next(sandbox for sandbox in all_sandboxes() if sandbox.name == request.param)
    if reason := chosen.unavailable():
        pytest.skip(str(reason))
    with tempfile.TemporaryDirectory() as folder:  # a warm server is no process left behind by the first test
        run_cells(chosen, load("stacked_rnn", ROOT / "reference").limits, Path(folder), "1")
    yield chosen
    chosen.close()


@pytest.fixture(scope="session")
def limits() -> Limits:
    return load("stacked_rnn", ROOT / "reference").limits


@pytest.fixture
def look(sandbox: Sandbox, limits: Limits, tmp_path: Path) -> Iterator[Look]:
    """Run code cells in the sandbox; afterwards the machine must be as before."""

    def run(*sources: str, **changes: Any) -> Evidence:
        return run_cells(sandbox, limits, tmp_path, *sources, **changes)

    with unchanged_machine(sandbox):
        yield run


def run_cells(sandbox: Sandbox, limits: Limits, folder: Path, *sources: str, **changes: Any) -> Evidence:
    """Run code cells as one notebook; `hidden`, `devices`, `wall_seconds` and every limit may be changed."""
    (folder / "data").mkdir(exist_ok=True)
    job = Job(
        helpers=(),
        data=folder / "data",
        hidden=changes.pop("hidden", ()),
        devices=changes.pop("devices", ()),
        probes=load("stacked_rnn", ROOT / "reference").tasks[0].probes,
        constants=(),
        epochs=1,
        wall_seconds=changes.pop("wall_seconds", 30),
        cpu_seconds=changes.pop("cpu_seconds", 120),
        limits=limits.model_copy(update=changes),
        seed=0,
        runtime="keras",
    )
    return examine(read_cells(folder, *sources), job, sandbox)


def read_cells(folder: Path, *sources: str) -> Submission:
    """Code cells as a submission."""
    path = folder / "attack.ipynb"
    path.write_text(as_notebook(*sources), "utf-8")
    (submission,) = collect([path])
    return submission


def as_notebook(*sources: str) -> str:
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for source in sources
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})


def claims(sandbox: Sandbox, weakness: str) -> bool:
    """Whether the sandbox doesn't declare that weakness."""
    return weakness not in {text.key for text in sandbox.weaknesses}


def printed(evidence: Evidence) -> str:
    cells = json.loads(evidence.run.notebook)["cells"]
    outputs = [output for cell in cells for output in cell["outputs"]]
    return "".join("".join(output.get("text", [])) or output.get("ename", "") for output in outputs)


@contextmanager
def unchanged_machine(sandbox: Sandbox) -> Iterator[Path]:
    """What the runs in this block start has ended and what they write is gone, orphans and their files included.

    Orphans become children of this process, and run folders lie in a folder of this block, which the block is given, so
    that nobody else's are counted. A sandbox that declares `weak_processes` may leave orphans; they are ended here.
    """
    parent = Path(tempfile.mkdtemp(prefix="runs-", dir=temporary.SOCKET_ROOT))
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    _adopt_orphans(adopt=True)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(temporary, "SOCKET_ROOT", parent)
            yield parent
        left = _wait_for_end(before)
        assert not left or not claims(sandbox, "weak_processes"), f"processes left behind: {left}"
        assert not list(parent.iterdir()), "run folders left behind"
    finally:
        for child in psutil.Process().children(recursive=True):
            if child.pid not in before:
                child.kill()
        _adopt_orphans(adopt=False)
        shutil.rmtree(parent, ignore_errors=True)


def _adopt_orphans(*, adopt: bool) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(adopt), 0, 0, 0)


def _wait_for_end(before: set[int]) -> list[psutil.Process]:
    """Give killed processes a moment, reap the adopted ones, and return those that live."""
    for _ in range(30):
        left = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
        for child in left:
            if child.ppid() == os.getpid() and child.status() == psutil.STATUS_ZOMBIE:
                child.wait(1)
        if not left:
            break
        time.sleep(0.1)
    return left
