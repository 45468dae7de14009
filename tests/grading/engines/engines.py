"""The engines under test: for each the commands that grade a class, and what of their processes may be lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.conftest import ROOT

PATIENCE_SECONDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineUnderTest:
    """One way to grade a class into the folder `report` of a base folder."""

    name: str
    commands: Callable[[Path, Path], list[list[str]]]
    """From the class and a base folder."""
    store: str
    """Where in the base folder evidence lies."""


def _grade(papers: Path, *words: str | Path) -> list[str]:
    return ["grade", str(papers), "-a", "stacked_rnn", *map(str, words)]


LOCAL = EngineUnderTest(
    name="local",
    commands=lambda papers, base: [_grade(papers, "--report", base / "report", "--jobs", "2")],
    store="report",
)
SHARDS = EngineUnderTest(
    name="shards",
    commands=lambda papers, base: [
        *(_grade(papers, "--shard", f"{number}/2", "--store", base / "store") for number in (1, 2)),
        ["report", str(base / "store"), "--out", str(base / "report")],
    ],
    store="store",
)
DASK = EngineUnderTest(
    name="dask",
    commands=lambda papers, base: [_grade(papers, "--report", base / "report", "--engine", "dask", "--jobs", "2")],
    store="report",
)
ENGINES = (LOCAL, SHARDS, DASK)


def start(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a command in a group of its own."""
    with log.open("ab") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "suite", *command], cwd=ROOT, stdout=stream, stderr=stream, start_new_session=True
        )


def wait_for_evidence(store: Path, count: int, grader: subprocess.Popen[bytes]) -> None:
    """Return when so many submissions are finished, or the command has ended."""
    begin = time.monotonic()
    while grader.poll() is None and len(list(store.glob("evidence/*.json"))) < count:
        assert time.monotonic() - begin < PATIENCE_SECONDS
        time.sleep(0.02)


def kill_group(grader: subprocess.Popen[bytes]) -> None:
    """Kill a command with all of its group, as a machine that is switched off does."""
    with suppress(ProcessLookupError):
        os.killpg(grader.pid, signal.SIGKILL)
    grader.wait()


def workers(grader: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The Dask workers that a command has started."""
    return [each for each in psutil.Process(grader.pid).children() if "spawn_main" in " ".join(_words(each))]


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
