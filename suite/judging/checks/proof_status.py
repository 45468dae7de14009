"""Decides from stored differences whether a model equals a reference."""

from __future__ import annotations

from collections.abc import Sequence

from suite.assignments import ExpectedLayer, ProofSettings
from suite.records import Layer, Model, Outcome, ProofStatus, Text, text

RECURRENT = {"SimpleRNN", "LSTM", "GRU"}


def computes_the_same(model: Model, task: str, model_id: str, settings: ProofSettings) -> bool:
    """Whether the model gave the reference's outputs with the host's weights, whatever it learns."""
    proof = model.find_proof(task, model_id)
    return proof is not None and settings.answers_alike(proof)


def proof_status(model: Model | None, task: str, model_id: str, settings: ProofSettings) -> ProofStatus:
    """Proved with equal outputs and equal learning, disproved with either unequal, else claimed."""
    proof = model.find_proof(task, model_id) if model else None
    if proof is None or (proof.difference is None and not proof.problem):
        return ProofStatus.CLAIMED
    if not settings.answers_alike(proof):
        return ProofStatus.DISPROVED if proof.all_tried or proof.problem else ProofStatus.CLAIMED
    return ProofStatus.PROVED if settings.is_proved(proof) else ProofStatus.DISPROVED


def counts_for(expected: ExpectedLayer, seen: Layer) -> bool:
    """Whether a layer can count as the reference's: it isn't made up, and is of the same kind."""
    return seen.counts and (None in (seen.family, expected.family) or seen.family == expected.family)


def returns_like(expected: ExpectedLayer, seen: Layer) -> bool:
    """Whether a layer's output shape can count as the reference's: here any kind of recurrent layer will do."""
    same_sort = None not in (seen.family, expected.family) and {seen.family, expected.family} <= RECURRENT
    return counts_for(expected, seen) or (seen.counts and same_sort)


def explain_uncounted(place: int, expected: ExpectedLayer, seen: Layer) -> Text | None:
    """Why a layer of the right size and shape doesn't count; `None` if it does."""
    if seen.unproved:
        return text("layer_unproved", layer=place, kind=seen.kind)
    if seen.counts and not counts_for(expected, seen):
        return text("layer_other", layer=place, kind=seen.kind, observed=seen.family or "", expected=expected.kind)
    return None


def weigh_findings(findings: Sequence[Text]) -> Outcome:
    """The outcome of findings about layers: INCONCLUSIVE if all of them are only doubts."""
    if not findings:
        return Outcome.PASS
    return Outcome.INCONCLUSIVE if all(found.key == "layer_unproved" for found in findings) else Outcome.FAIL
