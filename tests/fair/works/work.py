"""One work: the notebook of a student, and which tasks it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import nbformat

TORCH = """
import torch
from torch import nn
from torch.nn import functional as F
"""
KERAS = """
import keras
import numpy as np
from keras import layers, ops
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a student hands in."""

    cells: tuple[str, ...]
    """Sources of the notebook's cells."""
    tasks: tuple[str, ...] = ()
    """Ids of the tasks that it does; empty for all. The verdicts on other tasks are ignored."""

    def notebook(self) -> bytes:
        """The notebook as a file."""
        cells = [nbformat.v4.new_code_cell(source) for source in self.cells]
        return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


def torch_works(codes: Mapping[str, str], *tasks: str) -> dict[str, Work]:
    """Works of one cell in PyTorch, by name."""
    return {f"torch_{name}": Work(cells=(TORCH + code,), tasks=tasks) for name, code in codes.items()}


def keras_works(codes: Mapping[str, str], *tasks: str) -> dict[str, Work]:
    """Works of one cell in Keras, by name."""
    return {f"keras_{name}": Work(cells=(KERAS + code,), tasks=tasks) for name, code in codes.items()}


def replaced(source: str, edits: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The source with one passage replaced, by name; a passage that isn't there is an error."""
    if absent := [name for name, (old, _) in edits.items() if old not in source]:
        raise ValueError(f"nothing to replace in {', '.join(absent)}; adapt the passage to the source")
    return {name: source.replace(old, new) for name, (old, new) in edits.items()}
