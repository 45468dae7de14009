"""Check `manual`: what a person judges by a rubric. Until then it waits; `suite.marking` puts the marks in."""

from __future__ import annotations

from collections.abc import Iterable

from suite.assignments import Assignment, ManualTask
from suite.judging.checks.interface import Check, CheckContext, verdict_on_task
from suite.records import Outcome, Verdict, text


def judge(context: CheckContext, max_points: float) -> list[Verdict]:  # noqa: ARG001 - the rubrics have the points
    """One verdict per task, which waits."""
    return _wait(context.manual_tasks)


def judge_unseen(assignment: Assignment) -> list[Verdict]:
    """The same where nothing could run: a person may still find something to mark."""
    return _wait(assignment.manual_tasks)


def _wait(tasks: Iterable[ManualTask]) -> list[Verdict]:
    return [
        verdict_on_task(
            "manual",
            task,
            Outcome.WAITING,
            0.0,
            task.points,
            text("manual_waits", criteria=len(task.criteria), points=f"{task.points:g}"),
        )
        for task in tasks
    ]


CHECK = Check(name="manual", judge=judge, judge_unseen=judge_unseen)
