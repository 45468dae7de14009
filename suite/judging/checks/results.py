"""Check `results`: do functions return, and variables hold, what the reference's do?

Points in proportion to the calls that agree; none if not one drawn call does, as edges alone may agree by chance.
"""

from __future__ import annotations

from suite.assignments import FunctionTask, ResultTask
from suite.judging.checks.interface import Check, CheckContext, verdict_on_task
from suite.records import UNLIKE, Gap, Outcome, ResultCase, ResultComparison, Text, Verdict, text
from suite.text.figures import percent

NAMES_SHOWN = 4
KEYS: dict[Gap, str] = {
    "numbers": "results_numbers",
    "shape": "results_shape",
    "dtype": "results_dtype",
    "form": "results_form",
    "text": "results_text",
    "raised": "results_raised",
    "not raised": "results_not_raised",
    "changed": "results_changed",
    "gradient": "results_gradient",
}


def judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict per task of kind function or value."""
    tasks = context.result_tasks
    found = {comparison.task: comparison for comparison in context.evidence.results}
    return [_judge(context, task, found.get(task.id), max_points / len(tasks)) for task in tasks]


def _judge(context: CheckContext, task: ResultTask, found: ResultComparison | None, max_points: float) -> Verdict:
    if found is None or not found.cases:
        return _without_result(context, task, found, max_points)
    wrong = [case for case in found.cases if not _agrees(case, task)]
    right = len(found.cases) - len(wrong)
    some = any(_agrees(case, task) for case in found.cases if case.label in ("drawn", "value"))
    if wrong:
        message = _explain(found.name, wrong[0], len(wrong), len(found.cases), task)
    else:
        message = text(_passed(task, found), name=found.name, calls=len(found.cases))
    return verdict_on_task(
        "results",
        task,
        Outcome.FAIL if wrong else Outcome.PASS,
        max_points * right / len(found.cases) if some else 0.0,
        max_points,
        message,
        observed={"calls": right},
        expected={"calls": len(found.cases)},
    )


def _passed(task: ResultTask, found: ResultComparison) -> str:
    """The sentence where nothing is wrong."""
    if not found.compared:
        return "results_there" if found.cases[0].label == "value" else "results_called"
    return "results_pass" if isinstance(task, FunctionTask) else "results_pass_value"


def _without_result(
    context: CheckContext, task: ResultTask, found: ResultComparison | None, max_points: float
) -> Verdict:
    """Skipped where an error explains it; a failure where nothing has that name."""
    name, evidence = task.names[0], context.evidence
    if found is not None and found.problem:
        return verdict_on_task(
            "results", task, Outcome.FAIL, 0.0, max_points, text("results_problem", name=name, problem=found.problem)
        )
    if found is None or evidence.run.stopped is not None or context.errors:
        return verdict_on_task(
            "results", task, Outcome.SKIPPED, 0.0, max_points, text("results_after_error", name=name)
        )
    near = ", ".join(found.near[:NAMES_SHOWN])
    key = "results_missing_near" if near else "results_missing"
    return verdict_on_task("results", task, Outcome.FAIL, 0.0, max_points, text(key, name=name, near=near))


def _agrees(case: ResultCase, task: ResultTask) -> bool:
    return case.gap in ("", "numbers") and case.difference <= task.tolerance


def _explain(name: str, case: ResultCase, wrong: int, calls: int, task: ResultTask) -> Text:
    """The first call that went wrong."""
    what = f"{name}({case.arguments}){case.place if case.gap not in ('changed', 'gradient') else ''}"
    if not isinstance(task, FunctionTask):
        what = f"{name}{case.place}"
    key = "results_not_finite" if case.difference >= UNLIKE else KEYS[case.gap]
    return text(
        key,
        what=what,
        place=case.place,
        expected=case.expected,
        seen=case.seen,
        difference=percent(case.difference),
        wrong=wrong,
        calls=calls,
    )


CHECK = Check(name="results", judge=judge, needs=frozenset({"results"}), values={"calls": "value_calls"})
