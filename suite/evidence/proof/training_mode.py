"""What models do in training mode: whether their answers vary, and how far batch statistics move.

Both show in a call in training mode with the host's weights, without a step. Diagnoses tell of it, and no marks depend
on it, as an assignment seldom states a momentum, and a rate of dropout shows in no single call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from suite.evidence.proof.distance import difference
from suite.evidence.proof.experiment import Inputs, ModelError, Side
from suite.evidence.proof.random_tensors import Array
from suite.evidence.proof.weight_mappings import WeightMapping
from suite.records import StatisticsMovement

SURE = 8
"""Calls after which a model's answers are said not to vary: two may be alike by chance, where little is dropped."""
STATISTICS = ("mean", "variance")
VARIES = 1e-4  # of the largest output: parallel sums differ by 1e-6 from call to call, dropout by 1e-2 or more


def varies(side: Side, inputs: Inputs, calls: int = 2) -> bool | None:
    """Whether calls in training mode, with equal weights and inputs, answer differently; `None` if that is unknown."""
    try:
        answers, _ = replace(side, slots=()).practise([], inputs, calls=calls)
    except ModelError:
        return None
    apart = [difference(later, answers[0]) for later in answers[1:]]
    return None if None in apart else max(filter(None, apart), default=0.0) > VARIES


def compare_statistics(  # noqa: PLR0913, PLR0917 - two sides, and what both are given
    own: Side,
    reference: Side,
    mapping: WeightMapping,
    weights: Sequence[Array],
    inputs: Inputs,
    reference_inputs: Inputs,
) -> tuple[StatisticsMovement, ...]:
    """How far each of the model's tensors moves that stands for one of the reference's batch statistics.

    Empty where the reference keeps none, or a model can't be called in training mode.
    """
    if not any(slot.role in STATISTICS for slot in reference.slots):
        return ()
    start = mapping.apply(weights)
    try:
        _, moved = replace(reference, traced=own.traced).practise(weights, reference_inputs, calls=1)
        moves = [
            late.astype(np.float64) - early if slot.role in STATISTICS else np.zeros_like(early)
            for slot, early, late in zip(reference.slots, weights, moved, strict=True)
        ]
        _, after = own.practise(start, inputs, calls=1)
    except ModelError:
        return ()
    return tuple(
        StatisticsMovement(tensor=slot.name, share=float(np.vdot(expected, late - early) / np.vdot(expected, expected)))
        for slot, early, late, expected in zip(own.slots, start, after, mapping.carry_movements(moves), strict=True)
        if np.any(expected) and np.isfinite(late).all()
    )
