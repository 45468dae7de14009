"""Which Keras models may be called as graphs, and which are random in training mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from suite.inside.frameworks.conventions import Convention
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
    learner, model = KerasLearner(), OWN[name]()
    assert learner.may_trace(model)
    inputs = [np.random.default_rng(0).random((5, 20, 3), np.float32)]
    (expected,) = learner.call(model, inputs, Convention(), traced=False)
    for _ in range(2):
        np.testing.assert_allclose(learner.call(model, inputs, Convention(), traced=True)[0], expected, atol=1e-6)


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
    assert not KerasLearner().may_vary(_sequential(*STEADY[name]()))


@pytest.mark.parametrize("name", RANDOM)
def test_something_random(name: str) -> None:
    """They may: a layer draws numbers, or nobody knows what the code does."""
    assert KerasLearner().may_vary(_sequential(*RANDOM[name]()))


@pytest.mark.parametrize("name", FOREIGN)
def test_code_of_the_notebook(name: str) -> None:
    """What Python code may change from call to call isn't traced."""
    assert not KerasLearner().may_trace(FOREIGN[name]())
