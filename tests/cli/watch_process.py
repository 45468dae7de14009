"""`suite watch` in a process of its own that can be killed; grading itself takes no time: `python -m … FOLDER`.

Each submission that is graded is a line of the file `graded` in the folder, written before its result is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from suite import assignments
from suite.cli.work import watch as module
from suite.judging import checks
from suite.records import Result, Submission, text
from tests.conftest import ROOT

REFERENCE = ROOT / "reference"
STACK = assignments.load("stacked_rnn", REFERENCE)


def result_of(submission: Submission) -> Result:
    """A result that says nothing but what was graded."""
    unread = Submission(
        student=submission.student,
        source=submission.source,
        content_hash=submission.content_hash,
        problem=text("empty_file", file="x"),
    )
    return checks.judge_unreadable(unread, STACK)


def opened_with(grade_one: Callable[[Submission], Result]) -> Callable[..., Any]:
    """What takes the place of `open_grader`."""

    @contextmanager
    def open_grader(*_: Any) -> Iterator[Callable[[Submission], Result]]:
        yield grade_one

    return open_grader


def options_for(folder: Path) -> dict[str, Any]:
    """What the command gives to its work."""
    return {
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


def main() -> None:
    """Watch until somebody ends this."""
    folder = Path(sys.argv[1])

    def grade_one(submission: Submission) -> Result:
        with (folder / "graded").open("a") as stream:
            stream.write(f"{submission.student}\n")
        return result_of(submission)

    module.pipeline.open_grader = opened_with(grade_one)  # type: ignore[assignment]
    module.choose_sandbox = lambda *_: None  # type: ignore[assignment,return-value]
    module.watch(**options_for(folder) | {"once": False, "settle": 0.3})


if __name__ == "__main__":
    main()
