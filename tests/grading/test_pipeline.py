"""One guard round each submission: whose fault an exception is, and that the class goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from suite.assignments import load, load_expected
from suite.errors import FrameError, HarnessError, MessageError
from suite.grading import pipeline
from suite.grading.plan import GradingPlan
from suite.records import Outcome, SourceFile, Submission, text
from tests.conftest import ROOT

RAISED: dict[str, tuple[Exception | None, Outcome, float | None]] = {
    "unreadable": (None, Outcome.ERROR, 0),
    "frame": (FrameError("no frame"), Outcome.ERROR, 0),
    "message": (MessageError("no message \x1b[31m"), Outcome.ERROR, 0),
    "harness": (HarnessError("no sandbox"), Outcome.HARNESS_ERROR, None),
    "bug": (KeyError("x"), Outcome.HARNESS_ERROR, None),
    "recursion": (RecursionError("deep"), Outcome.HARNESS_ERROR, None),
    "memory": (MemoryError(), Outcome.HARNESS_ERROR, None),
    "disk": (OSError(28, "No space left on device"), Outcome.HARNESS_ERROR, None),
}
"""What happens on the way to a result, and the result."""


class _Source:
    """Looks at a submission by raising what its name says."""

    def make(self, *_: Any) -> Any:
        raise AssertionError

    def stop(self) -> None:
        """Nothing of it runs."""

    def recall(self, _: Submission) -> None:
        """Nothing of it is stored."""

    def run(self, submission: Submission, **_: Any) -> Any:
        error, *_ = RAISED[submission.student]
        assert error is not None
        raise error


def _submission(name: str) -> Submission:
    file = SourceFile(path="main.py", content=b"x")
    problem = text("empty_file", file="x") if RAISED[name][0] is None else None
    return Submission(
        student=name, source=name, files=(file,), main="main.py", notebook="", content_hash="", problem=problem
    )


def test_each_has_a_result_and_the_class_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What readers refuse is an error of the submission; anything else is the harness's, and costs no points."""

    @contextmanager
    def source(_: GradingPlan) -> Iterator[_Source]:
        yield _Source()

    monkeypatch.setattr(pipeline, "open_source", source)
    assignment = load("stacked_rnn", ROOT / "reference")
    plan: Any = SimpleNamespace(assignment=assignment, jobs=2, throughput=None, store=None)
    progress = pipeline.Progress(started=lambda _: None, finished=lambda *_: None)
    results = pipeline.grade([_submission(name) for name in RAISED], plan, load_expected(assignment), progress)
    found = {result.submission: (result.status, result.score) for result in results}
    assert found == {name: (status, score) for name, (_, status, score) in RAISED.items()}
    said = next(result.summary for result in results if result.submission == "message")
    assert said == text("malformed", reason="no message  [31m")


def test_a_class_is_begun_as_the_store_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """With those that took long; results come in the order of the class all the same."""

    @contextmanager
    def source(_: GradingPlan) -> Iterator[_Source]:
        yield _Source()

    monkeypatch.setattr(pipeline, "open_source", source)
    assignment = load("stacked_rnn", ROOT / "reference")
    store = SimpleNamespace(slow_first=lambda submissions: submissions[::-1])
    plan: Any = SimpleNamespace(assignment=assignment, jobs=1, throughput=None, store=store)
    names, begun = ["harness", "bug", "frame"], list[str]()
    progress = pipeline.Progress(started=begun.append, finished=lambda *_: None)
    results = pipeline.grade([_submission(name) for name in names], plan, load_expected(assignment), progress)
    assert begun == names[::-1]
    assert [result.submission for result in results] == names
