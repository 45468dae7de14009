"""A model that is called once takes its steps one by one, and answers as it does in a loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.keras.adapter import KerasAdapter
from suite.inside.frameworks.keras.single_call import quick_call

pytestmark = pytest.mark.slow
keras = pytest.importorskip("keras")
layers = keras.layers
ADAPTER = KerasAdapter()
RECURRENT = {
    "stack": lambda: [layers.SimpleRNN(5, return_sequences=True), layers.GRU(4, return_sequences=True), layers.LSTM(3)],
    "backwards": lambda: [layers.LSTM(3, go_backwards=True, return_sequences=True), layers.GRU(2)],
    "both ways": lambda: [layers.Bidirectional(layers.LSTM(3, return_sequences=True)), layers.SimpleRNN(2)],
    "masked": lambda: [layers.Masking(), layers.LSTM(3, return_sequences=True), layers.GRU(2)],
    "cells": lambda: [layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)])],
    "images": lambda: [layers.Reshape((6, 2, 2, 1)), layers.ConvLSTM2D(2, 2), layers.Flatten()],
    "cell": lambda: [layers.RNN(layers.SimpleRNNCell(4), return_sequences=True), layers.SimpleRNN(3)],
    "dropout": lambda: [layers.LSTM(3, dropout=0.5, recurrent_dropout=0.5)],
    "no steps": lambda: [layers.Flatten(), layers.Dense(2)],
}


@pytest.mark.parametrize("name", RECURRENT)
def test_it_answers_alike(name: str) -> None:
    """Also where steps are masked; the model is left as it was."""
    model = keras.Sequential([keras.Input((6, 4)), *RECURRENT[name]()])
    inputs = np.random.default_rng(0).random((3, 6, 4), dtype=np.float32)
    inputs[1, 4:] = inputs[2, 2:] = 0
    before = [getattr(layer, "unroll", None) for layer in model._flatten_layers()]
    usual, single = (ADAPTER.forward(model, [inputs], Convention(), expected=count) for count in ("few", "one"))
    assert not single.problem
    assert single.calls == usual.calls
    for ours, theirs in zip(single.outputs, usual.outputs, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    assert [getattr(layer, "unroll", None) for layer in model._flatten_layers()] == before


def test_what_is_set_for_the_call() -> None:
    """Only during the call: the notebook's errors are shown as Keras shows them."""
    import tensorflow as tf

    rnn: Any = layers.GRU(2)
    model = keras.Sequential([keras.Input((6, 4)), rnn])
    with quick_call(model):
        assert rnn.unroll
        assert layers.GRUCell.__call__ is layers.GRUCell.call
        assert not keras.config.is_traceback_filtering_enabled()
        assert not tf.debugging.is_traceback_filtering_enabled()
    assert not rnn.unroll
    assert layers.GRUCell.__call__ is layers.Layer.__call__
    assert keras.config.is_traceback_filtering_enabled()
    assert tf.debugging.is_traceback_filtering_enabled()


def test_errors_are_told_alike() -> None:
    """What doesn't fit is told in the words that a student knows."""
    model = keras.Sequential([keras.Input((6, 4)), layers.LSTM(3)])
    inputs = np.zeros((3, 6, 5), np.float32)
    usual, single = (ADAPTER.forward(model, [inputs], Convention(), expected=count) for count in ("few", "one"))
    assert usual.problem
    assert single.problem == usual.problem
    assert single.calls == usual.calls


@pytest.mark.parametrize("policies", [("float32", "mixed_float16"), ("float64", "float32")])
def test_other_precisions_are_kept(policies: tuple[str, str]) -> None:
    """A cell that changes the precision of what it is given is called as Keras calls it."""
    first, second = policies
    stack = [layers.GRU(4, return_sequences=True, dtype=first), layers.GRU(3, dtype=second)]
    model = keras.Sequential([keras.Input((6, 4)), *stack])
    inputs = np.random.default_rng(0).random((3, 6, 4), dtype=np.float32)
    usual, single = (ADAPTER.forward(model, [inputs], Convention(), expected=count) for count in ("few", "one"))
    with quick_call(model):
        assert layers.GRUCell.__call__ is layers.Layer.__call__
    np.testing.assert_allclose(single.outputs[0], usual.outputs[0], rtol=2e-3, atol=1e-3)
