"""Draws what the functional proof computes with: weights, inputs, targets, all unknown before.

Weights are of a size at which `tanh` bends without saturating and every tensor shows in the outputs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

from suite.assignments import ProbeInput

Array: TypeAlias = np.ndarray[Any, Any]
GAIN = 0.7  # recurrent matrices then shrink a state, slowly
BIAS = 0.3
VARIANCES = (25.0, 50.0)  # so large that a framework's own epsilon, 1e-3 or 1e-5, doesn't show in the root


def draw_weights(named: Iterable[tuple[str, tuple[int, ...]]], generator: np.random.Generator) -> list[Array]:
    """An array for each (name, shape), float32; names tell variances, which are positive."""
    return [_weight(name, shape, generator).astype(np.float32) for name, shape in named]


def _weight(name: str, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    last = re.split(r"[./]", name)[-1]
    if "var" in last and len(shape) == 1:
        return generator.uniform(*VARIANCES, shape)
    if len(shape) < 2 or "bias" in last:  # noqa: PLR2004 - vectors
        return generator.normal(0, BIAS, shape)
    return generator.normal(0, GAIN / np.sqrt(min(shape)), shape)


def draw_inputs(
    inputs: Sequence[ProbeInput], rows: int, generator: np.random.Generator, *, padded: bool
) -> list[Array]:
    """Inputs that the oracle reads: numbers in [-1, 1), or words, of which later rows have fewer where padded.

    Zeros fill up, so that masks show. Training has none: PyTorch's `padding_idx=0` keeps an embedding's first row as it
    is, which is no mistake. Rows get shorter, as `pack_padded_sequence` asks by default, and none is empty.
    """
    return [_input(given, rows, generator, padded=padded) for given in inputs]


def _input(given: ProbeInput, rows: int, generator: np.random.Generator, *, padded: bool) -> Array:
    if not given.high:
        return generator.uniform(-1, 1, (rows, *given.shape)).astype(np.float32)
    steps = given.shape[-1]
    ids = generator.integers(1, given.high, (rows, *given.shape), dtype=np.int64)
    words = np.maximum(steps - np.arange(rows) * max(steps // rows, 1), 1)
    return np.where(np.arange(steps) < words[:, None], ids, 0) if padded else ids


def fit_inputs(drawn: Sequence[Array], wanted: Sequence[ProbeInput]) -> list[Array] | None:
    """The same inputs in the shapes that a model wants; `None` where they don't fit.

    A text is given as the numbers of its words. A model that takes fewer inputs is one whose last inputs are zeros.
    """
    if len(wanted) > len(drawn):
        return None
    fitted = []
    for array, given in zip(drawn, wanted, strict=False):
        shape = array.shape if given.words else (len(array), *given.shape)
        if np.prod(shape) != array.size or (array.dtype.kind == "i") != bool(given.words or given.high):
            return None
        fitted.append(array.reshape(shape))
    return fitted


def blank_rest(drawn: Sequence[Array], kept: int) -> list[Array]:
    """The inputs with zeros for those that the model doesn't take."""
    return [array if place < kept else np.zeros_like(array) for place, array in enumerate(drawn)]
