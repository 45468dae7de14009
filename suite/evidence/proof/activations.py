"""Activations of Keras 3, Keras 2 and PyTorch by Keras's names, most likely first, in float64."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from suite.evidence.proof.random_tensors import Array

Activation: TypeAlias = Callable[[Array], Array]


def sigmoid(x: Array) -> Array:
    """`1 / (1 + exp(-x))`."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -500, 500))))


def softmax(x: Array) -> Array:
    """Softmax over the last dimension."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _log_softmax(x: Array) -> Array:
    shifted = x - x.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def _gelu(x: Array) -> Array:
    return np.asarray(x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2)


def _elu(x: Array) -> Array:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def _leaky(slope: float) -> Activation:
    return lambda x: np.where(x > 0, x, slope * x)


GATES: Mapping[str, Activation] = {
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),  # Keras 3 and PyTorch
    "hard_sigmoid of Keras 2": lambda x: np.clip(x / 5 + 0.5, 0, 1),
}
"""Activations that a gate may have: they return values from 0 to 1."""
ACTIVATIONS: Mapping[str, Activation] = {
    "tanh": np.tanh,
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "softmax": softmax,
    "sigmoid": sigmoid,
    "log_softmax": _log_softmax,
    "elu": _elu,
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0))),
    "gelu": _gelu,
    "silu": lambda x: x * sigmoid(x),
    "mish": lambda x: x * np.tanh(np.logaddexp(x, 0)),
    "softplus": lambda x: np.logaddexp(x, 0),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "exponential": lambda x: np.exp(np.minimum(x, 80)),
    "hard_sigmoid": GATES["hard_sigmoid"],
    "hard_sigmoid of Keras 2": GATES["hard_sigmoid of Keras 2"],
    "leaky_relu(0.01)": _leaky(0.01),  # PyTorch's default; .2 is Keras 3's, .3 Keras 2's
    "leaky_relu(0.1)": _leaky(0.1),
    "leaky_relu(0.2)": _leaky(0.2),
    "leaky_relu(0.3)": _leaky(0.3),
    "relu6": lambda x: np.clip(x, 0, 6),
}
