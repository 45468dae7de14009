"""Says from stored distances whether a model is a reference's equal."""

from __future__ import annotations

from collections.abc import Sequence

from suite.assignments import ExpectedLayer, ProofSettings
from suite.records import Layer, Model, Movement, Outcome, Proof, ProofStatus, Text, text

RECURRENT = {"SimpleRNN", "LSTM", "GRU"}


def find_proof(model: Model, task: str, model_id: str) -> Proof | None:
    """How the model was held against a reference; `None` where it wasn't."""
    return next((proof for proof in model.proofs if (proof.task, proof.model_id) == (task, model_id)), None)


def answers_alike(proof: Proof, settings: ProofSettings) -> bool:
    """Whether both gave the same outputs."""
    return proof.difference is not None and proof.difference <= settings.outputs_of_largest


def computes_the_same(model: Model, task: str, model_id: str, settings: ProofSettings) -> bool:
    """Whether the model gave the reference's outputs with the host's weights, whatever it learns."""
    proof = find_proof(model, task, model_id)
    return proof is not None and answers_alike(proof, settings)


def moved_apart(proof: Proof, settings: ProofSettings) -> list[Movement]:
    """The tensors that training moved otherwise than the reference's."""
    return [
        move
        for move in proof.movements
        if move.difference > settings.trained_of_movement * move.movement + settings.trained_of_value * move.value
    ]


def proof_status(model: Model | None, task: str, model_id: str, settings: ProofSettings) -> ProofStatus:
    """Proved with equal outputs and equal learning, disproved with either unequal, else claimed."""
    proof = find_proof(model, task, model_id) if model else None
    if proof is None or (proof.difference is None and not proof.problem):
        return ProofStatus.CLAIMED
    if answers_alike(proof, settings) and proof.steps and not moved_apart(proof, settings):
        return ProofStatus.PROVED
    return ProofStatus.DISPROVED


def counts_for(expected: ExpectedLayer, seen: Layer) -> bool:
    """Whether what a layer shows can stand for the reference's: it isn't made up, and is of its kind."""
    return seen.counts and (None in (seen.family, expected.family) or seen.family == expected.family)


def returns_like(expected: ExpectedLayer, seen: Layer) -> bool:
    """Whether the shape that a layer returns can be what the reference's should: here any recurrence will do."""
    same_sort = None not in (seen.family, expected.family) and {seen.family, expected.family} <= RECURRENT
    return counts_for(expected, seen) or (seen.counts and same_sort)


def explain_uncounted(place: int, expected: ExpectedLayer, seen: Layer) -> Text | None:
    """Why a layer of the right size and shape doesn't count; `None` where it does."""
    if seen.unproved:
        return text("layer_unproved", layer=place, kind=seen.kind)
    if seen.counts and not counts_for(expected, seen):
        return text("layer_other", layer=place, kind=seen.kind, observed=seen.family or "", expected=expected.kind)
    return None


def weigh_findings(findings: Sequence[Text]) -> Outcome:
    """What findings about layers come to; where none is more than a doubt, a doubt."""
    if not findings:
        return Outcome.PASS
    return Outcome.INCONCLUSIVE if all(found.key == "layer_unproved" for found in findings) else Outcome.FAIL
