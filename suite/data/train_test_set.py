"""What a model is trained and tested with, on the host; the answers of the held-out rows never leave the host."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
UNKNOWN = 1  # the number of an unknown word
TargetKind: TypeAlias = Literal["classes", "steps"]
"""`classes`: one class per row; `steps`: yes or no at each time step but the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainTestSet:
    """Examples of one model's task."""

    kind: TargetKind
    inputs: Array
    """Training inputs, `(rows, ...)`, as they are stored."""
    targets: Array
    """`(rows,)` int64 classes, or `(rows, steps, 1)` float32 of 0 and 1."""
    held_out_inputs: Array
    """Test inputs, which no notebook has while it runs."""
    held_out_targets: Array
    """Right answers for the test inputs."""
    scaled_by_model: bool = False
    """Whether inputs are stored values, such as pixels, that each model scales in its own way."""
    scales: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    """(subtract, divide) pairs applied to inputs before a model gets them; the first is used for training."""

    def within(self, words: int) -> TrainTestSet:
        """The same for a model that knows so many words: it reads others as unknown ones. Unchanged without words."""
        if not words or self.inputs.dtype.kind != "i":
            return self
        known = [np.where(given < words, given, UNKNOWN) for given in (self.inputs, self.held_out_inputs)]
        return replace(self, inputs=known[0], held_out_inputs=known[1])

    def scaled(self, inputs: Array, scale: tuple[float, float]) -> Array:
        """Inputs as a model reads them, in float32; word numbers stay as they are."""
        if inputs.dtype.kind == "i":
            return inputs
        return ((inputs.astype(np.float32) - np.float32(scale[0])) / np.float32(scale[1])).astype(np.float32)
