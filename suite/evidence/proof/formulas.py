"""Standard layers in NumPy, recognised by the shapes of their tensors in either framework's layout.

The formulas come from the Keras and PyTorch documentation; the tests compare them with both frameworks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice

import numpy as np

from suite.evidence.proof.activations import ACTIVATIONS
from suite.evidence.proof.random_tensors import Array
from suite.evidence.proof.recurrence import Named, remember, step_alone

MATRIX, CUBE = 2, 3  # dimensions
NORMAL = 4  # tensors: scale, shift, mean, variance
EPSILON = 1e-3  # Keras's for batch normalisation; PyTorch's 1e-5 makes no difference beside variances of 25


def answers(tensors: Sequence[Array], inputs: Sequence[Array], limit: int | None = None) -> Named:
    """Each standard layer that these tensors could belong to, in words, and its first output for the inputs.

    Args:
        tensors: in the framework's order, such as kernel, recurrent kernel, bias; statistics last.
        inputs: one array: `(rows, features)`, `(rows, steps, features)`, or word indices, `(rows, steps)`; a cell's
            states, each `(rows, units)`, follow.
        limit: how many activations and gates to try, most likely first; `None` for all.
    """
    given, *states = inputs
    if states:
        yield from step_alone(tensors, given, states, limit)
        return
    if given.dtype.kind == "i":
        yield from _embedding(tensors, given)
        return
    yield from _dense(tensors, given, limit)
    yield from _normalisation(tensors, given)
    if given.ndim == CUBE:
        yield from remember(tensors, given, limit)


def _embedding(tensors: Sequence[Array], words: Array) -> Named:
    """Look up the rows of a table."""
    if len(tensors) == 1 and tensors[0].ndim == MATRIX and words.max() < len(tensors[0]):
        yield "Embedding", tensors[0][words]


def _dense(tensors: Sequence[Array], given: Array, limit: int | None) -> Named:
    """`activation(x · W + b)`, the matrix as in Keras or transposed."""
    if not 1 <= len(tensors) <= MATRIX or tensors[0].ndim != MATRIX:
        return
    bias = tensors[1] if len(tensors) > 1 else np.zeros(1, np.float32)
    for kernel in (tensors[0], tensors[0].T):
        if kernel.shape[0] == given.shape[-1] and bias.shape in ((1,), kernel.shape[1:]):
            logits = given.astype(np.float64) @ kernel + bias
            for name, activation in islice(ACTIVATIONS.items(), limit):
                yield f"Dense, activation={name}", activation(logits)


def _normalisation(tensors: Sequence[Array], given: Array) -> Named:
    """`gamma · (x - mean) / sqrt(variance + epsilon) + beta`, with stored statistics or with those of each row."""
    if looks_normal(tensors):
        for axis in (-1, 1):  # features last as in Keras or second as in PyTorch
            if given.shape[axis] == len(tensors[0]):
                place: Callable[[Array], Array] = partial(_along, axis=axis, ndim=given.ndim)
                gamma, beta, mean, variance = (place(tensor.astype(np.float64)) for tensor in tensors)
                yield "BatchNormalization", gamma * (given - mean) / np.sqrt(variance + EPSILON) + beta
    elif [tensor.shape for tensor in tensors] == [given.shape[-1:]] * 2:
        mean, variance = given.mean(axis=-1, keepdims=True), given.var(axis=-1, keepdims=True)
        yield "LayerNormalization", tensors[0] * (given - mean) / np.sqrt(variance + EPSILON) + tensors[1]


def looks_normal(tensors: Sequence[Array]) -> bool:
    """Whether these may be a batch normalisation's: scale, shift, mean, variance."""
    return len(tensors) == NORMAL and tensors[0].ndim == 1 and len({tensor.shape for tensor in tensors}) == 1


def _along(vector: Array, axis: int, ndim: int) -> Array:
    """A vector reshaped to broadcast along one axis."""
    shape = [1] * ndim
    shape[axis] = len(vector)
    return vector.reshape(shape)
