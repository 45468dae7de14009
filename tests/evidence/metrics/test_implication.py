"""When the proof says what a model learns, and when it doesn't."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from suite.assignments import ProofSettings
from suite.evidence.metrics.implication import learns_as_reference
from suite.evidence.proof.comparison import SameOutputs
from suite.records import Movement, Proof

MOVED = Movement(tensor="rnn.kernel", difference=1e-6, movement=0.1, value=1.0)
PROOF = Proof(
    task="stack", model_id="stack10", mappings=1, difference=1e-6, own_apart=1e-6, steps=2, movements=(MOVED,)
)
FROZEN = replace(MOVED, difference=MOVED.movement)
STILL = replace(MOVED, difference=0.0, movement=1e-7)
"""A tensor that the reference doesn't move either."""


def _same(*, diverges: bool = False, own_vocabulary: bool = False) -> SameOutputs:
    mapping, comparison = SimpleNamespace(diverges=diverges), SimpleNamespace(own_vocabulary=own_vocabulary)
    return cast(SameOutputs, SimpleNamespace(mapping=mapping, comparison=comparison))


def test_equal_answers_and_equal_learning() -> None:
    """All that a model adds to the host's training was proved."""
    assert learns_as_reference(PROOF, _same(), ProofSettings(), 1e-6)


@pytest.mark.parametrize(
    "changes",
    [
        {"difference": 0.01},
        {"own_apart": 0.3},
        {"steps": 0, "movements": ()},
        {"movements": (MOVED, FROZEN)},
        {"movements": (MOVED, STILL)},
    ],
    ids=["other answers", "other weights", "no step", "a frozen tensor", "a tensor that nothing moves"],
)
def test_proofs_that_leave_it_open(changes: dict[str, Any]) -> None:
    """What isn't equal, or can't be told, is trained."""
    assert not learns_as_reference(replace(PROOF, **changes), _same(), ProofSettings(), 1e-6)


@pytest.mark.parametrize("same", [_same(diverges=True), _same(own_vocabulary=True)], ids=["one bias", "own words"])
def test_models_of_other_parts(same: SameOutputs) -> None:
    """One bias for two, and a vocabulary of its own, learn otherwise though each step is equal."""
    assert not learns_as_reference(PROOF, same, ProofSettings(), 1e-6)


@pytest.mark.parametrize("apart", [None, 0.3])
def test_real_rows(apart: float | None) -> None:
    """A model that answers real rows otherwise than its weights do, or not at all, is trained."""
    assert not learns_as_reference(PROOF, _same(), ProofSettings(), apart)
