"""Draws the weights that a new model of an oracle's kind starts with, by the initialisers of its framework.

Keras: kernels Glorot-uniform, recurrent kernels orthogonal, embeddings within ±.05, biases 0 but an LSTM's forget gate
1. PyTorch: recurrent layers within ±1/√hidden, linear ones within ±1/√inputs, embeddings normal. Normalisation starts
at 1 and 0 in both. Other weights are drawn as Keras draws them.
"""

from __future__ import annotations

from math import prod, sqrt

import numpy as np

from suite.lessons import Array
from suite.records import Framework, Layer
from suite.sandbox.examine import Examined, Slot

EMBEDDING_LIMIT = 0.05
GATES = 4
ONES = ("gamma", "moving_variance", "running_var")
ZEROS = ("beta", "moving_mean", "running_mean")


def draw_fresh(oracle: Examined, generator: np.random.Generator) -> list[Array]:
    """An array for each of the oracle's tensors, float32."""
    layers, framework = oracle.model.layers, oracle.model.framework
    return [_draw(slot, layers[slot.layer], framework, generator).astype(np.float32) for slot in oracle.slots]


def _draw(slot: Slot, layer: Layer, framework: Framework, generator: np.random.Generator) -> Array:
    name = slot.name.rpartition(".")[2]
    if name in ONES or (name == "weight" and "Norm" in layer.kind):
        return np.ones(slot.shape)
    if name in ZEROS or "Norm" in layer.kind:
        return np.zeros(slot.shape)
    if framework == "torch":
        return _as_pytorch(slot, layer, generator)
    if "bias" in name:
        return _bias(slot, layer)
    if "recurrent" in name:
        return _orthogonal(slot.shape, generator)
    if "embedding" in name:
        return generator.uniform(-EMBEDDING_LIMIT, EMBEDDING_LIMIT, slot.shape)
    field = prod(slot.shape[:-2])
    limit = sqrt(6 / (field * sum(slot.shape[-2:])))
    return generator.uniform(-limit, limit, slot.shape)


def _as_pytorch(slot: Slot, layer: Layer, generator: np.random.Generator) -> Array:
    if layer.kind == "Embedding":
        return generator.normal(0, 1, slot.shape)
    fan = layer.options.get("hidden_size") or layer.options.get("in_features") or slot.shape[-1]
    limit = 1 / sqrt(float(fan))
    return generator.uniform(-limit, limit, slot.shape)


def _bias(slot: Slot, layer: Layer) -> Array:
    """Zeros, with ones for the forget gate, the second of an LSTM's four."""
    bias = np.zeros(slot.shape)
    recurrent = [weight for weight in layer.weights if "recurrent" in weight.name]
    if recurrent and recurrent[0].shape[-1] == GATES * recurrent[0].shape[0] and bias.ndim == 1:
        units = len(bias) // GATES
        bias[units : 2 * units] = 1
    return bias


def _orthogonal(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """A matrix with orthonormal rows or columns, uniform among those, as Keras does (A. M. Saxe et al., ICLR 2014)."""
    rows, columns = prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(generator.normal(size=(max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))
    return np.asarray((q if rows >= columns else q.T).reshape(shape))
