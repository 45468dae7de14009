"""`suite watch`: work that arrives in any order is graded once, whatever stops the watch."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from suite import assignments
from suite.cli.work import watch as module
from suite.cli.work.watch import watch
from suite.errors import UsageError
from suite.judging import checks
from suite.records import Result, Submission, text
from tests.conftest import ROOT

REFERENCE = ROOT / "reference"
STACK = assignments.load("stacked_rnn", REFERENCE)


class Killed(BaseException):
    """The grader was killed."""


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each was graded; grading itself takes no time."""
    counts: Counter[str] = Counter()
    _replace(monkeypatch, counts, lambda _count: None)
    return counts


def _replace(monkeypatch: pytest.MonkeyPatch, counts: Counter[str], before: Callable[[int], None]) -> None:
    def grade_one(submission: Submission) -> Result:
        before(sum(counts.values()))
        counts[submission.student] += 1
        unread = Submission(
            student=submission.student,
            source=submission.source,
            content_hash=submission.content_hash,
            problem=text("empty_file", file="x"),
        )
        return checks.judge_unreadable(unread, STACK)

    @contextmanager
    def open_grader(*_: Any) -> Iterator[Callable[[Submission], Result]]:
        yield grade_one

    monkeypatch.setattr(module.pipeline, "open_grader", open_grader)
    monkeypatch.setattr(module, "choose_sandbox", lambda *_: None)


def _watch(folder: Path, **options: Any) -> None:
    plain: dict[str, Any] = {
        "inbox": folder / "inbox",
        "assignment_name": "stacked_rnn",
        "root": REFERENCE,
        "report": folder / "report",
        "settle": 0.05,
        "every": 0.05,
        "per_hour": None,
        "hide_until": None,
        "once": True,
        "jobs": 2,
        "budget": "quick",
        "main": None,
        "lang": "en",
        "form": "auto",
        "roster": None,
        "sandbox_name": "auto",
    }
    watch(**{**plain, **options})


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
    _watch(tmp_path, hide_until=time.time() - 1)
    assert not hidden.exists()
    assert _names(tmp_path / "report") == ["ana", "blas"]
    assert graded == {"ana": 1, "blas": 1}
    with pytest.raises(UsageError, match="there already"):
        _watch(tmp_path, hide_until=time.time() + 1000)


@pytest.mark.slow
def test_two_hundred_files_and_a_grader_that_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dropped at random moments, some of them in parts: each is in the report once, and complete when it was graded."""
    counts: Counter[str] = Counter()

    def stop(count: int) -> None:
        if count == 60 and not monkeypatch.killed:  # type: ignore[attr-defined]
            monkeypatch.killed = True  # type: ignore[attr-defined]
            raise Killed

    monkeypatch.killed = False  # type: ignore[attr-defined]
    _replace(monkeypatch, counts, stop)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    names = [f"student {number:03}" for number in range(200)]
    arrive = threading.Thread(target=_arrive, args=(inbox, names))
    arrive.start()
    killed = 0
    while arrive.is_alive() or len(_names(tmp_path / "report")) < len(names):
        try:
            _watch(tmp_path, settle=0.3, jobs=1)
        except Killed:
            killed += 1
    arrive.join()
    assert killed == 1
    assert _names(tmp_path / "report") == names
    document = json.loads((tmp_path / "report" / "results.json").read_text("utf-8"))
    whole = {hash_of(name) for name in names}
    assert {result["content_hash"] for result in document["results"]} == whole
    assert sum(counts.values()) <= len(names) + module.BATCH


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
