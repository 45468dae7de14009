"""The reference's layers beside the submission's, in a picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suite.records import Evidence, Layer, LayerComparison, Proof, ProofStatus, Weight
from suite.report.html import _breakdowns
from suite.report.layer_drawing import draw_layers, first_difference
from tests.judging.runs import EMPTY_MODEL, make_run

CLAIM = "Everything is right."


def _layer(kind: str, size: int, units: int) -> Layer:
    weight = Weight(name="kernel", shape=(size,), trainable=True)
    return Layer(name="", kind=kind, weights=(weight,), output_shape=(None, units), options={})


def _compare(*pairs: tuple[Layer | None, Layer | None], proved: bool = False) -> LayerComparison:
    status = ProofStatus.PROVED if proved else ProofStatus.DISPROVED
    return LayerComparison(
        task="t", model="m", place=None, variable="", framework="keras", rows=pairs, proof_status=status
    )


SAME = _layer("LSTM", 100, 10), _layer("LSTM", 100, 10)
OTHER = _layer("Dense", 110, 10), _layer("Dense", 55, 5)
MISSING = _layer("Dense", 110, 10), None


@pytest.mark.parametrize(
    ("pairs", "place"), [((SAME, OTHER, MISSING), 1), ((SAME, MISSING), 1), ((SAME, SAME), None), ((), None)]
)
def test_the_first_difference_is_found(pairs: tuple[tuple[Layer | None, Layer | None], ...], place: int | None) -> None:
    """By counts and shapes; a proved model has none, however it is written."""
    assert first_difference(_compare(*pairs), None) == place
    assert first_difference(_compare(*pairs, proved=True), None) is None


def test_only_the_first_difference_is_marked() -> None:
    """What follows may follow from it; a layer that isn't there is an empty box."""
    drawn = draw_layers(_compare(SAME, OTHER, MISSING), 1, ("Reference", "Submission"), "Layers", "Layer 2 differs.")
    assert drawn.count('class="sign differs middle"') == drawn.count(">≠<") == 1
    assert drawn.count('class="box differs"') == 2
    assert drawn.count("absent") == 1
    assert "<desc>Layer 2 differs.</desc>" in drawn


def test_a_kind_that_is_a_sentence_is_not_drawn() -> None:
    """A picture has no quotation marks: it shows words of code alone."""
    pair = _layer("LSTM", 1, 1), _layer(CLAIM, 1, 1)
    drawn = draw_layers(_compare(pair), None, ("a", "b"), "t", "d")
    assert CLAIM not in drawn
    assert ">LSTM</text>" in drawn


def test_part_of_a_model_is_looked_up_among_the_parts() -> None:
    """A task's model may be one that only another model holds: its place comes after those of whole models."""
    whole = replace(EMPTY_MODEL, name="gan", framework="keras", class_name="GAN")
    proof = Proof(task="t", model_id="m", mappings=1, difference=0.5, layer=1)
    part = replace(whole, name="gan.generator", within=(0,), proofs=(proof,))
    evidence = Evidence(run=make_run("gan = 1"), models=(whole,), parts={1: part})
    assert first_difference(replace(_compare(SAME, SAME), place=1), evidence) == 0
    assert _breakdowns(replace(_compare(SAME), place=1), evidence) == []
