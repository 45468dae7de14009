"""How many steps of training a proof takes: one where none of the model's code is the notebook's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from suite.assignments import Probe, ProofSettings
from tests.evidence.proof.in_process import prove

pytestmark = pytest.mark.slow
keras = pytest.importorskip("keras")
PROBE = Probe.model_validate({"inputs": [{"shape": [6, 3]}]})
SETTINGS = ProofSettings()


class Own(keras.layers.Layer):  # type: ignore[misc, unused-ignore]
    """Code of the notebook's around a layer of Keras; from some call on it learns nothing."""

    def __init__(self, calls: int = 1000) -> None:
        super().__init__()
        self.rnn, self.left = keras.layers.SimpleRNN(4), calls

    def call(self, inputs: Any) -> Any:
        self.left -= 1
        outputs = self.rnn(inputs)
        return outputs if self.left >= 0 else keras.ops.stop_gradient(outputs)


def _model(layer: Any, after: Callable[[Any], Any] = lambda outputs: outputs) -> Any:
    inputs = keras.Input((6, 3))
    return keras.Model(inputs, after(layer(inputs)))


def _frozen() -> Any:
    layer = keras.layers.SimpleRNN(4)
    layer.trainable = False
    return _model(layer)


MODELS = {
    "Keras's own": (lambda: _model(keras.layers.SimpleRNN(4)), 1, True),
    "frozen": (_frozen, 1, False),
    "cut off": (lambda: _model(keras.layers.SimpleRNN(4), keras.ops.stop_gradient), 1, False),
    "own code": (lambda: _model(Own()), 2, True),
    # built, probed, compared twice and asked for one step
    "own code that stops": (lambda: _model(Own(calls=5)), 2, False),
}


@pytest.mark.parametrize("name", MODELS)
def test_steps(name: str) -> None:
    """Code of the notebook's may do something else in a second step; Keras's own can't."""
    make, steps, proved = MODELS[name]
    proof = prove("keras", _model(keras.layers.SimpleRNN(4)), make(), PROBE)
    assert proof is not None
    assert (proof.steps, SETTINGS.is_proved(proof)) == (steps, proved)
