"""Reads tensors as cells of recurrent layers, by their shapes, in the layout of either framework."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from suite.evidence.proof.random_tensors import Array
from suite.frameworks.weight_conversion import swap_gates

BLOCKS = (1, 3, 4)  # of columns in a kernel: simple, GRU, LSTM
GRU_BLOCKS = 3
MAX_TENSORS = 4  # of a cell: two kernels and two biases
MAX_BIASES = 2
MATRIX = 2  # dimensions of a matrix; also the number of kernels in a cell


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentCell:
    """One cell's tensors in Keras's layout, in float64: `g` blocks of `u` columns."""

    kernel: Array
    """`(features, g u)`."""
    recurrent: Array
    """`(u, g u)`."""
    bias: Array
    """`(g u,)`, added on the input's side."""
    recurrent_bias: Array
    """`(g u,)`, added on the state's side."""

    @property
    def units(self) -> int:
        """Size of a state."""
        return len(self.recurrent)

    @property
    def blocks(self) -> int:
        """Number of gates and candidates."""
        return int(self.recurrent.shape[1]) // self.units


Level: TypeAlias = tuple[RecurrentCell, ...]
"""One cell, or one forwards and one backwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelOrder:
    """How a cell may store its kernels."""

    rows_first: bool
    """Kernels are `(g u, features)`, and a GRU's reset gate comes first, as in PyTorch."""
    state_first: bool = False
    """The state's kernel comes before the input's, as in some hand-written cells."""


FORMS = (
    KernelOrder(rows_first=False),
    KernelOrder(rows_first=True),
    KernelOrder(rows_first=False, state_first=True),
    KernelOrder(rows_first=True, state_first=True),
)


def state_size(tensors: Sequence[Array]) -> tuple[int, int] | None:
    """Features and units if these tensors can belong to a recurrent layer or cell, else `None`."""
    levels = next(readings(tensors), None)
    return (len(levels[0][0].kernel), levels[0][0].units) if levels else None


def readings(tensors: Sequence[Array]) -> Iterator[list[Level]]:
    """Ways to read tensors as stacked levels, each of one cell or of two for both directions."""
    for size in range(MAX_TENSORS, 1, -1):
        chunks = [tensors[start : start + size] for start in range(0, len(tensors), size)]
        for form in FORMS if len(tensors) % size == 0 else ():
            found = [_read(chunk, form) for chunk in chunks]
            cells = [cell for cell in found if cell is not None]
            if len(cells) < len(chunks):
                continue
            for width in (1, 2):
                levels = [tuple(cells[start : start + width]) for start in range(0, len(cells), width)]
                if _fit(levels, width):
                    yield levels


def _read(tensors: Sequence[Array], form: KernelOrder) -> RecurrentCell | None:
    """One cell: two kernels and at most two biases, in any order."""
    matrices = [tensor.astype(np.float64) for tensor in tensors if tensor.ndim == MATRIX]
    biases = [tensor.astype(np.float64) for tensor in tensors if tensor.ndim == 1]
    if len(matrices) == MATRIX + 1 and len(matrices[-1]) == MAX_BIASES:
        biases = [*matrices.pop(), *biases]
    if len(matrices) != MATRIX or len(biases) > MAX_BIASES or len(matrices) + len(biases) < len(tensors):
        return None
    kernel, recurrent = matrices[:: -1 if form.state_first else 1]
    if form.rows_first:
        kernel, recurrent = kernel.T, recurrent.T
    units, columns = recurrent.shape
    if columns % units or columns // units not in BLOCKS or kernel.shape[1] != columns:
        return None
    if any(bias.shape != (columns,) for bias in biases):
        return None
    arrays = [kernel, recurrent, *biases, *[np.zeros(columns)] * (MAX_BIASES - len(biases))]
    if form.rows_first and columns // units == GRU_BLOCKS:
        arrays = [swap_gates(array) for array in arrays]
    return RecurrentCell(kernel=arrays[0], recurrent=arrays[1], bias=arrays[2], recurrent_bias=arrays[3])


def _fit(levels: Sequence[Level], width: int) -> bool:
    """Whether each level takes what the one before returns, and all cells are of one kind."""
    cells = [cell for level in levels for cell in level]
    if len(cells) % width or len({cell.blocks for cell in cells}) > 1:
        return False
    if any(len({cell.kernel.shape for cell in level}) > 1 for level in levels):
        return False
    return all(len(level[0].kernel) == sum(cell.units for cell in before) for before, level in pairwise(levels))
