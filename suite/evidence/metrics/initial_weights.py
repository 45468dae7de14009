"""Draws the weights that a model is trained from: as Keras starts its layers, in both frameworks.

Kernels Glorot-uniform, recurrent kernels orthogonal, embeddings within ±.05, biases 0 but an LSTM's forget gate 1;
normalisation 1 and 0. One start for both, since PyTorch's own, normal embeddings of deviation 1 above all, learns too
little in the few steps of a grader's training to be told from chance.
"""

from __future__ import annotations

from math import prod, sqrt

import numpy as np

from suite.data.train_test_set import Array
from suite.evidence.interview.inspection import InspectedModel, TensorSlot
from suite.records import Layer

EMBEDDING_LIMIT = 0.05
GATES = 4
ONES = ("gamma", "moving_variance", "running_var")
ZEROS = ("beta", "moving_mean", "running_mean")


def draw_fresh(oracle: InspectedModel, generator: np.random.Generator) -> list[Array]:
    """An array for each of the oracle's tensors, float32."""
    layers = oracle.model.layers
    return [_draw(slot, layers[slot.layer], generator).astype(np.float32) for slot in oracle.slots]


def _draw(slot: TensorSlot, layer: Layer, generator: np.random.Generator) -> Array:
    name = slot.name.rpartition(".")[2]
    if name in ONES or (name == "weight" and "Norm" in layer.kind):
        return np.ones(slot.shape)
    if name in ZEROS or "Norm" in layer.kind:
        return np.zeros(slot.shape)
    if "bias" in name:
        return _bias(slot, layer)
    if "Embedding" in layer.kind:
        return generator.uniform(-EMBEDDING_LIMIT, EMBEDDING_LIMIT, slot.shape)
    if "recurrent" in name or "weight_hh" in name:
        return _orthogonal(slot.shape, generator)
    limit = sqrt(6 / (prod(slot.shape[:-2]) * sum(slot.shape[-2:])))
    return generator.uniform(-limit, limit, slot.shape)


def _bias(slot: TensorSlot, layer: Layer) -> Array:
    """Zeros, with ones for the forget gate, the second of an LSTM's four; of PyTorch's two biases, in the first."""
    bias = np.zeros(slot.shape)
    states = [weight.shape for weight in layer.weights if "recurrent" in weight.name or "weight_hh" in weight.name]
    gated = bool(states) and max(states[0]) == GATES * min(states[0]) and bias.ndim == 1
    if gated and "bias_hh" not in slot.name:
        units = len(bias) // GATES
        bias[units : 2 * units] = 1
    return bias


def _orthogonal(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """A matrix with orthonormal rows or columns, uniform among those, as Keras does (A. M. Saxe et al., ICLR 2014)."""
    rows, columns = prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(generator.normal(size=(max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))
    return np.asarray((q if rows >= columns else q.T).reshape(shape))
