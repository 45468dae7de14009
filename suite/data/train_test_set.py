"""What a model learns from and is tested with, on the host: held-out rows reach no process but a reference's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
TargetKind: TypeAlias = Literal["classes", "steps"]
"""One class a row, or yes and no at each step but the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainTestSet:
    """Examples of one model's task."""

    kind: TargetKind
    inputs: Array
    """To learn from: `(rows, ...)`, as they are stored."""
    targets: Array
    """`(rows,)` int64 classes, or `(rows, steps, 1)` float32 of 0 and 1."""
    held_out_inputs: Array
    """To be examined with: no sandbox is ever given them."""
    held_out_targets: Array
    """The right answers."""
    scaled_by_model: bool = False
    """Whether inputs are stored values, such as pixels, that each model scales in its own way."""
    scales: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    """What is subtracted from inputs and divides them before a model sees them; the first one teaches."""

    def scaled(self, inputs: Array, scale: tuple[float, float]) -> Array:
        """Inputs as a model reads them: numbers of words stay."""
        if inputs.dtype.kind == "i":
            return inputs
        return ((inputs.astype(np.float32) - np.float32(scale[0])) / np.float32(scale[1])).astype(np.float32)
