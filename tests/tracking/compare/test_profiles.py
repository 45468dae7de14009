"""Why a benchmark got slower: stacks as py-spy writes them, and what they say of both revisions."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from suite.tracking.compare.profiles import Profile, ProfileError, as_speedscope, growth, profile, read_stacks
from suite.tracking.compare.suite_bench import SuiteBench
from suite.tracking.history.checkouts import Clock
from tests.conftest import run_suite
from tests.tracking.compare.projects import Stated, make_project

TREE = Path("/tmp/nb-revision-x/tree")
START = 'process 7:"python -m pytest; x";<module> (/usr/lib/pytest.py:1);'
FIXTURE = f"{START}BenchmarkFixture._raw (/usr/lib/pytest_benchmark/fixture.py:220)"
RAW = f"""{FIXTURE};runner (/usr/lib/pytest_benchmark/fixture.py:139);work (/tmp/nb-revision-x/tree/lib.py:1) 30
{FIXTURE};work (/tmp/nb-revision-x/tree/lib.py:1);deep (/tmp/nb-revision-x/tree/deep.py:3) 10
{FIXTURE} 5
{START}main (/usr/lib/pytest.py:9) 500
py-spy> something else
"""
WORK = "work (lib.py:1)"


def test_only_what_the_benchmark_calls_counts() -> None:
    """Not pytest's start, nor the fixture's own work; paths are those of the project."""
    found = read_stacks(RAW, ("pytest_benchmark/fixture.py",), TREE)
    assert found == {(WORK,): 30, (WORK, "deep (deep.py:3)"): 10}


def test_files_in_turn() -> None:
    """Of a reference, the framework's part below the worker's."""
    name = "stacked_rnn/stack8/torch/forward/cpu"
    worker = "_work (/t/suite/inside/worker/timed_calls.py:74)"
    own, other = (f"call (/t/suite/inside/frameworks/{each}/adapter.py:5)" for each in ("torch", "keras"))
    raw = f"a (x.py:1);{worker};{own};linear (f.py:2) 3\n{worker};{other};dot (f.py:2) 4\n{own};idle (y.py:1) 5"
    assert read_stacks(raw, SuiteBench().calls(name), TREE) == {("linear (f.py:2)",): 3}


BEFORE = Profile(seconds=1.0, samples={(WORK,): 90, (WORK, "gone (lib.py:7)"): 10})
AFTER = Profile(seconds=1.2, samples={("work (lib.py:4)",): 75, ("work (lib.py:4)", "new (lib.py:9)"): 25})


def test_what_grew() -> None:
    """In seconds of a call; a function that moved in its file is the same, and what shrank isn't named."""
    assert growth(BEFORE, AFTER, 5) == [("new (lib.py)", 0.0, pytest.approx(0.3))]
    slower = Profile(seconds=2.0, samples=BEFORE.samples)
    assert growth(BEFORE, slower, 1) == [("work (lib.py)", pytest.approx(0.9), pytest.approx(1.8))]


def test_speedscope_shows_both() -> None:
    """As its format says: frames once, and of each revision samples whose weights add up to one call."""
    document = json.loads(json.dumps(as_speedscope("b", BEFORE, AFTER)))
    frames = document["shared"]["frames"]
    assert frames[0] == {"name": "work", "file": "lib.py", "line": 1}
    assert [each["name"] for each in document["profiles"]] == ["before", "after"]
    for each, seconds in zip(document["profiles"], (1.0, 1.2), strict=True):
        assert each["type"] == "sampled"
        assert sum(each["weights"]) == pytest.approx(each["endValue"]) == pytest.approx(seconds)
        assert all(0 <= place < len(frames) for stack in each["samples"] for place in stack)


def test_without_the_profiler_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the remedy."""
    monkeypatch.setattr("suite.tracking.compare.profiles.PROFILER", "no-such-profiler")
    with pytest.raises(ProfileError, match=r"notebook-suite\[compare\]"):
        profile(Stated(), tmp_path, "a", 1.0, tmp_path, Clock(ends=float("inf")))


def test_a_profiler_that_may_not_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it said is told."""
    program = tmp_path / "fails"
    program.write_text("#!/bin/sh\necho Permission denied >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("suite.tracking.compare.profiles.PROFILER", "fails")
    with pytest.raises(ProfileError, match="Permission denied"):
        profile(Stated(), tmp_path, "a", 1.0, tmp_path, Clock(ends=float("inf")))


CODE = """
def slow():
    return sum(number * number for number in range({rounds}))


def fast():
    return sum(range(2000))


def work():
    return slow(), fast()
"""


@pytest.mark.slow
@pytest.mark.nightly
def test_the_function_that_got_slower_is_named(tmp_path: Path) -> None:
    """Through the command: in the table, in the summary and in speedscope's file."""
    project = make_project(tmp_path / "project")
    test = "from lib import work\n\ndef test_work(benchmark):\n    benchmark(work)\n"
    project.commit("before", {"lib.py": CODE.format(rounds=2000), "bench/test_it.py": test})
    project.commit("after", {"lib.py": CODE.format(rounds=20000)})
    options = ("--pytest", "bench", "--repository", project.folder, "--markdown", tmp_path / "s.md")
    done = run_suite("bench", "compare", "before", "after", *options, "--profile", tmp_path / "why")
    assert done.returncode == 1, done.stderr
    if "Permission denied" in done.stdout:
        pytest.skip("py-spy may look at no process here")
    assert "`slow.<locals>.<genexpr> (lib.py)`" in (tmp_path / "s.md").read_text()
    (written,) = (tmp_path / "why").iterdir()
    assert written.name.startswith("bench-test-it.py-test-work-")
