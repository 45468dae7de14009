"""Losses held against what they must be, on results made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suite import assignments
from suite.assignments import Assignment
from suite.authoring.verify import Case
from suite.authoring.verify.judgement import flakes, judge
from suite.authoring.verify.settings import RUN, Losses
from suite.grading.one_submission import collect_source
from suite.records import Outcome, Result, SourceFile, Verdict, text
from tests.conftest import ROOT

POINTS = {"runs": 2, "shapes": 3, "parameters": 5, "function": 5}


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return assignments.load("stacked_rnn", ROOT / "reference")


def _case(**loses: dict[str, float | str]) -> Case:
    submission = collect_source("case", (SourceFile(path="a.py", content=b"x = 1"),), "a.py", "a.py")
    losses: Losses = loses  # type: ignore[assignment]
    kind = "mutant" if loses else "alternative"
    return Case(name="case", kind=kind, submission=submission, tasks=(RUN, "stack"), loses=losses)


def _result(**lost: float) -> Result:
    """A result in which checks lost shares of their points."""
    verdicts = tuple(
        Verdict(
            check=check,
            task="" if check == "runs" else "stack",
            model="" if check == "runs" else "stack8",
            outcome=Outcome.FAIL if lost.get(check) else Outcome.PASS,
            points=points * (1 - lost.get(check, 0)),
            max_points=points,
            expected=None,
            observed=None,
            message=text("all_right"),
        )
        for check, points in POINTS.items()
    )
    score = sum(verdict.points for verdict in verdicts)
    return Result(
        submission="case",
        source="a.py",
        status=Outcome.PASS,
        score=score,
        max_score=15,
        verdicts=verdicts,
        summary=text("all_right"),
    )


@pytest.mark.parametrize(
    ("loses", "lost", "kinds"),
    [
        ({"function": 1}, {"function": 1}, []),
        ({"function": "some"}, {"function": 0.5}, []),
        ({"function": 1, "accuracy": "maybe"}, {"function": 1}, []),
        ({"function": 1, "accuracy": "maybe"}, {"function": 1, "accuracy": 1}, []),
        ({"function": 1, "accuracy": "maybe"}, {"accuracy": 1}, [("survives", "")]),
        ({"function": 1}, {}, [("survives", "")]),
        ({"shapes": "some", "function": 1}, {}, [("survives", "")]),
        ({"shapes": 0.4, "function": 1}, {"function": 1}, [("keeps", "shapes")]),
        ({"function": 1}, {"function": 0.5}, [("amount", "function")]),
        ({"function": 1}, {"function": 1, "parameters": 0.2}, [("loses", "parameters")]),
        ({"function": 1}, {"function": 1, "runs": 0.5}, [("loses", "runs")]),
    ],
)
def test_mutants(loses: dict[str, float | str], lost: dict[str, float], kinds: object) -> None:
    """A mistake that costs nothing survives; one that costs less, or other points than it must, is reported too."""
    judged = judge(_case(stack=loses), [_result(**lost)], POINTS)
    assert [(finding.kind, finding.check) for finding in judged.findings] == kinds


def test_alternatives_lose_nothing() -> None:
    """Whatever a right solution loses is a finding."""
    assert judge(_case(), [_result()], POINTS).findings == ()
    (finding,) = judge(_case(), [_result(), _result(shapes=0.2)], POINTS).findings
    assert (finding.kind, finding.task, finding.check, finding.observed) == ("loses", "stack", "shapes", 0.2)


def test_a_failed_harness_is_no_survivor() -> None:
    """A case without a score is told apart from one that lost points."""
    failed = Result(
        submission="case",
        source="a.py",
        status=Outcome.HARNESS_ERROR,
        score=None,
        max_score=15,
        verdicts=(),
        summary=text("harness_failed", reason="no room"),
    )
    (finding,) = judge(_case(stack={"function": 1}), [failed], POINTS).findings
    assert (finding.kind, finding.reason) == ("not graded", "no room")


def test_flakes_are_counted_by_check(assignment: Assignment) -> None:
    """A verdict that differs between repetitions counts once, against its check."""
    steady = judge(_case(), [_result(), _result()], POINTS)
    unsteady = judge(_case(), [_result(), _result(function=0.5), _result(function=1)], POINTS)
    rates = {
        flake.check: (flake.verdicts, flake.differing)
        for flake in flakes([steady], assignment)
        if flake.check in POINTS
    }
    assert rates == dict.fromkeys(POINTS, (1, 0))
    assert next(f.rate for f in flakes([unsteady], assignment) if f.check == "function") == 1


def test_what_is_left_out_is_untested() -> None:
    """A mistake that a check would see counts as untested, and not as a survivor, where the check has no points."""
    result = _result()
    silent = tuple(replace(v, points=0.0, max_points=0.0) if v.check == "function" else v for v in result.verdicts)
    judged = judge(_case(stack={"function": 1.0}), [replace(result, verdicts=silent)], POINTS)
    assert [finding.kind for finding in judged.findings] == ["untested"]
    assert not judged.wrong


def test_what_no_mutant_names_is_uncovered() -> None:
    """A check that no mutant names, as a plug-in's, may take points of a mutant, but of no right solution."""
    covered = POINTS.keys() - {"shapes"}
    judged = judge(_case(stack={"function": 1}), [_result(function=1, shapes=0.5)], covered)
    assert [(finding.kind, finding.check) for finding in judged.findings] == [("uncovered", "shapes")]
    assert not judged.wrong
    assert judge(_case(), [_result(shapes=0.5)], covered).wrong


def test_a_generated_mistake_must_cost_something_whatever_it_is() -> None:
    """An exception may cost points for the run, too; what costs nothing in a task is told, and is no fault."""
    case = replace(_case(stack={}), generated=True)
    assert judge(case, [_result(shapes=0.2, runs=1)], set()).findings == ()
    (finding,) = judge(case, [_result(runs=1)], set()).findings
    assert (finding.kind, finding.task, finding.reason) == ("unnoticed", "stack", "")
    assert not judge(case, [_result()], set()).wrong
