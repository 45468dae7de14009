"""What a person marks waits, and takes nothing from what the checks say."""

from __future__ import annotations

import pytest

from suite.assignments import Assignment, Expected
from suite.judging.checks import judge, judge_unreadable
from suite.judging.checks.manual import CHECK
from suite.records import Evidence, Outcome, Submission, text
from tests.judging.runs import make_run, undefined
from tests.marking.essays import SETTINGS, assignment

SUBMISSION = Submission(student="ana", source="ana.ipynb", content_hash="1")
NOTHING = Expected(versions={}, models={})


def test_right_work_waits() -> None:
    """The points of the rubric are the check's; the sentence says what waits."""
    result = judge(SUBMISSION, assignment(), NOTHING, Evidence(run=make_run("x = 1"), models=()))
    assert [(v.check, v.task, v.outcome) for v in result.verdicts] == [
        ("runs", "", Outcome.PASS),
        (CHECK.name, "essay", Outcome.WAITING),
    ]
    assert (result.score, result.max_score, result.waiting) == (2, 12, 10)
    assert (result.status, result.summary.key, result.content_hash) == (Outcome.WAITING, "all_right_so_far", "1")


def test_what_went_wrong_comes_first() -> None:
    """In status and sentence."""
    result = judge(SUBMISSION, assignment(), NOTHING, Evidence(run=make_run(undefined("x")), models=()))
    assert (result.status, result.waiting) == (Outcome.ERROR, 10)
    assert result.summary.key != "all_right_so_far"


def test_a_submission_that_cannot_run_waits_too() -> None:
    """There may be something to mark, such as a picture of a plot."""
    unreadable = Submission(student="ana", source="ana.ipynb", problem=text("no_model"))
    result = judge_unreadable(unreadable, assignment())
    assert [verdict.outcome for verdict in result.verdicts] == [Outcome.ERROR, Outcome.WAITING]
    assert (result.status, result.waiting) == (Outcome.ERROR, 10)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"checks": {"manual": {"points": 3}}}, "points of the check manual"),
        ({"tasks": [{"id": "a", "kind": "manual", "criteria": [{"id": "c", "points": 1}] * 2}]}, "several criteria"),
        ({"tasks": [{"id": "a", "kind": "manual", "criteria": []}]}, "criteria"),
        ({"tasks": [{"id": "a", "kind": "manual", "criteria": [{"id": "c", "points": 0}]}]}, "greater than 0"),
    ],
)
def test_wrong_rubrics_are_told(changes: dict[str, object], said: str) -> None:
    """When the assignment is read."""
    with pytest.raises(ValueError, match=said):
        Assignment.model_validate(SETTINGS | changes)
