"""Check `function`: does the model compute, and learn, what the reference does with the same weights?

Equal outputs are worth half of the points, equal weights after training the other half.
"""

from __future__ import annotations

from collections.abc import Iterator

from suite.assignments import ProofSettings
from suite.judging.checks.interface import Check, CheckContext, verdict_on, verdict_without_model
from suite.judging.checks.layer_kinds import is_recurrent
from suite.judging.checks.layer_options import other_options, say_options
from suite.judging.checks.match import Match
from suite.judging.checks.proof_status import proof_status
from suite.records import Model, Outcome, Proof, ProofStatus, Text, Verdict, text
from suite.text.figures import percent, power

OUTPUTS_SHARE = 0.5
OUTCOMES = {
    ProofStatus.PROVED: Outcome.PASS,
    ProofStatus.DISPROVED: Outcome.FAIL,
    ProofStatus.CLAIMED: Outcome.INCONCLUSIVE,
}


def judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict per task."""
    return [_judge(context, match, max_points / len(context.matches)) for match in context.matches]


def _judge(context: CheckContext, match: Match, max_points: float) -> Verdict:
    settings, model = context.proof, match.model
    expected = {"difference": f"≤ {settings.outputs_of_largest:g}"}
    if model is None:
        return verdict_without_model("function", context, match, max_points, expected)
    found = proof_status(model, match.task.id, match.model_id, settings)
    proof = model.find_proof(match.task.id, match.model_id)
    outcome, message = _explain(match, model, proof, settings, found)
    return verdict_on(
        "function",
        match,
        outcome,
        max_points * _share(proof, settings, found),
        max_points,
        message,
        expected=expected,
        observed=None if proof is None or proof.difference is None else {"difference": power(proof.difference)},
        details=(message, *_compare_formulas(match)) if found is not ProofStatus.PROVED else (),
    )


def _share(proof: Proof | None, settings: ProofSettings, found: ProofStatus) -> float:
    """Share of the points."""
    if found is ProofStatus.PROVED:
        return 1.0
    return OUTPUTS_SHARE if proof is not None and settings.answers_alike(proof) else 0.0


def _explain(
    match: Match, model: Model, proof: Proof | None, settings: ProofSettings, found: ProofStatus
) -> tuple[Outcome, Text]:
    """The outcome and what it means."""
    if proof is None or found is ProofStatus.CLAIMED:
        return _explain_claim(match, model)
    if found is ProofStatus.PROVED:
        return OUTCOMES[found], text("function_pass", steps=proof.steps, difference=power(proof.difference or 0))
    if settings.answers_elsewhere(proof):
        return OUTCOMES[found], text("function_elsewhere", apart=percent(proof.own_apart or 0))
    if proof.problem:
        key = "function_learning_failed" if settings.answers_alike(proof) else "function_failed"
        return OUTCOMES[found], text(key, problem=proof.problem[:600])
    if settings.answers_alike(proof):
        moves = settings.moved_apart(proof)
        tensors = ", ".join(move.tensor for move in moves) or "–"
        return OUTCOMES[found], text("function_learns_otherwise", tensors=tensors[:600])
    difference = percent(proof.difference or 0)
    if proof.layer is not None:
        layer = model.layers[proof.layer - 1]
        key = "function_layer_recurrent" if is_recurrent(layer) else "function_layer"
        return OUTCOMES[found], text(key, layer=proof.layer, kind=layer.kind, difference=difference)
    key = "function_differs" if any(map(is_recurrent, model.layers)) else "function_differs_plain"
    return OUTCOMES[found], text(key, difference=difference)


def _compare_formulas(match: Match) -> Iterator[Text]:
    """Where a layer by itself is of another kind than the reference's, or has other options."""
    for place, expected, seen in match.numbered:
        if not (expected and seen and expected.formula and seen.formula):
            continue
        if expected.family != seen.family:
            yield text("function_formula", layer=place, observed=seen.family or "", expected=expected.family or "")
        elif others := other_options(expected, seen, match.task):
            observed, wanted = say_options(others)
            yield text("function_option", layer=place, kind=seen.kind, observed=observed, expected=wanted)


def _explain_claim(match: Match, model: Model) -> tuple[Outcome, Text]:
    """Why a model couldn't be compared with the reference: what the other checks find wrong, or an unusual form."""
    if model.problem:
        return Outcome.FAIL, text("forward_failed", problem=model.problem[:600])
    in_doubt = any(layer.unproved for layer in model.layers)
    counted = model.parameters if in_doubt else model.counted
    if counted != match.reference.parameters or model.outputs != match.reference.outputs:
        return Outcome.FAIL, text("function_needs_counts")
    return Outcome.INCONCLUSIVE, text("function_no_mapping")


CHECK = Check(
    name="function",
    judge=judge,
    needs=frozenset(("proof",)),
    is_about_models=True,
    values={"difference": "value_difference"},
)
