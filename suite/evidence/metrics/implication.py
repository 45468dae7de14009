"""Tells whether what a model learns in the host's training follows from its proof.

The host draws the weights that its training starts from, the rows and their order, and it chooses loss and optimizer.
So all that a model adds is its answers and its gradients. Where both were proved equal to the reference's, with weights
that nobody could foresee, the model learns as the reference does, whose trainings are on record.
"""

from __future__ import annotations

from suite.assignments import ProofSettings
from suite.evidence.proof.comparison import SameOutputs
from suite.records import Proof


def learns_as_reference(proof: Proof, same: SameOutputs, settings: ProofSettings, apart: float | None) -> bool:
    """Whether a model that gives a reference's outputs is sure to learn as the reference does.

    It isn't where a tensor is frozen, cut off, or moves otherwise; where the reference itself hardly moves a tensor, so
    that this can't be seen; where one bias stands for two, which then learns at another pace; with a vocabulary of its
    own; or where its own answers on real rows, which differ by `apart`, aren't those of its weights.
    """
    return (
        settings.is_proved(proof)
        and not settings.unmoved(proof)
        and not same.mapping.diverges
        and not same.comparison.own_vocabulary
        and apart is not None
        and apart <= settings.own_answers
    )
