"""Ways of laying a reference's weights into a model, checked on arrays."""

from __future__ import annotations

import numpy as np
import pytest

from suite.evidence.proof.weight_layouts import Shape
from suite.evidence.proof.weight_mappings import LinkMapping, mappings

LIMIT = 16
RNN = [(8, 28), (8, 8), (8,), (8,)]
DENSE = [(10, 8), (10,)]


def _laid(way: LinkMapping, reference: list[list[Shape]], own: list[Shape]) -> list[np.ndarray]:
    """Tensors filled with the reference's, each of which holds its own number."""
    shapes = [shape for layer in reference for shape in layer]
    weights = [np.full(shape, float(number)) for number, shape in enumerate(shapes)]
    laid = way.apply(weights)
    assert [array.shape for array in laid] == own
    return laid


def test_equal_shapes_keep_their_places() -> None:
    """The first way is the tensors' own order."""
    own = [*RNN, *DENSE]
    way = mappings([RNN, DENSE], own, LIMIT)[0]
    assert [a.flat[0] for a in _laid(way, [RNN, DENSE], own)] == [0, 1, 2, 3, 4, 5]


def test_another_order_within_a_layer() -> None:
    """Two linear layers hold kernel, bias, kernel, bias; the same order is taken in every layer of the same shapes."""
    inner = [(8, 8), (8, 8), (8,), (8,)]
    own = [(8, 28), (8,), (8, 8), (8,), (8, 8), (8,), (8, 8), (8,)]
    found = mappings([RNN, inner], own, LIMIT)
    assert [a.flat[0] for a in _laid(found[0], [RNN, inner], own)] == [0, 2, 1, 3, 4, 6, 5, 7]
    orders = [[a.flat[0] for a in _laid(way, [RNN, inner], own)] for way in found]
    assert [0, 2, 1, 3, 5, 6, 4, 7] in orders


def test_layers_in_another_order() -> None:
    """Where layers aren't in the reference's order, shapes find them."""
    own = [*DENSE, *RNN]
    way = mappings([RNN, DENSE], own, LIMIT)[0]
    assert [a.flat[0] for a in _laid(way, [RNN, DENSE], own)] == [4, 5, 0, 1, 2, 3]


@pytest.mark.parametrize(
    ("reference", "own", "apart"),
    [
        (RNN, [(28, 8), (8, 8), (8,), (8,)], False),  # transposed
        (RNN, [(8, 28), (8, 8), (8,)], True),  # one bias for two
        ([(28, 10), (10, 10), (10,)], [(28, 10), (10,), (10, 10), (10,)], True),  # two biases for one
        (RNN, [(8, 36), (8,)], True),  # both kernels in one, and one bias
        ([(28, 10), (10, 10), (10,)], [(38, 10), (10,)], False),  # the same in Keras
    ],
)
def test_forms_of_a_layer(reference: list[Shape], own: list[Shape], apart: bool) -> None:  # noqa: FBT001
    """However a layer keeps its tensors, all of them are filled, and biases that add up are known to part."""
    found = mappings([reference], own, LIMIT)
    assert found
    for way in found:
        _laid(way, [reference], own)
    assert found[0].diverges is apart


def test_biases_that_add_up() -> None:
    """One bias stands for the sum of two; in training each moves like the reference's."""
    (way, *_) = mappings([RNN], [(8, 28), (8, 8), (8,)], LIMIT)
    assert _laid(way, [RNN], [(8, 28), (8, 8), (8,)])[2].flat[0] == 2 + 3
    link = next(link for link in way.links if len(link.reference) == 2)
    assert link.carry_movement([np.ones(8), np.ones(8)])[0].flat[0] == 1


@pytest.mark.parametrize("own", [[], RNN, [*RNN, (10, 9), (10,)], [*RNN, *DENSE, (3,)]])
def test_what_does_not_fit(own: list[Shape]) -> None:
    """Missing, foreign and further tensors have no way."""
    assert mappings([RNN, DENSE], own, LIMIT) == []


def test_ways_are_bounded() -> None:
    """Thirty equal tensors have more orders than anyone can try."""
    square = [[(8, 8)]] * 30
    assert len(mappings(square, [(8, 8)] * 30, LIMIT)) == LIMIT
    assert len(mappings([[(8, 8)] * 12], [(8, 8)] * 12, LIMIT)) == LIMIT


FORMS = (
    (RNN, RNN),
    (RNN, [(28, 8), (8, 8), (8,), (8,)]),
    (RNN, [(8, 28), (8, 8), (8,)]),
    ([(28, 10), (10, 10), (10,)], [(28, 10), (10,), (10, 10), (10,)]),
    (RNN, [(8, 36), (8,)]),
    ([(28, 10), (10, 10), (10,)], [(38, 10), (10,)]),
    ([(28, 10), (10, 10), (10,)], [(10, 38), (10,)]),
)


@pytest.mark.parametrize(("layer", "own"), FORMS)
def test_weights_come_back(layer: list[Shape], own: list[Shape]) -> None:
    """What a model holds, laid into the reference and out again, is the same; where one bias is two, their sum is."""
    generator = np.random.default_rng(0)
    shapes = [*layer, *DENSE]
    for way in mappings([layer, DENSE], [*own, *DENSE], LIMIT):
        held = [generator.normal(size=shape).astype(np.float32) for shape in [*own, *DENSE]]
        weights = way.restore(held, shapes)
        assert [array.shape for array in weights] == shapes
        again = way.restore(way.apply(weights), shapes)
        for link in way.links:
            before, after = (
                sum(arrays[n] for n in link.reference)
                if link.conversion == "one for two"
                else np.concatenate([arrays[n].ravel() for n in link.reference])
                for arrays in (weights, again)
            )
            assert np.allclose(before, after, atol=1e-6)
            if link.conversion != "two for one":  # whose two biases add up alike in any way
                assert all(np.array_equal(way.apply(weights)[n], held[n]) for n in link.own)
