"""Causes that show only in training mode: batch statistics that move otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from suite.judging.diagnoses.context import Cause, DiagnosisContext, FoundCause, Subject
from suite.records import Proof, StatisticsMovement, text

STILL = 0.02  # of the reference's movement: a momentum so small is none
LEAST, MOST = 0.6, 1.7
"""What a like momentum may give: the variance of a batch of 5 rows is a quarter larger if it's divided by 4."""
SHOWN = 300


def batch_statistics(context: DiagnosisContext) -> Iterator[FoundCause]:
    """Running statistics stay, or move faster or slower than the reference's, in a model that is equal otherwise."""
    for subject, proof in _equal(context):
        still = [each for each in proof.statistics if abs(each.share) < STILL]
        other = [each for each in proof.statistics if each not in still and not LEAST <= each.share <= MOST]
        if proof.reference_varies and subject.model.varies:  # dropout before them is noise in what they see
            other = [each for each in other if not LEAST / 2 <= each.share <= MOST * 2]
        if still:
            yield _found(subject, "cause_statistics_still", tensors=_names(still))
        if other:
            share = f"{other[0].share:.2g}"
            yield _found(subject, "cause_statistics_apart", tensors=_names(other), share=share)


def _equal(context: DiagnosisContext) -> Iterator[tuple[Subject, Proof]]:
    """The models that answer as their references do, with the proofs of it."""
    for subject in context.subjects:
        proof = subject.model.find_proof(subject.comparison.task, subject.comparison.model)
        if proof is not None and proof.steps:
            yield subject, proof


def _found(subject: Subject, key: str, **values: str) -> FoundCause:
    message = text(key, **values)
    return FoundCause(cell=subject.model.cell, message=message, explains="style", task=subject.comparison.task)


def _names(moves: list[StatisticsMovement]) -> str:
    return ", ".join(each.tensor for each in moves)[:SHOWN]


CAUSES = (Cause(name="batch_statistics", rank=142, recognise=batch_statistics),)
