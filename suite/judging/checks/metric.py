"""Checks `metric` and `accuracy`: did the model learn, or does it learn when the host trains it again?

A model fails only where the whole 95 % interval of its value is worse than the threshold: the calibrated bound, or the
assignment's floor. Where cut-offs are given, its value earns a share of the points. Where the suite has no threshold,
the check is left out and nobody loses points for it. A model whose proof says what it learns isn't trained; an audit
trains a share of those, drawn by lot, and is believed where it contradicts the proof.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from suite.assignments import ACCURACY, SPREAD, Distribution
from suite.judging.checks.interface import Check, CheckContext, verdict_on, verdict_without_model
from suite.judging.checks.match import Match
from suite.judging.checks.proof_status import proof_status
from suite.judging.checks.score import interpolate
from suite.judging.weight_files import find_unfit
from suite.records import Accuracy, Measure, Mode, Model, Outcome, ProofStatus, Text, Verdict, text
from suite.stats.proportions import wilson
from suite.text.figures import figure, percent

PASSED: dict[Mode, str] = {"as_submitted": "accuracy_pass_as_submitted", "retrain": "accuracy_pass_retrain"}
OF_VALUES = {
    "accuracy_pass_as_submitted": "metric_pass_as_submitted",
    "accuracy_pass_retrain": "metric_pass_retrain",
    "accuracy_pass_retrain_always": "metric_pass_retrain_always",
    "accuracy_implied": "metric_implied",
    "accuracy_cut": "metric_cut",
    "accuracy_cut_uncalibrated": "metric_cut_uncalibrated",
    "accuracy_low_as_submitted": "metric_low_as_submitted",
    "accuracy_low_retrain": "metric_low_retrain",
    "accuracy_untrained": "metric_untrained",
    "accuracy_elsewhere": "metric_elsewhere",
    "accuracy_claimed": "metric_claimed",
}
"""The sentence for another value than a count of right answers."""


def judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict per task whose model is examined."""
    examined = [match for match in context.matches if set(match.task.accepts) & context.accuracy.models.keys()]
    return [_with_audit(context, match, _judge(context, match, max_points / len(examined))) for match in examined]


def threshold(context: CheckContext, match: Match, mode: Mode) -> float | None:
    """What the value is compared with, or earns all points; `None` if nothing was recorded for these data."""
    found, settings = context.find_trainings(match, mode), context.accuracy.models.get(match.model_id)
    known = found is not None and found.method != "none" and (found.bound or found.metric != ACCURACY)
    limits = [found.bound] if found and known else []
    if match.model and match.model.laid and context.evidence.stand_in:
        return None  # the weights were trained with the real data
    if settings and mode == "as_submitted" and not context.evidence.stand_in:
        if settings.cutoffs:
            return max(settings.cutoffs, key=lambda pair: pair[1])[0]
        limits += [settings.floor] if settings.floor is not None else []
    if not limits and mode == "as_submitted" and match.model and match.model.laid:
        return threshold(context, match, "retrain")  # the least that a training of the reference reaches
    return max(limits, key=context.metric_of(match).rank, default=None)


def _mode(context: CheckContext, match: Match) -> Mode:
    """The budget's, but as submitted where the weights were handed in."""
    of_budget: Mode = context.accuracy.modes.get(context.evidence.budget, "retrain")  # type: ignore[call-overload]
    return "as_submitted" if match.model and match.model.laid else of_budget


def _judge(context: CheckContext, match: Match, max_points: float) -> Verdict:
    if (unfit := find_unfit(context.evidence, match.model)) is not None:
        return _verdict(context, match, Outcome.FAIL, 0.0, max_points, None, None, unfit)
    limit = threshold(context, match, _mode(context, match))
    if limit is None:
        return _verdict(context, match, Outcome.SKIPPED, 0.0, 0.0, None, None, _why_no_limit(context, match))
    return _judge_by(context, match, limit, max_points)


def _why_no_limit(context: CheckContext, match: Match) -> Text:
    """Why there is nothing that a value could be compared with."""
    evidence = context.evidence
    if evidence.stand_in and match.model and match.model.laid:
        return text("weights_need_data", file=match.model.laid)
    data = "stand-in" if evidence.stand_in else "real"
    return text("accuracy_uncalibrated", model=match.model_id, data=data, budget=evidence.budget)


def _judge_by(context: CheckContext, match: Match, limit: float, max_points: float) -> Verdict:
    """Compare what was found with the threshold."""
    mode = _mode(context, match)
    expected = _expected(context, match, limit)
    model = match.model
    if model is None:
        return verdict_without_model(context.check, context, match, max_points, expected)
    found = _find(model, match, mode)
    if (known := _implied(context, match, found)) is not None:
        return _judge_implied(context, match, known, limit, max_points)
    if found is None or found.problem or not found.rows or not _stands(context, match, model, found):
        return _unmeasured(context, match, model, found, max_points, expected)
    if found.scorer == "own answers" and not _is_hidden(context, match):
        share = context.accuracy.claimed_share if _reaches(found, limit) else 0.0
        message = _text("accuracy_claimed", found, limit, points=f"{100 * context.accuracy.claimed_share:g}")
        return _verdict(context, match, Outcome.INCONCLUSIVE, max_points * share, max_points, expected, found, message)
    if (deceit := _find_deceit(context, match, found, limit)) is not None:
        return _verdict(context, match, Outcome.FAIL, 0.0, max_points, expected, found, deceit)
    share = _share(context, match, found, limit)
    if share == 1:
        always = mode == "retrain" and "as_submitted" not in context.accuracy.modes.values()
        message = _text("accuracy_pass_retrain_always" if always else PASSED[mode], found, limit)
        return _verdict(context, match, Outcome.PASS, max_points, max_points, expected, found, message)
    cut = context.evidence.capped and not model.laid
    if mode == "as_submitted" and cut and not share and not _is_untrained(model):
        return _judge_again(context, match, model, found, max_points)
    message = _explain(model, found, limit, mode)
    if share:
        message = text(
            "metric_share",
            **_values(found, limit) | {"metric": found.metric, "value": figure(found.score)},
            share=percent(share),
        )
    return _verdict(context, match, Outcome.FAIL, max_points * share, max_points, expected, found, message)


def _is_hidden(context: CheckContext, match: Match) -> bool:
    """Whether nobody has the held-out rows, so that a model's own answers to them can't come from a stored copy."""
    return context.accuracy.models[match.model_id].dataset in context.own_data


def _share(context: CheckContext, match: Match, found: Accuracy, limit: float) -> float:
    """Share of the points that a value earns: by the cut-offs, or all or nothing."""
    cutoffs = context.accuracy.models[match.model_id].cutoffs
    if not cutoffs or found.mode != "as_submitted" or context.evidence.stand_in:
        return float(_reaches(found, limit))
    return interpolate(cutoffs, found.score, context.metric_of(match))


def _judge_again(context: CheckContext, match: Match, model: Model, cut: Accuracy, max_points: float) -> Verdict:
    """Judge what the model learns when the host trains it, as the budget cut the notebook's own training."""
    found, limit = _find(model, match, "retrain"), threshold(context, match, "retrain")
    if limit is None:
        return _verdict(
            context, match, Outcome.SKIPPED, 0.0, 0.0, None, cut, _text("accuracy_cut_uncalibrated", cut, 0)
        )
    if (known := _implied(context, match, found)) is not None:
        return _judge_implied(context, match, known, limit, max_points)
    expected = _expected(context, match, limit)
    if found is None or found.problem or not found.rows:
        return _unmeasured(context, match, model, found, max_points, expected)
    if (deceit := _find_deceit(context, match, found, limit)) is not None:
        return _verdict(context, match, Outcome.FAIL, 0.0, max_points, expected, found, deceit)
    passed = _reaches(found, limit)
    message = _text("accuracy_cut" if passed else "accuracy_low_retrain", found, limit)
    outcome = Outcome.PASS if passed else Outcome.FAIL
    return _verdict(context, match, outcome, max_points * passed, max_points, expected, found, message)


def _implied(context: CheckContext, match: Match, found: Accuracy | None) -> Distribution | None:
    """The reference's trainings, if the proof says that the model learns as it does; `None` if it was to be trained."""
    if found is None or found.scorer != "proof" or not match.proved or _find_deceit(context, match, found, 0):
        return None
    return context.find_trainings(match, "retrain")


def _judge_implied(
    context: CheckContext, match: Match, known: Distribution, limit: float, max_points: float
) -> Verdict:
    """All points, as a model that learns as the reference does reaches what it reaches."""
    mean, deviation = figure(known.mean), figure(known.sd)
    message = text(
        "accuracy_implied" if known.metric == ACCURACY else "metric_implied",
        mean=mean,
        deviation=deviation,
        runs=len(known.right or known.values),
        limit=figure(limit),
        **({} if known.metric == ACCURACY else {"metric": known.metric}),
    )
    observed = {"reference": mean, "deviation": deviation, "mode": "retrain", "by": "proof"}
    expected = _expected(context, match, limit)
    return verdict_on(
        context.check, match, Outcome.PASS, max_points, max_points, message, expected=expected, observed=observed
    )


def _with_audit(context: CheckContext, match: Match, verdict: Verdict) -> Verdict:
    """The verdict with what the audit showed, if the model was drawn for one."""
    found, limit = match.model and _find(match.model, match, "retrain"), threshold(context, match, "retrain")
    if not found or not found.audited or limit is None:
        return verdict
    learnt = not found.problem and found.rows and not _find_deceit(context, match, found, limit)
    key = "accuracy_audit_agrees" if learnt and _reaches(found, limit) else "accuracy_audit_contradicts"
    return replace(verdict, details=(verdict.message, text(key)))


def _find_deceit(context: CheckContext, match: Match, found: Accuracy, limit: float) -> Text | None:
    """That the model answers or learns otherwise than its weights, or its proof, say; `None` if it doesn't."""
    if found.apart is not None and found.apart > context.proof.own_answers:
        if found.mode == "as_submitted":
            return _text("accuracy_elsewhere", found, limit, apart=percent(found.apart))
        return text("accuracy_elsewhere_trained", apart=percent(found.apart))
    if match.proved and found.learned_apart is not None and found.learned_apart > context.accuracy.learned_apart:
        return text("accuracy_learns_otherwise", apart=percent(found.learned_apart))
    return None


def _unmeasured(  # noqa: PLR0913, PLR0917 - what `_judge` has at hand
    context: CheckContext, match: Match, model: Model, found: Accuracy | None, max_points: float, expected: object
) -> Verdict:
    """Why nothing was counted: the model raised, or isn't proved."""
    if found is not None and found.problem:
        message = text("accuracy_failed", problem=found.problem[:600])
        return _verdict(context, match, Outcome.FAIL, 0.0, max_points, expected, None, message)
    claimed = proof_status(model, match.task.id, match.model_id, context.proof) is ProofStatus.CLAIMED
    outcome = Outcome.INCONCLUSIVE if claimed else Outcome.FAIL
    return _verdict(context, match, outcome, 0.0, max_points, expected, None, text("accuracy_needs_function"))


def _explain(model: Model, found: Accuracy, limit: float, mode: Mode) -> Text:
    """Why it is too low: never trained, or trained badly."""
    if mode == "retrain":
        return _text("accuracy_low_retrain", found, limit)
    return _text("accuracy_untrained" if _is_untrained(model) else "accuracy_low_as_submitted", found, limit)


def _is_untrained(model: Model) -> bool:
    """Whether there is no sign of training: no optimizer step was counted, and no weight moved after it was seen."""
    return model.training is not None and not model.training.steps and not model.training.moved


def _stands(context: CheckContext, match: Match, model: Model, found: Accuracy) -> bool:
    """Whether a reference may answer for the model: their outputs are equal by the current tolerances."""
    proof = model.find_proof(match.task.id, match.model_id)
    return found.scorer != "reference" or (proof is not None and context.proof.answers_alike(proof))


def _find(model: Model, match: Match, mode: Mode) -> Accuracy | None:
    return next(
        (a for a in model.accuracies if (a.task, a.model_id, a.mode) == (match.task.id, match.model_id, mode)), None
    )


def _interval(found: Accuracy) -> tuple[float, float]:
    """That of a count is exact."""
    return found.interval or wilson(found.right, found.rows)


def _reaches(found: Accuracy, limit: float) -> bool:
    """Whether the better end of the interval does."""
    low, high = _interval(found)
    return low <= limit if found.smaller_is_better else high >= limit


def _expected(context: CheckContext, match: Match, limit: float) -> dict[str, str]:
    metric = context.metric_of(match)
    sign = "≤" if metric.smaller_is_better else "≥"
    if metric.name == ACCURACY:
        return {"accuracy": f"{sign} {limit:.3f}"}
    return {"score": f"{metric.name} {sign} {figure(limit)}"}


def _observed(found: Accuracy) -> dict[str, object]:
    low, high = _interval(found)
    measured: dict[str, object] = {"accuracy": round(found.score, 4)}
    if found.metric != ACCURACY:
        measured = {"score": f"{found.metric} {figure(found.score)}"}
    counted: dict[str, object] = {"right": f"{found.right}/{found.rows}"} if found.value is None else {}
    trainings: dict[str, object] = {"trainings": found.trainings} if found.trainings > 1 else {}
    interval = f"[{figure(low)}, {figure(high)}]"
    return measured | {"interval": interval} | counted | {"mode": found.mode, "by": found.scorer} | trainings


def _text(key: str, found: Accuracy, limit: float, **more: str) -> Text:
    """The sentence for a count, or that for another value."""
    return text(key if found.value is None else OF_VALUES[key], **_values(found, limit), **more)


def _values(found: Accuracy, limit: float) -> dict[str, str | float]:
    low, high = _interval(found)
    values: dict[str, str | float] = {
        "low": figure(low),
        "high": figure(high),
        "rows": found.rows,
        "limit": figure(limit),
    }
    if found.value is None:
        return values | {"accuracy": figure(found.score)}
    return values | {"metric": found.metric, "value": figure(found.score)}


def _verdict(  # noqa: PLR0913, PLR0917 - the fields of a verdict
    context: CheckContext,
    match: Match,
    outcome: Outcome,
    points: float,
    max_points: float,
    expected: object,
    found: Accuracy | None,
    message: Text,
) -> Verdict:
    return verdict_on(
        context.check,
        match,
        outcome,
        points,
        max_points,
        message,
        expected=expected,
        observed=_observed(found) if found else None,
        measure=_measure(context, match, found) if found else None,
    )


def _measure(context: CheckContext, match: Match, found: Accuracy) -> Measure | None:
    """The value beside those that the reference reached when it was calibrated."""
    limit = threshold(context, match, found.mode)
    if limit is None or not found.rows:
        return None
    low, high = _interval(found)
    known = context.find_trainings(match, found.mode)
    reached = known.reached if known else ()
    spread = np.quantile(reached, SPREAD) if reached else None
    return Measure(
        name=found.metric,
        value=found.score,
        low=low,
        high=high,
        limit=limit,
        smaller_is_better=found.smaller_is_better,
        reference=None if spread is None else (float(spread[0]), float(spread[1])),
    )


def _check(name: str) -> Check:
    """The check under one of its names."""
    return Check(
        name=name,
        judge=judge,
        needs=frozenset(("proof", "metrics")),
        values={
            "accuracy": "value_accuracy",
            "reference": "value_reference",
            "deviation": "value_deviation",
            "score": "value_score",
            "interval": "value_interval",
            "right": "value_right",
            "trainings": "value_trainings",
        },
    )


CHECK, ACCURACY_CHECK = _check("metric"), _check("accuracy")
"""One check; `accuracy` is its name where accuracy is all that is measured."""
