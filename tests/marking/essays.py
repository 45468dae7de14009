"""An assignment with a manual task, and results that wait for a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from suite.assignments import Assignment
from suite.judging.checks import judge_unreadable
from suite.marking.entries import MarkEntry, now
from suite.records import Diagnosis, Outcome, Result, Submission, Verdict, text

SETTINGS: dict[str, Any] = {
    "title": "Essay",
    "tasks": [
        {
            "id": "essay",
            "kind": "manual",
            "title": {"en": "The essay", "es": "El ensayo"},
            "criteria": [
                {"id": "clarity", "points": 4, "comments": ["Say it shorter."]},
                {"id": "sources", "points": 6},
            ],
        }
    ],
    "late": {"percent_per_day": 10, "at_most": 50, "deadline": "2026-11-20T23:59:00+01:00"},
}
WHO = {"who": "Eva", "when": "2026-11-26T10:00:00+01:00"}


def assignment(**changes: Any) -> Assignment:
    return Assignment.model_validate(SETTINGS | changes)


def result(name: str = "ana", content: str = "1" * 64, *causes: str) -> Result:
    """A submission that ran, with two points for that, half of a check, and an essay that waits."""
    unseen = judge_unreadable(
        Submission(student=name, source=f"class/{name}.ipynb", content_hash=content, problem=text("not_run")),
        assignment(),
    )
    runs, essay = unseen.verdicts
    verdicts = (
        replace(runs, outcome=Outcome.PASS, points=2.0, message=text("all_right")),
        Verdict(
            check="shapes",
            task="net",
            model="net",
            outcome=Outcome.FAIL,
            points=1.0,
            max_points=3.0,
            expected=None,
            observed=None,
            message=text("no_model"),
        ),
        essay,
    )
    return replace(
        unseen,
        verdicts=verdicts,
        score=3.0,
        max_score=15.0,
        status=Outcome.FAIL,
        summary=text("no_model"),
        diagnoses=tuple(
            Diagnosis(cause=cause, cell=None, message=text("no_model"), explains="style") for cause in causes
        ),
    )


def mark(name: str = "ana", content: str = "1" * 64, **changes: Any) -> MarkEntry:
    given: dict[str, Any] = {
        "who": "Eva",
        "when": now(),
        "submission": name,
        "content_hash": content,
        "task": "essay",
        "points": {"clarity": 3, "sources": 6},
        "comments": {"clarity": ["Say it shorter."]},
        "comment": "A good read.",
    }
    return MarkEntry.model_validate(given | changes)
