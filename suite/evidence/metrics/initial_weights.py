"""Draws the weights that training starts from, as Keras initialises its layers, in both frameworks.

Kernels Glorot-uniform, recurrent kernels orthogonal, embeddings within ±.05, biases 0 except an LSTM's forget gate (1);
normalisation 1 and 0. PyTorch's own initial weights, above all normal embeddings of deviation 1, aren't used: in the
few steps of a grader's training they learn too little to do better than guessing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import TypeAlias

import numpy as np

from suite.data.train_test_set import Array
from suite.evidence.interview.inspection import InspectedModel, TensorSlot
from suite.evidence.proof.random_tensors import orthogonal
from suite.frameworks import framework_named

Fans: TypeAlias = Callable[[tuple[int, ...]], tuple[int, int]]
EMBEDDING_LIMIT = 0.05
GATES = 4


def draw_initial_weights(reference: InspectedModel, generator: np.random.Generator) -> list[Array]:
    """An array for each of the reference's tensors, float32."""
    fans = framework_named(reference.model.framework).fans
    return [_draw(slot, reference.slots, fans, generator).astype(np.float32) for slot in reference.slots]


def _draw(slot: TensorSlot, slots: Sequence[TensorSlot], fans: Fans, generator: np.random.Generator) -> Array:
    match slot.role:
        case "scale" | "variance":
            return np.ones(slot.shape)
        case "shift" | "mean" | "recurrent bias":
            return np.zeros(slot.shape)
        case "bias":
            return _bias(slot, slots)
        case "table":
            return generator.uniform(-EMBEDDING_LIMIT, EMBEDDING_LIMIT, slot.shape)
        case "recurrent kernel":
            return orthogonal(slot.shape, generator)
    limit = sqrt(6 / sum(fans(slot.shape)))  # X. Glorot, Y. Bengio, AISTATS 2010
    return generator.uniform(-limit, limit, slot.shape)


def _bias(slot: TensorSlot, slots: Sequence[TensorSlot]) -> Array:
    """Zeros, with ones for the forget gate, the second of an LSTM's four."""
    bias = np.zeros(slot.shape)
    states = [each.shape for each in slots if each.layer == slot.layer and each.role == "recurrent kernel"]
    if states and max(states[0]) == GATES * min(states[0]) and bias.ndim == 1:
        units = len(bias) // GATES
        bias[units : 2 * units] = 1
    return bias
