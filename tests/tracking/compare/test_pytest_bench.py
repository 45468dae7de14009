"""Benchmarks of pytest-benchmark in a real project, through the command line: measured, found, interrupted."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from suite.tracking.compare.plugin import compare_in_turns
from suite.tracking.compare.pytest_bench import PLUGIN, PLUGIN_NAME, PytestBench
from suite.tracking.history.checkouts import FOREVER
from suite.tracking.history.duel import MeasureError
from tests.conftest import ROOT, run_suite
from tests.tracking.compare.projects import Project, make_project

pytestmark = pytest.mark.slow

WORK = "def work():\n    return sum(range({size}))\n"
BENCHMARKS = """
import os

from lib import work

def test_work(benchmark):
    benchmark(work)

def test_memory(benchmark):
    benchmark(lambda: bytes(range(256)) * (1 << 16))

def test_one_core(benchmark):
    benchmark(work)
    assert len(os.sched_getaffinity(0)) == 1

def test_no_benchmark():
    pass
"""


DEADLY = """
import os

def test_work(benchmark):
    os.abort()
"""
MANY = """
import pytest

@pytest.mark.parametrize("number", range(20))
def test_work(benchmark, number):
    benchmark(lambda: sum(range({size})))
"""
STARTS = """
import subprocess

started = subprocess.Popen(["sh", "-c", "trap '' TERM; while true; do sleep 1; done"])
with open("{file}", "a") as stream:
    print(started.pid, file=stream)

def test_work(benchmark):
    benchmark(list)
"""


ENDLESS = """
import time

def test_work(benchmark):
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Work that takes ten times as long in the second revision; pytest's own options would skip it."""
    project = make_project(tmp_path_factory.mktemp("pytest") / "project")
    settings = "[pytest]\naddopts = --benchmark-skip\n"
    project.commit("before", {"bench/test_it.py": BENCHMARKS, "lib.py": WORK.format(size=500), "pytest.ini": settings})
    project.commit("after", {"lib.py": WORK.format(size=5000)})
    return project


def test_time_and_memory_of_each(project: Project, tmp_path: Path) -> None:
    """A test that is no benchmark has neither."""
    harness = PytestBench(path="bench")
    names = harness.names(project.folder)
    assert names == [f"bench/test_it.py::test_{each}" for each in ("work", "memory", "one_core", "no_benchmark")]
    with harness.open_pair((project.folder, project.folder), names, tmp_path, FOREVER) as (old, new):
        for found in (old(names), new(names), old(names)):
            work, memory = (found[name] for name in names[:2])
            assert found.keys() == set(names[:3])
            assert work["time"] < memory["time"]
            assert memory["memory"] - work["memory"] > 8 << 20
        assert new(names[1:2]).keys() == set(names[1:2])
    assert (PLUGIN / f"{PLUGIN_NAME}.py").is_file()


def test_a_process_that_dies(project: Project, tmp_path: Path) -> None:
    """It is told what it said last."""
    project.commit("deadly", {"bench/test_it.py": DEADLY})
    harness = PytestBench(path="bench")
    names = harness.names(project.folder)
    with (
        pytest.raises(MeasureError, match=r"wrote no measurements with .*test_work"),
        harness.open_pair((project.folder, project.folder), names, tmp_path, FOREVER) as (old, _),
    ):
        old(names)


def test_a_faster_revision_takes_no_more_memory(tmp_path: Path) -> None:
    """What pytest-benchmark keeps of its many rounds counts for no test that comes later."""
    trees = []
    for revision, size in (("slow", 400), ("fast", 50)):
        project = make_project(tmp_path / revision)
        project.commit(revision, {"bench/test_it.py": MANY.format(size=size)})
        trees.append(project.folder)
    harness = PytestBench(path="bench")
    names = harness.names(trees[0])
    with harness.open_pair((trees[0], trees[1]), names, tmp_path, FOREVER) as pair:
        slow, fast = (measure(names)[names[-1]]["memory"] for measure in pair)
    assert fast < 1.02 * slow


def test_what_a_benchmark_started_ends_with_it(tmp_path: Path) -> None:
    """Also where it heeds no signal but the last."""
    project = make_project(tmp_path / "project")
    project.commit("starts", {"bench/test_it.py": STARTS.format(file=tmp_path / "pid")})
    harness = PytestBench(path="bench")
    names = harness.names(project.folder)
    with harness.open_pair((project.folder, project.folder), names, tmp_path, FOREVER):
        started = [int(pid) for pid in (tmp_path / "pid").read_text().split()]
    assert len(started) == 3, "one when they are collected, and one of either revision"
    until = time.monotonic() + 10
    while any(map(_lives, started)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(_lives, started))


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_nothing_there(project: Project) -> None:
    """A revision from before the benchmarks has none."""
    assert PytestBench(path="nowhere").names(project.folder) == []


@pytest.mark.nightly
def test_a_slowdown_fails_the_command(project: Project, tmp_path: Path) -> None:
    """Exit code 1, the table, the summary and all figures."""
    options = ("--pytest", "bench", "--only", "test_work", "--repository", project.folder)
    files = ("--markdown", tmp_path / "summary.md", "--json", tmp_path / "compared.json")
    done = run_suite("bench", "compare", "before", "after", *options, *files)
    assert done.returncode == 1, done.stderr
    assert "slower" in done.stdout
    assert "| `bench/test_it.py::test_work` | time |" in (tmp_path / "summary.md").read_text()
    compared = json.loads((tmp_path / "compared.json").read_text())
    assert compared["outcome"] == "slower"
    assert compared["compared"][0]["ratio"] > 2
    assert project.worktrees == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(project: Project, tmp_path: Path, number: signal.Signals) -> None:
    """Both checkouts are removed, from the disk and from git, and so is what was measuring."""
    project.commit(f"endless-{number}", {"bench/test_it.py": ENDLESS})
    command = [sys.executable, "-m", "suite", "bench", "compare", "before", f"endless-{number}", "--pytest", "bench"]
    environment = {"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [*command, "--all", "--repository", str(project.folder)], env=environment, stderr=subprocess.PIPE, text=True
    )
    assert child.stderr is not None
    assert "Measuring 1 benchmark" in child.stderr.readline()
    child.send_signal(number)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "checkouts are removed" in said
    assert project.worktrees == 1
    assert list(tmp_path.glob("nb-*")) == []


def test_a_gpu_that_torch_uses_has_a_peak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked of one that isn't used yet: it would keep a benchmark from forking."""
    cuda = SimpleNamespace(is_initialized=lambda: False, max_memory_allocated=lambda: 5 << 20)
    for torch in (None, SimpleNamespace(), SimpleNamespace(cuda=cuda)):
        monkeypatch.setitem(sys.modules, "torch", torch)
        assert compare_in_turns._gpu_peak() == 0
    cuda.is_initialized = lambda: True
    assert compare_in_turns._gpu_peak() == 5 << 20
