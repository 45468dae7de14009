"""`suite watch`: work that arrives in any order is graded once, whatever stops the watch."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from suite.cli.work import watch as module
from suite.cli.work.watch import watch
from suite.errors import UsageError
from suite.records import Result, Submission
from tests.cli.watch_process import opened_with, options_for, result_of
from tests.conftest import ROOT


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each was graded; grading itself takes no time."""
    counts: Counter[str] = Counter()

    def grade_one(submission: Submission) -> Result:
        counts[submission.student] += 1
        return result_of(submission)

    monkeypatch.setattr(module.pipeline, "open_grader", opened_with(grade_one))
    monkeypatch.setattr(module, "choose_sandbox", lambda *_: None)
    return counts


def _watch(folder: Path, **options: Any) -> None:
    watch(**options_for(folder) | options)


def _names(report: Path) -> list[str]:
    document = json.loads((report / "results.json").read_text("utf-8"))
    return sorted(result["submission"] for result in document["results"])


def _drop(inbox: Path, *names: str) -> None:
    inbox.mkdir(exist_ok=True)
    for name in names:
        (inbox / f"{name}.py").write_text(f"'{name}'")


def test_what_arrives_joins_the_class(tmp_path: Path, graded: Counter[str]) -> None:
    """What was graded isn't graded again unless it has changed."""
    _drop(tmp_path / "inbox", "ana")
    _watch(tmp_path)
    _drop(tmp_path / "inbox", "blas")
    _watch(tmp_path)
    (tmp_path / "inbox" / "ana.py").write_text("'corrected'")
    _watch(tmp_path)
    assert _names(tmp_path / "report") == ["ana", "blas"]
    assert graded == {"ana": 2, "blas": 1}


def test_a_rate(tmp_path: Path, graded: Counter[str]) -> None:
    """Too many hand-ins wait for the hour to pass."""
    for number in range(4):
        (tmp_path / "inbox").mkdir(exist_ok=True)
        (tmp_path / "inbox" / "ana.py").write_text(str(number))
        _watch(tmp_path, per_hour=2)
    assert graded == {"ana": 2}


def test_results_can_be_hidden(tmp_path: Path, graded: Counter[str]) -> None:
    """Until a date nobody finds the report where it will be; then all of it is there, and others join."""
    _drop(tmp_path / "inbox", "ana")
    _watch(tmp_path, hide_until=time.time() + 1000)
    assert not (tmp_path / "report").exists()
    (hidden,) = (path for path in tmp_path.iterdir() if path.name.startswith("."))
    assert hidden.stat().st_mode & 0o077 == 0
    _drop(tmp_path / "inbox", "blas")
    _watch(tmp_path)  # started again without the date, it stays as it was told
    assert not (tmp_path / "report").exists()
    assert hidden.stat().st_mode & 0o077 == 0
    _watch(tmp_path, hide_until=time.time() - 1)
    assert not hidden.exists()
    assert _names(tmp_path / "report") == ["ana", "blas"]
    assert graded == {"ana": 1, "blas": 1}
    with pytest.raises(UsageError, match="there already"):
        _watch(tmp_path, hide_until=time.time() + 1000)


def test_a_date_that_has_come_shows_the_report(tmp_path: Path, graded: Counter[str]) -> None:
    """By the next watch, though nobody names the date again; where it was lost, it has to be named."""
    _drop(tmp_path / "inbox", "ana")
    _watch(tmp_path, hide_until=time.time() + 1000)
    (hidden,) = (path for path in tmp_path.iterdir() if path.name.startswith("."))
    kept = hidden / ".suite" / "hidden_until"
    kept.unlink()
    with pytest.raises(UsageError, match="say it with --hide-until"):
        _watch(tmp_path)
    kept.write_text("1.5")
    _watch(tmp_path)
    assert _names(tmp_path / "report") == ["ana"]
    assert not list(tmp_path.rglob("hidden_until"))
    assert graded == {"ana": 1}


@pytest.mark.slow
@pytest.mark.nightly
def test_two_hundred_files_and_a_grader_that_is_killed(tmp_path: Path) -> None:
    """Dropped at random moments, some of them in parts: each is in the report once, and complete when it was graded.

    The process is killed three times, between two moments that nobody chooses, and each time another goes on.
    """
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    names = [f"student {number:03}" for number in range(200)]
    arrive = threading.Thread(target=_arrive, args=(inbox, names))
    arrive.start()
    for count in (30, 80, 140):
        with _process(tmp_path) as process:
            _wait(process, lambda least=count: len(_graded(tmp_path)) >= least)  # type: ignore[misc]
            process.kill()
            assert process.wait() == -signal.SIGKILL
    with _process(tmp_path) as process:
        _wait(process, lambda: not arrive.is_alive() and _is_complete(tmp_path / "report", names))
    arrive.join()
    document = json.loads((tmp_path / "report" / "results.json").read_text("utf-8"))
    assert sorted(result["submission"] for result in document["results"]) == names
    assert {result["content_hash"] for result in document["results"]} == {hash_of(name) for name in names}
    assert len(_graded(tmp_path)) <= len(names) + 3 * module.BATCH


@contextmanager
def _process(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A watch of the folder, which is ended with the block."""
    command = [sys.executable, "-m", "tests.cli.watch_process", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def _wait(process: subprocess.Popen[bytes], done: Callable[[], bool]) -> None:
    while not done():
        assert process.poll() is None, "it has ended by itself"
        time.sleep(0.01)


def _graded(folder: Path) -> list[str]:
    path = folder / "graded"
    return path.read_text().splitlines() if path.exists() else []


def _is_complete(report: Path, names: list[str]) -> bool:
    return (report / "results.json").exists() and _names(report) == names


def hash_of(name: str) -> str:
    """Of the complete file."""
    from suite.grading.one_submission import collect_source
    from suite.records import SourceFile

    file = SourceFile(path=f"{name}.py", content=f"'{name}'\n'{name}'\n".encode())
    return collect_source(name, [file], file.path, "").content_hash


def _arrive(inbox: Path, names: list[str]) -> None:
    draw = random.Random(7)
    for name in draw.sample(names, len(names)):
        time.sleep(draw.random() * 0.02)
        with (inbox / f"{name}.py").open("w") as stream:
            stream.write(f"'{name}'\n")
            stream.flush()
            time.sleep(draw.random() * 0.02)
            stream.write(f"'{name}'\n")
