"""The formulas of standard layers, held against the layers of both frameworks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from keras import activations, layers
from torch import nn

from suite.evidence.proof.activations import ACTIVATIONS
from suite.evidence.proof.distance import difference
from suite.evidence.proof.formulas import answers
from suite.evidence.proof.random_tensors import DrawnTensor, by_shape, draw_weights
from suite.frameworks.keras_framework import role as keras_role
from suite.frameworks.torch_framework import role as torch_role

pytestmark = pytest.mark.slow

TOLERANCE = 1e-5  # of the largest output; float32 against float64
ROWS, STEPS, FEATURES, UNITS = 3, 4, 5, 6
SEQUENCE = {"return_sequences": True}
SIMPLE, LSTM = "SimpleRNN, activation=tanh", "LSTM, activation=tanh, recurrent_activation=sigmoid"
GRU = "GRU, reset_after=True, activation=tanh, recurrent_activation=sigmoid"
EVERY, LAST = "return_sequences=True", "return_sequences=False"


def drawn(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)


def words() -> np.ndarray:
    return np.random.default_rng(0).integers(1, 9, (ROWS, STEPS))


def read() -> np.ndarray:
    return drawn(ROWS, STEPS, FEATURES)


KERAS: dict[str, tuple[Callable[[], Any], Callable[[], np.ndarray]]] = {
    "Dense, activation=linear": (lambda: layers.Dense(UNITS), read),
    "Dense, activation=softmax": (lambda: layers.Dense(UNITS, activation="softmax"), read),
    "Dense, activation=relu": (lambda: layers.TimeDistributed(layers.Dense(UNITS, "relu", use_bias=False)), read),
    "Embedding": (lambda: layers.Embedding(9, UNITS, mask_zero=True), words),
    "BatchNormalization": (layers.BatchNormalization, read),
    "LayerNormalization": (layers.LayerNormalization, read),
    f"{SIMPLE}, {EVERY}": (lambda: layers.SimpleRNN(UNITS, **SEQUENCE), read),
    f"SimpleRNN, activation=relu, {LAST}": (lambda: layers.SimpleRNN(UNITS, activation="relu"), read),
    f"{SIMPLE}, go_backwards=True, {EVERY}": (
        lambda: layers.SimpleRNN(UNITS, go_backwards=True, **SEQUENCE),
        read,
    ),
    f"{LSTM}, {EVERY}": (
        lambda: layers.LSTM(UNITS, **SEQUENCE),
        read,
    ),
    f"{LSTM}, {LAST}": (
        lambda: layers.RNN(layers.LSTMCell(UNITS)),
        read,
    ),
    f"LSTM, activation=softsign, recurrent_activation=hard_sigmoid, {EVERY}": (
        lambda: layers.LSTM(UNITS, "softsign", recurrent_activation="hard_sigmoid", use_bias=False, **SEQUENCE),
        read,
    ),
    f"{GRU}, {EVERY}": (
        lambda: layers.GRU(UNITS, **SEQUENCE),
        read,
    ),
    f"GRU, reset_after=False, activation=tanh, recurrent_activation=sigmoid, {EVERY}": (
        lambda: layers.GRU(UNITS, reset_after=False, **SEQUENCE),
        read,
    ),
    f"LSTM, activation=relu, recurrent_activation=sigmoid, {LAST}": (
        lambda: layers.Bidirectional(layers.LSTM(UNITS, "relu")),
        read,
    ),
    f"{GRU}, {LAST}": (
        lambda: layers.RNN([layers.GRUCell(4), layers.GRUCell(UNITS)]),
        read,
    ),
}
TORCH: dict[str, tuple[Callable[[], nn.Module], Callable[[], np.ndarray]]] = {
    "Dense, activation=linear": (lambda: nn.Linear(FEATURES, UNITS), read),
    "Embedding": (lambda: nn.Embedding(9, UNITS, padding_idx=0), words),
    "BatchNormalization": (lambda: nn.BatchNorm1d(FEATURES), lambda: drawn(ROWS, FEATURES, STEPS)),
    f"SimpleRNN, activation=relu, {EVERY}": (
        lambda: nn.RNN(FEATURES, UNITS, nonlinearity="relu", batch_first=True),
        read,
    ),
    f"{SIMPLE}, time_major=True, {EVERY}": (lambda: nn.RNN(FEATURES, UNITS), read),
    f"{LSTM}, {EVERY}": (
        lambda: nn.LSTM(FEATURES, UNITS, num_layers=3, batch_first=True),
        read,
    ),
    f"{LSTM}, time_major=True, {EVERY}": (
        lambda: nn.LSTM(FEATURES, UNITS, num_layers=2, bidirectional=True, bias=False),
        read,
    ),
    f"{GRU}, {EVERY}": (
        lambda: nn.GRU(FEATURES, UNITS, batch_first=True),
        read,
    ),
}
CELLS: dict[str, Callable[[], nn.Module]] = {
    f"{SIMPLE}": lambda: nn.RNNCell(FEATURES, UNITS),
    f"{LSTM}": lambda: nn.LSTMCell(FEATURES, UNITS),
    f"{GRU}": lambda: nn.GRUCell(FEATURES, UNITS),
}


def names_of(tensors: list[np.ndarray], inputs: list[np.ndarray], output: Any) -> list[str]:
    """What the formulas take a layer for."""
    found = []
    for name, expected in answers(tensors, inputs):
        apart = difference([np.asarray(output)], [expected])
        found += [name] if apart is not None and apart < TOLERANCE else []
    return found


@pytest.mark.parametrize("name", KERAS)
def test_layers_of_keras(name: str) -> None:
    """Each layer is recognised by its numbers."""
    make, inputs = KERAS[name]
    layer, given = make(), inputs()
    layer(given)
    drawn_as = [DrawnTensor(shape=tuple(w.shape), role=keras_role(w.name, "")) for w in layer.weights]
    tensors = draw_weights(drawn_as, np.random.default_rng(1))
    layer.set_weights(tensors)
    assert name in names_of(tensors, [given], layer(given))


@pytest.mark.parametrize("name", TORCH)
def test_layers_of_torch(name: str) -> None:
    """Each module is recognised by its numbers."""
    make, inputs = TORCH[name]
    module, given = make().eval(), inputs()
    state = [(key, value) for key, value in module.state_dict().items() if value.is_floating_point()]
    drawn_as = [DrawnTensor(shape=tuple(value.shape), role=torch_role(key, "")) for key, value in state]
    tensors = draw_weights(drawn_as, np.random.default_rng(1))
    module.load_state_dict({key: torch.from_numpy(t) for (key, _), t in zip(state, tensors, strict=True)}, strict=False)
    output = module(torch.from_numpy(given))
    first = output[0] if isinstance(output, tuple) else output
    assert name in names_of(tensors, [given], first.detach().numpy())


@pytest.mark.parametrize("name", CELLS)
def test_cells_of_torch(name: str) -> None:
    """A cell is recognised from one step, with a state that isn't zero."""
    cell, given = CELLS[name](), drawn(ROWS, FEATURES)
    states = [drawn(ROWS, UNITS), drawn(ROWS, UNITS) * 2][: 2 if "LSTM" in name else 1]
    held = [torch.from_numpy(state) for state in states]
    output = cell(torch.from_numpy(given), tuple(held) if len(held) > 1 else held[0])
    tensors = [parameter.detach().numpy() for parameter in cell.parameters()]
    assert names_of(tensors, [given, *states], (output[0] if len(held) > 1 else output).detach().numpy()) == [name]


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if "Keras 2" not in name and "leaky" not in name])
def test_activations(name: str) -> None:
    """Activations are those of Keras."""
    given = drawn(ROWS, UNITS) * 8
    assert np.allclose(ACTIVATIONS[name](given), activations.get(name)(given), atol=1e-5)


def test_made_up_numbers_are_no_layer() -> None:
    """Smooth answers that depend on every tensor are recognised as nothing."""
    tensors = by_shape([(FEATURES, UNITS), (UNITS, UNITS), (UNITS,)], np.random.default_rng(1))
    made = np.tanh(read().mean(-1, keepdims=True) + sum(np.sin(t).mean() for t in tensors) + np.arange(UNITS))
    assert not names_of(tensors, [read()], made)
