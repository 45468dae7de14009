"""Tensors of TensorFlow: made from arrays, and their gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from suite.inside.frameworks.views import Array, flatten


class KerasTensors:
    """See `Tensors`."""

    def to_tensor(self, values: Array) -> Any:
        """A tensor of the same dtype."""
        import tensorflow as tf

        return tf.convert_to_tensor(values)

    def gradients(self, compute: Callable[[], Any], given: Sequence[Any]) -> tuple[Any, list[Any]]:
        """What is computed, and the gradient of its sum, weighted by cosines, for each tensor of floats."""
        import tensorflow as tf

        tensors = [each for each in given if isinstance(each, tf.Tensor) and each.dtype.is_floating]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            for tensor in tensors:
                tape.watch(tensor)
            result = compute()
            first = next(
                (each for each in flatten(result) if isinstance(each, tf.Tensor) and each.dtype.is_floating), None
            )
            if first is None:
                return result, [None for _ in tensors]
            weights = tf.reshape(tf.cos(tf.range(tf.size(first), dtype=first.dtype)), tf.shape(first))
            total = tf.reduce_sum(first * weights)
        return result, list(tape.gradient(total, tensors))
