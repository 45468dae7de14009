"""A class as a whole: marks, lost points, groups by cause."""

from __future__ import annotations

from suite.records import CellOutcome, Diagnosis, Evidence, Outcome, Result, Run, Verdict, text
from suite.report.class_view import NO_CAUSE, causes_of, view_class
from tests.report.test_render import as_cell, as_notebook


def _verdict(check: str, points: float, most: float) -> Verdict:
    return Verdict(
        check=check,
        task="",
        model="",
        outcome=Outcome.PASS if points == most else Outcome.FAIL,
        points=points,
        max_points=most,
        expected=None,
        observed=None,
        message=text("all_right"),
    )


def a_result(name: str, shapes: float, runs: float = 2, *, causes: tuple[str, ...] = (), seconds: float = 1) -> Result:
    """A result with points in two checks, out of 2 and 8."""
    cells = (CellOutcome(index=0, outcome=Outcome.PASS, seconds=1),)
    run = Run(cells=cells, notebook=as_notebook(as_cell()), seconds=seconds, sandbox="process")
    full = shapes + runs == 10
    return Result(
        submission=name,
        source=name,
        status=Outcome.PASS if full else Outcome.FAIL,
        score=shapes + runs,
        max_score=10.0,
        verdicts=(_verdict("runs", runs, 2), _verdict("shapes", shapes, 8)),
        summary=text("all_right"),
        evidence=Evidence(run=run),
        diagnoses=tuple(
            Diagnosis(cause=cause, cell=None, message=text("cause_no_gpu", seen=name), explains="error")
            for cause in causes
        ),
    )


CLASS = (
    a_result("ana", 8),
    a_result("bea", 4, causes=("no_gpu", "no_gpu", "never_built"), seconds=30),
    a_result("carl", 0, 0, causes=("no_gpu",)),
    a_result("dora", 7),
)


def test_lost_points_have_shares() -> None:
    """Of all that were lost, with the number of those who lost them, the costliest check first."""
    lost = view_class(CLASS).lost
    assert [(each.check, each.points, each.submissions) for each in lost] == [("shapes", 13, 3), ("runs", 2, 1)]
    assert sum(each.share for each in lost) == 1


def test_groups_hold_everyone_with_a_cause_once() -> None:
    """The largest group first; who lost points without a known cause stands in the last one."""
    groups = view_class(CLASS).groups
    assert [(group.cause, [member.submission for member in group.members]) for group in groups] == [
        ("no_gpu", ["bea", "carl"]),
        ("never_built", ["bea"]),
        (NO_CAUSE, ["dora"]),
    ]
    assert groups[0].example is not None
    assert groups[0].example.values == {"seen": "bea"}
    assert groups[-1].example is None
    assert causes_of(CLASS[0]) == ()


def test_marks_statuses_and_time_count_everyone() -> None:
    """Each submission is in one bin and has one status."""
    view = view_class(CLASS)
    assert [each.count for each in view.marks] == [1, 0, 0, 0, 0, 0, 1, 0, 0, 2]
    assert view.statuses == ((Outcome.PASS, 1), (Outcome.FAIL, 3))
    assert sum(each.count for each in view.times) == 4
    assert view.times[-1].high >= 30
    assert (view.full, view.mean, view.median) == (1, 6.25, 7.5)


def test_an_empty_class_has_a_view() -> None:
    """Nobody graded, nothing lost."""
    view = view_class(())
    assert (view.marks, view.lost, view.groups, view.times) == ((), (), (), ())
