"""What counts as a layer of a Keras model: layers of the submission's own are what they are made of."""

from __future__ import annotations

from typing import Any, cast

import keras
import numpy as np
import pytest
from keras import layers

from suite.assignments import ProofSettings
from suite.evidence.interview.channel import Channel
from suite.evidence.proof.layer_proof import prove_layers
from tests.evidence.proof.architectures import keras_cnn_again, keras_encoder, probe
from tests.evidence.proof.in_process import INSIDE, InProcessBuilders, Process

pytestmark = pytest.mark.slow


class Gate(layers.Layer):
    """A layer with a weight of its own beside two that it is made of, one of them in a list and used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = [layers.Dense(4, activation="relu")]
        self.cell = layers.RNN(layers.LSTMCell(4), return_sequences=True)

    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(shape=(4,), initializer="ones", name="scale")
        super().build(shape)

    def call(self, x: Any) -> Any:
        return self.cell(self.inside[0](self.inside[0](x))) * self.scale


class Tower(layers.Layer):
    """A layer of the submission's own in another."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.both = Gate(), layers.Bidirectional(layers.GRU(3))

    def call(self, x: Any) -> Any:
        return self.both(self.gate(x))


def tower() -> Any:
    return keras.Sequential([keras.Input((5, 4)), Tower(), layers.Dense(2)])


def _layers(model: Any) -> list[tuple[str, int]]:
    """Each layer's class, and its number of tensors."""
    return [(view.kind, len(view.tensors)) for view in INSIDE["keras"].adapter.layers(model)]


def test_layers_of_own_layers_are_counted() -> None:
    """Wrappers and recurrent layers of Keras's own stay one."""
    assert sorted(_layers(tower())) == [("Bidirectional", 6), ("Dense", 2), ("Dense", 2), ("Gate", 1), ("RNN", 3)]
    kinds = sorted(kind for kind, _ in _layers(keras_cnn_again()))
    assert kinds == ["BatchNormalization", "Conv2D", "Conv2D", "Dense", "Dense"]


def test_no_tensor_is_lost_or_counted_twice() -> None:
    for model in (tower(), keras_cnn_again(), keras_encoder()):
        counted = sum(t.values.size for view in INSIDE["keras"].adapter.layers(model) for t in view.tensors)
        assert counted == model.count_params()


def test_each_is_compared_by_itself() -> None:
    """Those that are Keras's own are rebuilt, and the page names their options."""
    process = Process([tower()], "keras")
    inspected = process.inspect(probe((5, 4)))
    channel, generator = cast("Channel", process), np.random.default_rng(0)
    proved = prove_layers(channel, inspected, ProofSettings(), InProcessBuilders(), generator)
    found = {layer.kind: layer.family for layer in proved.layers}
    assert found == {"Dense": "Dense", "RNN": "LSTM", "Bidirectional": "GRU", "Gate": ""}
    assert {layer.kind: layer.output_shape for layer in proved.layers}["RNN"] == (None, 5, 4)


def test_a_layer_of_a_subclass_counts_as_keras_own() -> None:
    """It may hold layers: a recurrent one holds its cell."""

    class Mine(layers.LSTM):
        pass

    assert _layers(keras.Sequential([keras.Input((5, 4)), Mine(3)])) == [("Mine", 3)]
