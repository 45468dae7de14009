"""Fixtures: classes graded once through the command line, and assignments with tighter limits."""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from suite.assignments.setting_errors import as_toml
from suite.assignments.settings import BUDGETS
from suite.sandbox.gpu import gpu_devices
from tests.warm import WarmServers, WarmWorker, cold

for each in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(each) is signal.SIG_IGN:  # by nohup or a shell's background, for every child, too
        signal.signal(each, signal.SIG_DFL)

os.environ["LC_ALL"] = "C.UTF-8"  # commands speak the language of the locale, and tests read English
ROOT = Path(__file__).parent.parent
FOR_PROCESSORS = "+cpu"  # in the version of PyTorch's builds without CUDA
needs_gpu = pytest.mark.skipif(
    not gpu_devices() or any(each.version.endswith(FOR_PROCESSORS) for each in distributions(name="torch")),
    reason="this machine has no NVIDIA GPU, or PyTorch's build for processors",
)
SHARED = ROOT.parent / "shared"
SEEDS = SHARED / "seeds"
COLD = ("sandbox", "resident", "doctor", "hostile", "benchmarks", "engines")
"""Folders of tests that go without the servers that others share."""
SLOW_FILE = re.compile(r"^pytestmark = .*\bmark\.slow\b", re.MULTILINE)
LONG = ("test_seeds.py", "test_unprivileged.py")  # a minute or more in one piece: begun last, they would end alone


def pytest_configure(config: pytest.Config) -> None:
    """Keep servers for all workers; see `tests.warm`."""
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(WarmWorker())
    elif config.getoption("numprocesses", None):
        config.pluginmanager.register(WarmServers())


@pytest.fixture(scope="module", autouse=True)
def _cold(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Without them where a test is about what a command does by itself."""
    if request.path.parent.name not in COLD:
        yield
        return
    with cold(tmp_path_factory.mktemp("run")):
        yield


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where no slow test is asked for, don't import a file of slow tests: that alone may load a framework."""
    if config.option.markexpr != "not slow" or not collection_path.name.startswith("test_"):
        return None
    return SLOW_FILE.search(collection_path.read_text("utf-8")) is not None or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that two workers end together."""
    items.sort(key=lambda item: item.path.name not in LONG)


def asked_names(request: pytest.FixtureRequest) -> set[str]:
    """The cases that the selected tests of the file are about, by the parameter `name`, so that no other is run."""
    mine = [item for item in request.session.items if item.path == request.path and isinstance(item, pytest.Function)]
    params = [item.callspec.params for item in mine if hasattr(item, "callspec")]
    return {each["name"] for each in params if "name" in each}


def mostly_nightly(names: Iterable[str], daily: Iterable[str]) -> list[Any]:
    """Parameters of which only a few of each kind are tried in the default run."""
    kept = set(daily)
    return [name if name in kept else pytest.param(name, marks=pytest.mark.nightly) for name in names]


@dataclass(frozen=True)
class Graded:
    """What one `suite grade` left behind."""

    code: int
    stdout: str
    stderr: str
    report: Path

    @property
    def results(self) -> dict[str, Any]:
        document = json.loads((self.report / "results.json").read_text("utf-8"))
        return {result["submission"]: result for result in document["results"]}


def run_suite(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "suite", *(str(argument) for argument in arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "100"} | environment,
    )


def grade(report: Path, *arguments: str | Path, assignment: str = "stacked_rnn", **environment: str) -> Graded:
    done = run_suite("grade", "-a", assignment, "--report", report, *arguments, **environment)
    return Graded(code=done.returncode, stdout=done.stdout, stderr=done.stderr, report=report)


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Graded:
    """The example submissions, graded as the README's first command does; once, whichever worker asks first."""
    place = tmp_path_factory.getbasetemp()
    folder = (place if worker_id == "master" else place.parent) / "examples"
    with FileLock(f"{folder}.lock"):
        if not (known := folder.with_suffix(".json")).exists():
            graded = grade(folder, ROOT / "submissions")
            known.write_text(json.dumps([graded.code, graded.stdout, graded.stderr]), "utf-8")
        code, stdout, stderr = json.loads(known.read_text("utf-8"))
    return Graded(code=code, stdout=stdout, stderr=stderr, report=folder)


@pytest.fixture
def tight_assignments(tmp_path: Path) -> Callable[..., Path]:
    """Make a folder of assignments with tighter settings."""
    return functools.partial(tighten, tmp_path / "assignments")


def tighten(assignments: Path, wall_seconds: float | None = None, **limits: float) -> Path:
    """Fill a folder of assignments in which `stacked_rnn` has other limits."""
    folder = assignments / "stacked_rnn"
    folder.mkdir(parents=True)
    source = ROOT / "reference" / "stacked_rnn"
    for name in ("assignment.toml", "expected.json", "model_keras.py", "model_torch.py"):
        (folder / name).write_bytes((source / name).read_bytes())
    budgets = {name: {"wall_seconds": wall_seconds} for name in BUDGETS if wall_seconds}
    change_settings(folder, {"limits": limits, "budgets": budgets})
    return assignments


def change_settings(folder: Path, changes: dict[str, Any]) -> None:
    """Change keys of an assignment's settings, in tables within tables too; other keys of these tables stay."""
    path = folder / "assignment.toml"
    settings = _merge(tomllib.loads(path.read_text("utf-8")), changes)
    path.write_text("".join(f"{key} = {as_toml(value)}\n" for key, value in settings.items()), "utf-8")


def _merge(settings: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = {
        key: _merge(settings.get(key, {}), value) if isinstance(value, dict) else value
        for key, value in changes.items()
    }
    return settings | merged


def write_notebook(path: Path, sources: Iterable[str]) -> None:
    """Write a notebook of code cells."""
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for source in sources
    ]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}), "utf-8")


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook of code cells."""

    def write(name: str, *sources: str) -> Path:
        path = tmp_path / name
        write_notebook(path, sources)
        return path

    return write


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few pages, where root may mount one."""
    place = tmp_path / "tiny"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {made.stderr.decode()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)
