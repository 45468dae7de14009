"""Check `accuracy`: did the model learn, or does it learn when the host trains it again?

A model fails only where the whole 95 % interval of its accuracy lies below the threshold: the calibrated bound, or the
assignment's floor. Where the suite has no threshold, the check is left out and nobody loses points for it.
"""

from __future__ import annotations

from suite.assignments import DataKind, Distribution
from suite.judging.checks.interface import Check, CheckContext, verdict_on, verdict_without_model
from suite.judging.checks.match import Match
from suite.judging.checks.proof_status import answers_alike, find_proof, proof_status
from suite.records import Accuracy, Mode, Model, Outcome, ProofStatus, Text, Verdict, text
from suite.stats.proportions import wilson
from suite.text.figures import percent

PASSED: dict[Mode, str] = {"as_submitted": "accuracy_pass_as_submitted", "retrain": "accuracy_pass_retrain"}


def judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict per task whose model is examined."""
    examined = [match for match in context.matches if set(match.task.accepts) & context.accuracy.models.keys()]
    return [_judge(context, match, max_points / len(examined)) for match in examined]


def threshold(context: CheckContext, match: Match, mode: Mode) -> float | None:
    """What the accuracy is compared with; `None` if nothing was recorded for these data."""
    found = _distribution(context, match, mode)
    settings = context.accuracy.models.get(match.model_id)
    floor = settings.floor if settings and mode == "as_submitted" and not context.evidence.stand_in else 0.0
    bound = found.bound if found else 0.0
    return max(bound, floor) or None


def _judge(context: CheckContext, match: Match, max_points: float) -> Verdict:
    mode = context.accuracy.modes.get(context.evidence.budget, "retrain")  # type: ignore[call-overload]
    limit = threshold(context, match, mode)
    if limit is None:
        data = "stand-in" if context.evidence.stand_in else "real"
        message = text("accuracy_uncalibrated", model=match.model_id, data=data, budget=context.evidence.budget)
        return _verdict(match, Outcome.SKIPPED, 0.0, 0.0, None, None, message)
    expected = {"accuracy": f"≥ {limit:.3f}"}
    model = match.model
    if model is None:
        return verdict_without_model("accuracy", context, match, max_points, expected)
    found = _find(model, match, mode)
    if found is None or found.problem or not found.rows or not _stands(context, match, model, found):
        return _unmeasured(context, match, model, found, max_points, expected)
    if found.scorer == "own answers":
        share = context.accuracy.claimed_share if _reaches(found, limit) else 0.0
        values = _values(found, limit)
        message = text("accuracy_claimed", **values, points=f"{100 * context.accuracy.claimed_share:g}")
        return _verdict(
            match, Outcome.INCONCLUSIVE, max_points * share, max_points, expected, _observed(found), message
        )
    if (deceit := _find_deceit(context, match, found, limit)) is not None:
        return _verdict(match, Outcome.FAIL, 0.0, max_points, expected, _observed(found), deceit)
    if _reaches(found, limit):
        always = "as_submitted" not in context.accuracy.modes.values()
        key = "accuracy_pass_retrain_always" if always else PASSED[mode]
        message = text(key, **_values(found, limit))
        return _verdict(match, Outcome.PASS, max_points, max_points, expected, _observed(found), message)
    if mode == "as_submitted" and context.evidence.capped and not _is_untrained(model):
        return _judge_again(context, match, model, found, max_points)
    message = _explain(model, found, limit, mode)
    return _verdict(match, Outcome.FAIL, 0.0, max_points, expected, _observed(found), message)


def _judge_again(context: CheckContext, match: Match, model: Model, cut: Accuracy, max_points: float) -> Verdict:
    """Judge what the model learns when the host trains it, as the budget cut the notebook's own training."""
    found, limit = _find(model, match, "retrain"), threshold(context, match, "retrain")
    if limit is None:
        message = text("accuracy_cut_uncalibrated", **_values(cut, 0))
        return _verdict(match, Outcome.SKIPPED, 0.0, 0.0, None, _observed(cut), message)
    expected = {"accuracy": f"≥ {limit:.3f}"}
    if found is None or found.problem or not found.rows:
        return _unmeasured(context, match, model, found, max_points, expected)
    if (deceit := _find_deceit(context, match, found, limit)) is not None:
        return _verdict(match, Outcome.FAIL, 0.0, max_points, expected, _observed(found), deceit)
    passed = _reaches(found, limit)
    message = text("accuracy_cut" if passed else "accuracy_low_retrain", **_values(found, limit))
    outcome = Outcome.PASS if passed else Outcome.FAIL
    return _verdict(match, outcome, max_points * passed, max_points, expected, _observed(found), message)


def _find_deceit(context: CheckContext, match: Match, found: Accuracy, limit: float) -> Text | None:
    """That the model answers or learns otherwise than its weights, or its proof, say; `None` if it doesn't."""
    if found.apart is not None and found.apart > context.proof.own_answers:
        key = "accuracy_elsewhere" if found.mode == "as_submitted" else "accuracy_elsewhere_trained"
        values = _values(found, limit) if found.mode == "as_submitted" else {}
        return text(key, **values, apart=percent(found.apart))
    if match.proved and found.learned_apart is not None and found.learned_apart > context.accuracy.learned_apart:
        return text("accuracy_learns_otherwise", apart=percent(found.learned_apart))
    return None


def _unmeasured(  # noqa: PLR0913, PLR0917 - what `_judge` has at hand
    context: CheckContext, match: Match, model: Model, found: Accuracy | None, max_points: float, expected: object
) -> Verdict:
    """Why nothing was counted: the model raised, or isn't proved."""
    if found is not None and found.problem:
        message = text("accuracy_failed", problem=found.problem[:600])
        return _verdict(match, Outcome.FAIL, 0.0, max_points, expected, None, message)
    claimed = proof_status(model, match.task.id, match.model_id, context.proof) is ProofStatus.CLAIMED
    outcome = Outcome.INCONCLUSIVE if claimed else Outcome.FAIL
    return _verdict(match, outcome, 0.0, max_points, expected, None, text("accuracy_needs_function"))


def _explain(model: Model, found: Accuracy, limit: float, mode: Mode) -> Text:
    """Why it is too low: never trained, or trained badly."""
    if mode == "retrain":
        return text("accuracy_low_retrain", **_values(found, limit))
    key = "accuracy_untrained" if _is_untrained(model) else "accuracy_low_as_submitted"
    return text(key, **_values(found, limit))


def _is_untrained(model: Model) -> bool:
    """Whether there is no sign of training: no optimizer step was counted, and no weight moved after it was seen."""
    return model.training is not None and not model.training.steps and not model.training.moved


def _stands(context: CheckContext, match: Match, model: Model, found: Accuracy) -> bool:
    """Whether a reference may answer for the model: their outputs are equal by the current tolerances."""
    proof = find_proof(model, match.task.id, match.model_id)
    return found.scorer != "reference" or (proof is not None and answers_alike(proof, context.proof))


def _find(model: Model, match: Match, mode: Mode) -> Accuracy | None:
    return next(
        (a for a in model.accuracies if (a.task, a.model_id, a.mode) == (match.task.id, match.model_id, mode)), None
    )


def _distribution(context: CheckContext, match: Match, mode: Mode) -> Distribution | None:
    kind: DataKind = "stand-in" if context.evidence.stand_in else "real"
    return context.calibration.find(match.model_id, match.framework, mode, context.evidence.budget, kind)


def _reaches(found: Accuracy, limit: float) -> bool:
    return wilson(found.right, found.rows)[1] >= limit


def _observed(found: Accuracy) -> dict[str, object]:
    low, high = wilson(found.right, found.rows)
    return {
        "accuracy": round(found.right / found.rows, 4),
        "interval": f"[{low:.3f}, {high:.3f}]",
        "right": f"{found.right}/{found.rows}",
        "mode": found.mode,
        "by": found.scorer,
    } | ({"trainings": found.trainings} if found.trainings > 1 else {})


def _values(found: Accuracy, limit: float) -> dict[str, str | float]:
    low, high = wilson(found.right, found.rows)
    return {
        "accuracy": f"{found.right / found.rows:.3f}",
        "low": f"{low:.3f}",
        "high": f"{high:.3f}",
        "rows": found.rows,
        "limit": f"{limit:.3f}",
    }


def _verdict(  # noqa: PLR0913, PLR0917 - the fields of a verdict
    match: Match, outcome: Outcome, points: float, max_points: float, expected: object, observed: object, message: Text
) -> Verdict:
    return verdict_on("accuracy", match, outcome, points, max_points, message, expected=expected, observed=observed)


CHECK = Check(
    name="accuracy",
    judge=judge,
    needs=frozenset(("proof", "metrics")),
    values={
        "accuracy": "value_accuracy",
        "interval": "value_interval",
        "right": "value_right",
        "trainings": "value_trainings",
    },
)
