"""Check `score`: how well does a model of an open task do on held-out rows, and is it within the bounds?

Of several models the best within the bounds counts. Points are interpolated between the assignment's cut-offs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from suite.assignments import Metric, OpenTask
from suite.assignments.metric import metric_named
from suite.judging.checks.found_models import name_model
from suite.judging.checks.interface import Check, CheckContext, verdict_on_task
from suite.records import Measure, MetricScore, Model, Outcome, Text, Verdict, text

SHOWN = 4  # digits of a score


def judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict per open task."""
    tasks = context.open_tasks
    return [_judge(context, task, max_points / len(tasks)) for task in tasks]


def best_score(task: OpenTask, models: Sequence[Model]) -> tuple[Model, MetricScore] | None:
    """The best model within the bounds of an open task, with its score; `None` if there is none."""
    scored = [(model, score) for model in models if not find_excess(task, model) for score in _scores(task, model)]
    return max(scored, key=lambda pair: metric_named(task.metric).rank(pair[1].score)) if scored else None


def find_excess(task: OpenTask, model: Model) -> Text | None:
    """The first bound that a model doesn't keep; `None` if it keeps all."""
    kinds = {layer.kind for layer in model.layers}
    if task.frameworks and model.framework not in task.frameworks:
        return text("score_framework", seen=model.framework, expected=", ".join(task.frameworks))
    if task.parameters_at_most and model.parameters > task.parameters_at_most:
        return text("score_parameters", seen=model.parameters, expected=task.parameters_at_most)
    if lacking := [kind for kind in task.layers_required if kind not in kinds]:
        return text("score_required", expected=", ".join(lacking), seen=", ".join(sorted(kinds)) or "–")
    if excess := sorted(kinds.intersection(task.layers_forbidden)):
        return text("score_forbidden", seen=", ".join(excess))
    return None


def share_of_points(task: OpenTask, score: float) -> float:
    """Share of the points for a score: none beyond the worst cut-off, and interpolated between two."""
    return interpolate(task.cutoffs, score, metric_named(task.metric))


def interpolate(cutoffs: Sequence[tuple[float, float]], value: float, metric: Metric) -> float:
    """The share on the line between two (value, share) pairs: none below the worst of them."""
    places, shares = zip(*sorted((metric.rank(place), share) for place, share in cutoffs), strict=True)
    rank = metric.rank(value)
    return float(np.interp(rank, places, shares)) if rank >= places[0] else 0.0


def _scores(task: OpenTask, model: Model) -> list[MetricScore]:
    return [score for score in model.scores if score.task == task.id and score.rows]


def _judge(context: CheckContext, task: OpenTask, max_points: float) -> Verdict:
    found, falls = best_score(task, context.evidence.models), metric_named(task.metric).smaller_is_better
    full = max(task.cutoffs, key=lambda mark: mark[1])[0]
    expected = {"score": f"{'≤' if falls else '≥'} {full:g}"}
    if found is None:
        outcome, message = _explain_none(context, task)
        return verdict_on_task("score", task, outcome, 0.0, max_points, message, expected=expected)
    model, score = found
    share = share_of_points(task, score.score)
    values: dict[str, str | float] = {
        "model": name_model(model, context.evidence.run),
        "metric": task.metric,
        "score": f"{score.score:.{SHOWN}g}",
        "low": f"{score.low:.{SHOWN}g}",
        "high": f"{score.high:.{SHOWN}g}",
        "rows": score.rows,
        "wanted": f"{full:g}",
    }
    key = "score_pass" if share == 1 else "score_more" if falls else "score_less"
    outcome = Outcome.PASS if share == 1 else Outcome.FAIL
    observed = {"score": values["score"], "parameters": model.parameters}
    return verdict_on_task(
        "score",
        task,
        outcome,
        max_points * share,
        max_points,
        text(key, **values),
        expected=expected,
        observed=observed,
        measure=Measure(
            name=task.metric,
            value=score.score,
            low=score.low,
            high=score.high,
            limit=full,
            smaller_is_better=falls,
        ),
    )


def _explain_none(context: CheckContext, task: OpenTask) -> tuple[Outcome, Text]:
    """Why no model has a score that counts."""
    evidence = context.evidence
    scored = [model for model in evidence.models if _scores(task, model)]
    for model in scored:
        if excess := find_excess(task, model):
            return Outcome.FAIL, excess
    problems = [score.problem for model in evidence.models for score in model.scores if score.task == task.id]
    if problems:
        return Outcome.FAIL, text("score_problem", problem=problems[-1])
    if evidence.run.stopped is not None or evidence.silent or context.errors:
        return Outcome.SKIPPED, text("no_model_after_error")
    return Outcome.FAIL, text("score_none")


CHECK = Check(
    name="score",
    judge=judge,
    needs=frozenset({"scores"}),
    is_about_models=True,
    values={"score": "value_score", "parameters": "value_parameters"},
)
