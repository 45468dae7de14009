"""Keras 3 and Keras 2 in the functional proof, both on TensorFlow."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from suite.worker.adapter_keras import replaced_call
from suite.worker.learner import Rule
from suite.worker.views import Array, flatten

RESETS = ("reset_state", "reset_states")  # Keras 3 and Keras 2


class KerasLearner:
    """Eager calls with `training=False`: no dropout, no batch statistics, no tracing."""

    def swap(self, handle: Any, values: Any) -> Any:
        """Assign a variable."""
        before = self.read(handle)
        handle.assign(values)
        return before

    def read(self, handle: Any) -> Array:
        """A copy, as a variable's array may share its memory."""
        return np.array(handle.numpy())

    def reset(self, model: Any) -> None:
        """Reset the stateful layers; a model itself would only ask them."""
        for layer in model._flatten_layers():
            reset = next((getattr(layer, name) for name in RESETS if hasattr(layer, name)), None)
            if getattr(layer, "stateful", False) and layer is not model and reset is not None:
                reset()
        if getattr(model, "stateful", False) and not hasattr(model, "layers"):
            next(getattr(model, name) for name in RESETS if hasattr(model, name))()

    def call(self, model: Any, inputs: Sequence[Any]) -> list[Array]:
        """Outputs as arrays."""
        return [np.asarray(part, dtype=np.float32) for part in _outputs(model, inputs)]

    def step(
        self, model: Any, handles: Sequence[Any], batch: tuple[Sequence[Any], Sequence[Array]], rule: Rule
    ) -> None:
        """One step; gradients of embeddings are made dense."""
        tf = sys.modules["tensorflow"]
        variables = [getattr(handle, "value", handle) for handle in handles if handle.trainable]
        variables = [value() if callable(value) else value for value in variables]
        inputs, targets = batch
        with tf.GradientTape() as tape:
            tape.watch(variables)
            answers = [_probabilities(part) if rule.softmax else part for part in _outputs(model, inputs)]
            losses = [tf.reduce_mean(tf.square(a - t)) for a, t in zip(answers, targets, strict=True)]
            loss = tf.add_n(losses)
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            if gradient is not None:
                variable.assign_sub(rule.rate * tf.convert_to_tensor(gradient))


def _outputs(model: Any, inputs: Sequence[Any]) -> list[Any]:
    """All outputs as tensors."""
    tf = sys.modules["tensorflow"]
    vectorizer = next((part for part in _parts(model) if type(part).__name__ == "TextVectorization"), None)
    values = [tf.constant([[text] for text in value]) if isinstance(value, list) else value for value in inputs]
    if vectorizer is None or isinstance(inputs[0], list):
        return flatten(model(values[0] if len(values) == 1 else values, training=False))
    with _answering(vectorizer, tf.constant(inputs[0])):
        return flatten(model(tf.constant([[""]] * len(inputs[0])), training=False))


def _parts(model: Any) -> Iterator[Any]:
    """Every layer inside."""
    return (layer for layer in model._flatten_layers())


@contextmanager
def _answering(layer: Any, values: Any) -> Iterator[None]:
    """During the block, let a layer return these values whatever it is given."""
    with replaced_call(layer, lambda *_args, **_kwargs: values):
        yield


def _probabilities(logits: Any) -> Any:
    """Softmax; of a single number, sigmoid."""
    tf = sys.modules["tensorflow"]
    return tf.sigmoid(logits) if logits.shape[-1] == 1 else tf.nn.softmax(logits)
