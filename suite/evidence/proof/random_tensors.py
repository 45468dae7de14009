"""Draws random weights, inputs and targets for the functional proof, all unknown beforehand.

Weights are so large that `tanh` isn't linear, yet doesn't saturate, and that every tensor affects the outputs.
Recurrent kernels are orthogonal and biases small, so that what happens in the first steps of a sequence shows in its
last output: if three layers of 8 units never read the first 4 of 28 rows, outputs move by 2e-3 of the largest or more.
With normal kernels, 7 of 10 draws hid it under the tolerance of 1e-4.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import numpy as np

from suite.assignments import ProbeInput
from suite.frameworks import Framework, Role

Array: TypeAlias = np.ndarray[Any, Any]
MATRIX = 2  # dimensions
GAIN = 0.7
KEEPING = 1.4  # with it and the fan-in, outputs are as large as inputs after a ReLU (He et al., ICCV 2015)
SCALES = (0.5, 1.5)  # of a normalisation, so that what comes before it still shows after many of them
BIAS = 0.3
SMALL_BIAS = 0.1  # of the references, whose biases would otherwise hold `tanh` where it is flat
MOST_OPEN = 8.0  # sigmoid is .9997 there, .5 at 0: units forget after thousands of steps, after 2, and in between
KINDS = 5  # of rows
OFTEN = 0.1  # share of the first word number, which stands for unknown words, and of the largest
WIDE = 3.0  # times the range of the other rows
BLANK = 8  # one of so many steps is blank in the last row, and one of so many isn't in the second
ROTATED = 128  # most rows of a matrix that is orthogonalised as a whole, which takes the cube of its size
VARIANCES = (25.0, 50.0)  # so large that a framework's own epsilon, 1e-3 or 1e-5, makes no difference


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnTensor:
    """A tensor to be drawn, and what is known of it."""

    shape: tuple[int, ...]
    """Its shape."""
    role: Role = ""
    """What it does in its layer; empty if that isn't known."""
    fan: int = 0
    """Of a kernel: how many numbers each output sums; 0 where that isn't known, and in recurrent layers."""
    divided: bool = False
    """Of a scale: whether its layer divides by a stored deviation."""


def describe_tensors(
    framework: Framework, tensors: Sequence[tuple[Hashable, str, str, tuple[int, ...]]]
) -> list[DrawnTensor]:
    """What is known of tensors by (layer, class of the layer, name, shape), if their names can be trusted."""
    roles = [framework.role(name, kind) for _, kind, name, _ in tensors]
    found: dict[Hashable, set[Role]] = {}
    for (layer, *_), role in zip(tensors, roles, strict=True):
        found.setdefault(layer, set()).add(role)
    return [
        DrawnTensor(
            shape=shape,
            role=role,
            fan=framework.fan_in(name, kind, shape)
            if role == "kernel" and len(shape) >= MATRIX and "recurrent kernel" not in found[layer]
            else 0,
            divided=role == "scale" and "variance" in found[layer],
        )
        for (layer, kind, name, shape), role in zip(tensors, roles, strict=True)
    ]


def draw_weights(tensors: Iterable[DrawnTensor], generator: np.random.Generator) -> list[Array]:
    """An array for each tensor, float32; without roles, by shape alone."""
    return [_weight(tensor, generator).astype(np.float32, copy=False) for tensor in tensors]


def normal(scale: float, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """Normal numbers around 0 in float32, which takes half of the time of float64."""
    drawn = np.asarray(generator.standard_normal(shape, np.float32))
    drawn *= np.float32(scale)
    return drawn


def uniform(low: float, high: float, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """Uniform numbers in float32, which takes half of the time of float64."""
    drawn = np.asarray(generator.random(shape, np.float32))
    drawn *= np.float32(high - low)
    drawn += np.float32(low)
    return drawn


def open_gate(bias: Array, place: int, count: int, generator: np.random.Generator) -> Array:
    """A bias of gates, the gate at `place` of `count` wide open for most units: they keep what the first steps brought.

    Otherwise half of it is lost in each step: nothing of the first 10 of 100 steps shows in the last output.
    """
    parts = np.split(bias, count, axis=-1)
    parts[place] = parts[place] + generator.uniform(0, MOST_OPEN, parts[place].shape).astype(np.float32)
    return np.concatenate(parts, axis=-1)


def with_rows(array: Array, rows: int) -> Array:
    """The first rows of an array, or the array with rows of zeros after its own; a number as it is."""
    if not array.ndim or len(array) == rows:
        return array
    return np.concatenate([array[:rows], np.zeros((max(rows - len(array), 0), *array.shape[1:]), array.dtype)])


def by_shape(
    shapes: Iterable[tuple[int, ...]], generator: np.random.Generator, *, positive: bool = False
) -> list[Array]:
    """An array for each shape; vectors are drawn as variances if `positive`."""
    role: Role = "variance" if positive else ""
    return draw_weights((DrawnTensor(shape=shape, role=role if len(shape) == 1 else "") for shape in shapes), generator)


def _weight(tensor: DrawnTensor, generator: np.random.Generator) -> Array:
    shape, role = tensor.shape, tensor.role
    if role == "variance":
        return uniform(*VARIANCES, shape, generator)
    if role == "scale":
        return uniform(*SCALES, shape, generator) * np.float32(np.sqrt(np.mean(VARIANCES)) if tensor.divided else 1)
    if role == "recurrent kernel":
        return orthogonal(shape, generator)
    if len(shape) < MATRIX or role in ("bias", "recurrent bias"):
        return normal(SMALL_BIAS if role else BIAS, shape, generator)
    if tensor.fan:
        return normal(KEEPING / np.sqrt(tensor.fan), shape, generator)
    gain = GAIN if len(shape) == MATRIX else KEEPING
    return normal(gain / np.sqrt(prod(shape) / max(shape)), shape, generator)


def orthogonal(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """A matrix with orthonormal rows or columns, float32.

    A small one is drawn uniformly, as in Keras (A. M. Saxe et al., ICLR 2014). A large one is a product of shuffles and
    small rotations, so many that each number of a vector reaches all others: 1,000 units take 20 ms in place of 200.
    """
    rows, columns = prod(shape[:-1]), shape[-1]
    long, short = max(rows, columns), min(rows, columns)
    if short <= ROTATED:
        turned = _rotation(long, short, generator)
    else:
        turned = np.eye(long, short, dtype=np.float32)
        for _ in range(math.ceil(math.log(long, ROTATED))):
            turned = turned[generator.permutation(long)]
            for part in np.array_split(turned, math.ceil(long / ROTATED)):
                part[:] = _rotation(len(part), len(part), generator) @ part
    return np.ascontiguousarray(turned if rows >= columns else turned.T).reshape(shape)


def _rotation(rows: int, columns: int, generator: np.random.Generator) -> Array:
    """A matrix with orthonormal columns, drawn uniformly; its last step makes the draw uniform."""
    q, r = np.linalg.qr(generator.standard_normal((rows, columns), np.float32))
    return np.asarray(q * np.sign(np.diag(r)))


def draw_inputs(
    inputs: Sequence[ProbeInput], rows: int, generator: np.random.Generator, *, padded: bool
) -> list[Array]:
    """The reference's inputs: numbers of several kinds, or word indices, with fewer words in later rows if `padded`.

    Sequences of numbers are, row by row: in [-1, 1); blank after a few steps, so that these show; as data are, in
    [0, 1); the same in every step; in [-3, 3), and blank at the end, if `padded`. Zeros fill the rest of words, so that
    masking matters. Training inputs aren't padded: PyTorch's `padding_idx=0` never trains
    an embedding's first row. Rows get shorter, as `pack_padded_sequence` requires by default, and none is empty.
    """
    return [_input(given, rows, generator, padded=padded) for given in inputs]


def _input(given: ProbeInput, rows: int, generator: np.random.Generator, *, padded: bool) -> Array:
    if not given.high:
        drawn = generator.uniform(-1, 1, (rows, *given.shape)).astype(np.float32)
        if padded and len(given.shape) >= MATRIX:
            some = max(given.shape[0] // BLANK, 1)
            drawn[1::KINDS, some:] = 0
            drawn[2::KINDS] = np.abs(drawn[2::KINDS])
            drawn[3::KINDS] = drawn[3::KINDS, :1]
            drawn[4::KINDS] *= np.float32(WIDE)
            drawn[-1, -some:] = 0  # where a mask would show
        return drawn
    ids = generator.integers(1, given.high, (rows, *given.shape), dtype=np.int64)
    kinds = generator.random(ids.shape)
    ids = np.where(kinds < OFTEN, 1, np.where(kinds > 1 - OFTEN, given.high - 1, ids))
    if not padded or not given.shape:
        return ids
    steps = given.shape[-1]
    words = np.maximum(steps - np.arange(rows) * max(steps // rows, 1), 1)
    return np.where(np.arange(steps) < words[:, None], ids, 0)


def fit_inputs(drawn: Sequence[Array], wanted: Sequence[ProbeInput]) -> list[Array] | None:
    """The same inputs in the shapes that a model wants; `None` if they don't fit.

    A text is given as word indices. A model that takes fewer inputs is treated as if the others were zeros.
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
