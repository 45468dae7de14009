"""The whole-model proof on models of many shapes: right ones are proved however they are written, mistakes show."""

from __future__ import annotations

import re

import pytest

from suite.assignments import ProofSettings
from tests.evidence.proof.architectures import ARCHITECTURES
from tests.evidence.proof.in_process import prove

pytestmark = pytest.mark.slow
SETTINGS = ProofSettings()
AGAIN = [name for name, each in ARCHITECTURES.items() if each.again]
MISTAKES = [(name, mistake) for name, each in ARCHITECTURES.items() for mistake in each.mistakes]
STILL = re.compile("running|moving")
ENOUGH = 100  # times the tolerance: so far apart a mistake lies at least


@pytest.mark.parametrize(
    ("name", "again"), [*((name, False) for name in ARCHITECTURES), *((name, True) for name in AGAIN)]
)
def test_right_models_are_proved(name: str, again: bool) -> None:  # noqa: FBT001 - pytest passes by name
    each = ARCHITECTURES[name]
    proof = prove(each.framework, each.make(), each.again() if again and each.again else each.make(), each.probe)
    assert proof is not None
    assert not proof.problem
    assert proof.difference is not None
    assert proof.difference <= SETTINGS.outputs_of_largest
    assert proof.steps
    assert not SETTINGS.moved_apart(proof)
    still = [move for move in proof.movements if not move.movement and not STILL.search(move.tensor)]
    assert len(still) <= 1, "the bias of the keys of an attention layer never moves, all others do"


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_mistakes_show(name: str, mistake: str) -> None:
    each = ARCHITECTURES[name]
    proof = prove(each.framework, each.make(), each.make(**each.mistakes[mistake]), each.probe)
    assert proof is not None
    assert proof.difference is not None
    assert proof.difference > ENOUGH * SETTINGS.outputs_of_largest
