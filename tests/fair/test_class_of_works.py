"""How verdicts on a work are counted, without grading anything."""

from __future__ import annotations

import ast
from contextlib import closing

import pytest

from suite import assignments
from suite.records import Outcome, Result, Verdict, text
from suite.sandbox import choose as choose_sandbox
from tests.conftest import ROOT
from tests.fair.__main__ import progress
from tests.fair.class_of_works import GradedWork, Grading, choose
from tests.fair.works import WORKS
from tests.fair.works.work import Work, replaced


def verdict(task: str, points: float) -> Verdict:
    """A verdict of one point at most."""
    outcome = Outcome.PASS if points == 1 else Outcome.FAIL
    return Verdict(
        check="shapes",
        task=task,
        model="",
        outcome=outcome,
        points=points,
        max_points=1,
        expected=None,
        observed=None,
        message=text("harness_failed", reason="no room"),
    )


def graded(*repetitions: dict[str, float], right: bool = True, tasks: tuple[str, ...] = ("one",)) -> GradedWork:
    """A work whose repetitions gave each task these points."""
    results = tuple(
        Result(
            submission="",
            source="",
            status=Outcome.PASS,
            score=sum(points.values()),
            max_score=len(points),
            verdicts=tuple(verdict(task, value) for task, value in points.items()),
            summary=text("harness_failed", reason="no room"),
        )
        for points in repetitions
    )
    return GradedWork(name="", work=Work(cells=(), tasks=tasks), right=right, results=results)


def test_a_task_that_a_work_does_not_do_is_not_counted() -> None:
    """Points are lost in its own tasks and in the run as a whole."""
    assert not graded({"one": 1, "two": 0, "": 1}).unfair
    assert graded({"one": 0, "two": 1, "": 1}).unfair
    assert graded({"one": 1, "two": 1, "": 0}).unfair
    assert graded({"one": 1, "two": 0, "": 1}, tasks=()).unfair


def test_one_unfair_repetition_is_enough() -> None:
    """Right work that lost points once, or wrong work that kept all once, is judged unfairly."""
    assert graded({"one": 1}, {"one": 0.5}).unfair
    assert graded({"one": 0}, {"one": 1}, right=False).unfair
    assert not graded({"one": 0}, {"one": 0.5}, right=False).unfair


def test_a_work_without_a_result_is_judged_unfairly() -> None:
    """What the harness failed to grade isn't taken for a verdict."""
    (result,) = graded({"one": 1}).results
    failed = Result(
        submission="",
        source="",
        status=Outcome.HARNESS_ERROR,
        score=None,
        max_score=result.max_score,
        verdicts=(),
        summary=text("harness_failed", reason="no room"),
    )
    for right in (True, False):
        work = GradedWork(name="", work=Work(cells=()), right=right, results=(failed,))
        assert work.unfair
        assert "no room" in work.losses[0]


def test_verdicts_that_differ_between_repetitions_are_counted() -> None:
    """Each verdict on its tasks counts once, however often it was graded."""
    work = graded({"one": 1, "": 1}, {"one": 0.5, "": 1}, {"one": 1, "": 1})
    assert (work.differing, work.verdicts) == (1, 2)


def test_what_is_judged_unfairly_is_printed_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The count goes to the terminal, and what took points to the output."""
    with closing(choose_sandbox("process")[0]) as sandbox:
        seen = progress("stacked_rnn", Grading(sandbox=sandbox, repetitions=2, only=("deque",)))
    seen(graded({"one": 1}))
    seen(graded({"one": 0}))
    out, err = capsys.readouterr()
    assert "[1/4]" in err
    assert "[2/4]" in err
    assert out.count("unfair") == 1
    assert "one shapes: " in out


def test_works_are_chosen_by_a_part_of_their_name() -> None:
    """`--only` leaves out every work whose name holds none of the words."""
    assert [name for name, _, _ in choose("stacked_rnn", ["deque"])] == ["torch_deque", "keras_deque"]


def test_a_passage_that_is_not_there_cannot_be_replaced() -> None:
    """A mistake that changes nothing would be right work."""
    with pytest.raises(ValueError, match="nothing to replace in shorter"):
        replaced("a", {"shorter": ("b", "")})


@pytest.mark.parametrize("assignment", WORKS)
def test_works_do_tasks_of_their_assignment(assignment: str) -> None:
    """Every work names tasks that there are, and a mistake makes no work the same as a right one."""
    known = {task.id for task in assignments.load(assignment, ROOT / "reference").graded_tasks}
    works = WORKS[assignment]
    assert not {task for kind in (works.right, works.wrong) for work in kind.values() for task in work.tasks} - known
    assert not {work.cells for work in works.right.values()} & {work.cells for work in works.wrong.values()}


@pytest.mark.parametrize("assignment", WORKS)
def test_scripts_are_python(assignment: str) -> None:
    """A work of one cell has no slip of the pen; notebooks of several cells may hold shell lines."""
    works = WORKS[assignment]
    for work in (*works.right.values(), *works.wrong.values()):
        if len(work.cells) == 1:
            ast.parse(work.cells[0])
