"""Weights are paired by what they do, whatever tensors a model keeps them in; checked on functions of arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from suite.evidence.proof.activations import sigmoid, softmax
from suite.evidence.proof.distance import difference
from suite.evidence.proof.random_tensors import DrawnTensor
from suite.evidence.proof.weight_blocks import decompositions
from suite.evidence.proof.weight_layouts import Shape
from suite.evidence.proof.weight_pairing import BlockMapping, PairingSearch, TooManyCallsError
from suite.frameworks import Role

Array = np.ndarray
D, U = 5, 3
INPUTS = np.random.default_rng(0).uniform(-1, 1, (4, 7, D))
LSTM: list[Shape] = [(D, 4 * U), (U, 4 * U), (4 * U,)]
DENSE: list[Shape] = [(U, 2), (2,)]
ROLES: tuple[Role, ...] = ("kernel", "recurrent kernel", "bias", "kernel", "bias")


def _steps(gates: Callable[[Array, Array], tuple[Array, Array, Array, Array]]) -> Array:
    h = c = np.zeros((len(INPUTS), U))
    for step in range(INPUTS.shape[1]):
        i, f, g, o = gates(INPUTS[:, step], h)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return h


def _lstm(weights: Sequence[Array]) -> list[Array]:
    kernel, recurrent, bias, out, shift = weights

    def gates(x: Array, h: Array) -> tuple[Array, ...]:
        return tuple(np.split(x @ kernel + h @ recurrent + bias, 4, axis=-1))

    return [_steps(gates) @ out + shift]  # type: ignore[arg-type]


def _apart(weights: Sequence[Array]) -> list[Array]:
    """A matrix, transposed, for each gate, input and state together; output gate first; the last layer in front."""
    out, shift, *gated = weights

    def gates(x: Array, h: Array) -> tuple[Array, ...]:
        both = np.concatenate([h, x], axis=-1)
        o, g, i, f = (both @ gated[2 * n].T + gated[2 * n + 1] for n in range(4))
        return i, f, g, o

    return [_steps(gates) @ out + shift]  # type: ignore[arg-type]


def _reordered(weights: Sequence[Array]) -> list[Array]:
    """One matrix for all gates, in another order."""
    kernel, recurrent, bias, out, shift = weights

    def gates(x: Array, h: Array) -> tuple[Array, ...]:
        i, f, o, g = np.split(x @ kernel + h @ recurrent + bias, 4, axis=-1)
        return i, f, g, o

    return [_steps(gates) @ out + shift]  # type: ignore[arg-type]


def _wrong(weights: Sequence[Array]) -> list[Array]:
    """The state isn't squashed."""
    kernel, recurrent, bias, out, shift = weights
    h = c = np.zeros((len(INPUTS), U))
    for step in range(INPUTS.shape[1]):
        i, f, g, o = np.split(INPUTS[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * c
    return [h @ out + shift]


def _attention(weights: Sequence[Array]) -> list[Array]:
    """Two heads, with a matrix for each head as in Keras."""
    q, qb, k, kb, v, vb, o, ob = weights
    query, key, value = (np.einsum("bsd,dhu->bhsu", INPUTS, w) + b[:, None] for w, b in ((q, qb), (k, kb), (v, vb)))
    scores = softmax(query @ key.swapaxes(-1, -2) / np.sqrt(U))
    return [np.einsum("bhsu,hud->bsd", scores @ value, o) + ob]


def _attention_in_one(weights: Sequence[Array]) -> list[Array]:
    """Values, keys and queries in one matrix, in this order, without a third axis; the last layer in front."""
    out, shift, joined, bias = weights
    parts = np.split(INPUTS @ joined + bias, 3, axis=-1)
    value, key, query = (part.reshape(4, 7, 2, U).swapaxes(1, 2) for part in parts)
    scores = softmax(query @ key.swapaxes(-1, -2) / np.sqrt(U))
    return [(scores @ value).swapaxes(1, 2).reshape(4, 7, 2 * U) @ out + shift]


def _residual(weights: Sequence[Array]) -> list[Array]:
    first, second, shortcut = weights
    return [np.tanh(INPUTS @ first) @ second + INPUTS @ shortcut]


def _shortcut_first(weights: Sequence[Array]) -> list[Array]:
    shortcut, first, second = weights
    return [INPUTS @ shortcut + np.tanh(INPUTS @ first) @ second]


def _residual_without(weights: Sequence[Array]) -> list[Array]:
    shortcut, first, second = weights
    return [INPUTS @ shortcut @ first @ second]


HEADS: list[Shape] = [(D, 2, U), (2, U)] * 3 + [(2, U, D), (D,)]
IN_ONE: list[Shape] = [(2 * U, D), (D,), (D, 6 * U), (6 * U,)]
GATES: list[Shape] = [*DENSE, *([(U, D + U), (U,)] * 4)]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A reference and a model."""

    reference: Callable[[Sequence[Array]], list[Array]]
    layers: list[list[Shape]]
    roles: tuple[Role, ...]
    own: Callable[[Sequence[Array]], list[Array]]
    own_shapes: list[Shape]

    def pair(self, limit: int = 500) -> BlockMapping | None:
        """The first mapping that is found."""
        shapes = tuple(shape for layer in self.layers for shape in layer)
        search = PairingSearch(
            reference=self.reference,
            own=self.own,
            compare=difference,
            tensors=tuple(DrawnTensor(shape=s, role=role) for s, role in zip(shapes, self.roles, strict=False)),
            own_shapes=tuple(self.own_shapes),
            own_roles=(),
            enough=1e-6,
            generator=np.random.default_rng(1),
        )
        cuts = decompositions(self.layers, self.own_shapes)
        return next((found for blocks in cuts if (found := search.pair(blocks, limit))), None)


NO_ROLES: tuple[Role, ...] = ("",) * 8
EQUAL = {
    "a matrix per gate": Case(reference=_lstm, layers=[LSTM, DENSE], roles=ROLES, own=_apart, own_shapes=GATES),
    "gates in another order": Case(
        reference=_lstm, layers=[LSTM, DENSE], roles=ROLES, own=_reordered, own_shapes=[*LSTM, *DENSE]
    ),
    "heads in one matrix": Case(
        reference=_attention, layers=[HEADS], roles=NO_ROLES, own=_attention_in_one, own_shapes=IN_ONE
    ),
    "the shortcut first": Case(
        reference=_residual, layers=[[(D, D)]] * 3, roles=("",) * 3, own=_shortcut_first, own_shapes=[(D, D)] * 3
    ),
}
OTHER = {
    "the state isn't squashed": Case(
        reference=_lstm, layers=[LSTM, DENSE], roles=ROLES, own=_wrong, own_shapes=[*LSTM, *DENSE]
    ),
    "no shortcut": Case(
        reference=_residual, layers=[[(D, D)]] * 3, roles=("",) * 3, own=_residual_without, own_shapes=[(D, D)] * 3
    ),
}


@pytest.mark.parametrize("name", EQUAL)
def test_equal_functions_are_paired(name: str) -> None:
    """With any weights, the model then computes what the reference does, and they come back."""
    case = EQUAL[name]
    mapping = case.pair()
    assert mapping is not None
    shapes = [shape for layer in case.layers for shape in layer]
    weights = [np.random.default_rng(2).normal(size=shape) for shape in shapes]
    held = mapping.apply(weights)
    assert [array.shape for array in held] == case.own_shapes
    assert np.allclose(case.own(held)[0], case.reference(weights)[0])
    assert all(np.allclose(a, b) for a, b in zip(mapping.restore(held, shapes), weights, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(mapping.carry_movements(weights), held, strict=True))
    assert not mapping.diverges


@pytest.mark.parametrize("name", OTHER)
def test_other_functions_are_not_paired(name: str) -> None:
    """No pairing makes them equal, which shows while all weights of one shape are the same."""
    assert OTHER[name].pair() is None


def test_calls_are_limited() -> None:
    """Beyond the limit nothing is claimed."""
    with pytest.raises(TooManyCallsError):
        EQUAL["a matrix per gate"].pair(limit=3)


def test_a_sum_of_biases_diverges() -> None:
    """One bias per gate for two: both of the reference's move like the model's."""
    torch: list[Shape] = [(4 * U, D), (4 * U, U), (4 * U,), (4 * U,)]
    blocks = next(decompositions([torch], [(U, D), (U, U), (U,)] * 4))
    pairs = tuple((place, False) for place in (0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11))
    mapping = BlockMapping(blocks=blocks, own_shapes=((U, D), (U, U), (U,)) * 4, pairs=pairs)
    weights = [np.random.default_rng(3).normal(size=shape) for shape in torch]
    assert mapping.diverges
    assert np.allclose(mapping.apply(weights)[2], (weights[2] + weights[3])[:U])
    assert np.array_equal(mapping.carry_movements(weights)[2], weights[2][:U])


@pytest.mark.parametrize("own", [[], LSTM, [*LSTM, *DENSE, (3,)], [*LSTM, (2, 2), (2,), (2,)]])
def test_what_does_not_fit(own: list[Shape]) -> None:
    """Missing, foreign and further tensors have no blocks."""
    assert list(decompositions([LSTM, DENSE], own)) == []
