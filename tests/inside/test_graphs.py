"""Which Keras models may be called as graphs, and which are random in training mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.keras.adapter import KerasAdapter
from suite.inside.frameworks.keras.graphs import Graphs
from suite.inside.frameworks.keras.learner import KerasLearner

pytestmark = pytest.mark.slow
keras = pytest.importorskip("keras")
layers = keras.layers


def _functional() -> Any:
    inputs = keras.Input((20, 3))
    states = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(inputs)
    return keras.Model(inputs, layers.Dense(2, activation="softmax")(states[:, -1]))


def _sequential(*parts: Any) -> Any:
    return keras.Sequential([keras.Input((20, 3)), *parts])


class Counting(keras.Model):  # type: ignore[misc, unused-ignore]
    """It answers otherwise in each call."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn, self.calls = layers.SimpleRNN(4), 0

    def call(self, inputs: Any) -> Any:
        self.calls += 1
        return self.rnn(inputs) * self.calls


class Cell(layers.SimpleRNNCell):  # type: ignore[misc, unused-ignore]
    """A notebook's own."""


OWN: dict[str, Callable[[], Any]] = {
    "sequential": lambda: _sequential(layers.SimpleRNN(4, return_sequences=True), layers.GRU(4), layers.Dense(2)),
    "functional": _functional,
    "cells": lambda: _sequential(layers.RNN([layers.LSTMCell(4), layers.GRUCell(4)])),
}
FOREIGN: dict[str, Callable[[], Any]] = {
    "subclass": Counting,
    "cell": lambda: _sequential(layers.RNN(Cell(4))),
    "code": lambda: _sequential(layers.SimpleRNN(4), layers.Lambda(lambda states: states + 1)),
    "activation": lambda: _sequential(layers.SimpleRNN(4, activation=lambda states: states * 2)),
}


@pytest.mark.parametrize("name", OWN)
def test_own_layers(name: str) -> None:
    """As a graph it gives the answers of the code, also in a second call."""
    learner, model = KerasLearner(Graphs()), OWN[name]()
    assert learner.may_trace(model)
    inputs = [np.random.default_rng(0).random((5, 20, 3), np.float32)]
    (expected,) = learner.call(model, inputs, Convention(), traced=False)
    for _ in range(2):
        np.testing.assert_allclose(learner.call(model, inputs, Convention(), traced=True)[0], expected, atol=1e-6)


@pytest.mark.parametrize("name", OWN)
def test_a_probe_shows_the_layers_and_leaves_a_graph(name: str) -> None:
    """A second one, whose graph is there, shows them too; other numbers of rows need no other graph."""
    graphs, model = Graphs(), OWN[name]()
    adapter = KerasAdapter(graphs.probe)
    inputs = [np.random.default_rng(0).random((5, 20, 3), np.float32)]
    expected = adapter.forward(model, inputs, Convention())
    for _ in range(2):
        seen = adapter.forward(model, inputs, Convention(), expected="many")
        assert [(layer, shape[1:]) for layer, shape in seen.calls] == [
            (layer, shape[1:]) for layer, shape in expected.calls
        ]
        np.testing.assert_allclose(seen.outputs[0], expected.outputs[0], atol=1e-6)
    learner = KerasLearner(graphs)
    with learner.undisturbed():
        (fewer,) = learner.call(model, [inputs[0][:2]], Convention(), traced=True)
    np.testing.assert_allclose(fewer, expected.outputs[0][:2], atol=1e-6)
    assert len(graphs._kept) == 1


def test_a_layer_that_keeps_its_state_gets_as_many_rows_as_before() -> None:
    """Its graph is traced for them; after two steps the state that it began with still shows."""
    inputs = keras.Input(batch_shape=(2, 2, 3))
    ones = keras.initializers.Constant(0.1)
    layer = layers.SimpleRNN(4, stateful=True, kernel_initializer=ones, recurrent_initializer=ones)
    model = keras.Model(inputs, layer(inputs))
    learner, given = KerasLearner(Graphs()), [np.ones((2, 2, 3), np.float32)]
    with learner.undisturbed():
        first, second = (learner.call(model, given, Convention(), traced=True)[0] for _ in range(2))
        learner.reset(model)
        again = learner.call(model, given, Convention(), traced=True)[0]
    assert np.abs(first - second).max() > 1e-3
    np.testing.assert_allclose(first, again, atol=1e-6)


def test_another_way_of_calling_needs_another_graph() -> None:
    """Two inputs that change places."""
    first, second = keras.Input((20, 3)), keras.Input((20, 3))
    model = keras.Model([first, second], layers.SimpleRNN(4)(first - 2 * second))
    learner, rng = KerasLearner(Graphs()), np.random.default_rng(0)
    given = [rng.random((5, 20, 3), np.float32) for _ in range(2)]
    for order in ((0, 1), (1, 0)):
        convention = Convention(order=order)
        (expected,) = learner.call(model, given, convention, traced=False)
        np.testing.assert_allclose(learner.call(model, given, convention, traced=True)[0], expected, atol=1e-6)


STEADY: dict[str, Callable[[], list[Any]]] = {
    "recurrent": lambda: [layers.Bidirectional(layers.GRU(2)), layers.Dense(2)],
    "statistics": lambda: [layers.BatchNormalization()],
    "cell": lambda: [layers.RNN(layers.LSTMCell(2), return_sequences=True)],
}
RANDOM: dict[str, Callable[[], list[Any]]] = {
    "dropout": lambda: [layers.SpatialDropout1D(0.2)],
    "noise": lambda: [layers.GaussianNoise(0.1)],
    "in a layer": lambda: [layers.Bidirectional(layers.LSTM(2, recurrent_dropout=0.1))],
    "in a cell": lambda: [layers.RNN(layers.GRUCell(2, dropout=0.1))],
    "image": lambda: [layers.Reshape((5, 4, 3)), layers.RandomFlip()],
    "code": lambda: [layers.Lambda(lambda inputs: inputs)],
}


@pytest.mark.parametrize("name", STEADY)
def test_nothing_random(name: str) -> None:
    """Two calls in training mode can't differ, so that none is needed."""
    assert not KerasLearner(Graphs()).may_vary(_sequential(*STEADY[name]()))


@pytest.mark.parametrize("name", RANDOM)
def test_something_random(name: str) -> None:
    """They may: a layer draws numbers, or nobody knows what the code does."""
    assert KerasLearner(Graphs()).may_vary(_sequential(*RANDOM[name]()))


@pytest.mark.parametrize("name", FOREIGN)
def test_code_of_the_notebook(name: str) -> None:
    """What Python code may change from call to call isn't traced."""
    assert not KerasLearner(Graphs()).may_trace(FOREIGN[name]())
