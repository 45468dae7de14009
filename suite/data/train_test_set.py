"""What a model is trained and tested with, on the host; the answers of the held-out rows never leave the host."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from suite.assignments import Scale

Array: TypeAlias = np.ndarray[Any, Any]
UNKNOWN = 1  # the number of an unknown word
TargetKind: TypeAlias = Literal["classes", "steps", "values"]
"""`classes`: one class per row; `steps`: yes or no at each time step but the first; `values`: numbers."""
SCALES_OF_IMAGES: tuple[Scale, ...] = ((0.0, 255.0),)
SCALES_OF_TABLES: tuple[Scale, ...] = ("standard", "min-max", "as it is")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainTestSet:
    """Examples of one model's task."""

    kind: TargetKind
    inputs: Array
    """Training inputs, `(rows, ...)`, as they are stored."""
    targets: Array
    """`(rows,)` int64 classes, `(rows, steps, 1)` float32 of 0 and 1, or `(rows, ...)` float32 numbers."""
    held_out_inputs: Array
    """Test inputs, which no notebook has while it runs."""
    held_out_targets: Array
    """Right answers for the test inputs."""
    scaled_by_model: bool = False
    """Whether inputs are stored values, such as pixels, that each model scales in its own way."""
    scales: tuple[Scale, ...] = ((0.0, 1.0),)
    """How inputs are scaled before a model gets them; the first is used for training."""
    target_scales: tuple[Scale, ...] = SCALES_OF_TABLES
    """How numbers that a model predicts are scaled; the first is used for training."""
    reconstructs: bool = False
    """Whether the right answer is the scaled input itself."""

    def within(self, words: int) -> TrainTestSet:
        """The same for a model that knows so many words: it reads others as unknown ones. Unchanged without words."""
        if not words or self.inputs.dtype.kind != "i":
            return self
        known = [np.where(given < words, given, UNKNOWN) for given in (self.inputs, self.held_out_inputs)]
        return replace(self, inputs=known[0], held_out_inputs=known[1])

    @property
    def with_channels_first(self) -> TrainTestSet:
        """The same images, `(rows, channels, height, width)`."""
        given, held_out = (
            np.ascontiguousarray(np.moveaxis(each, -1, 1)) for each in (self.inputs, self.held_out_inputs)
        )
        return replace(self, inputs=given, held_out_inputs=held_out)

    def scaled(self, inputs: Array, scale: Scale) -> Array:
        """Inputs as a model reads them, in float32; word numbers stay as they are."""
        if inputs.dtype.kind == "i":
            return inputs
        subtract, divide = _factors(self.inputs, scale)
        return ((inputs.astype(np.float32) - subtract) / divide).astype(np.float32)

    def goals(self, rows: Array) -> Array:
        """What a model is trained to answer to these training rows."""
        if self.reconstructs:
            return self.scaled(self.inputs[rows], self.scales[0])
        if self.kind != "values":
            return self.targets[rows]
        subtract, divide = _factors(self.targets, self.target_scales[0])
        return ((self.targets[rows] - subtract) / divide).astype(np.float32)

    def right_answers(self, scale: Scale) -> Array:
        """The right answers to the held-out rows, where inputs are scaled so."""
        return self.scaled(self.held_out_inputs, scale) if self.reconstructs else self.held_out_targets

    def unscaled(self, answers: Array, scale: Scale) -> Array:
        """Numbers that a model answers in a scale of its own, as the targets have them."""
        if self.reconstructs:
            return answers
        subtract, divide = _factors(self.targets, scale)
        return answers * divide + subtract


def _factors(values: Array, scale: Scale) -> tuple[Array, Array]:
    """What is subtracted, and by what is divided; a column that never changes is divided by 1."""
    if not isinstance(scale, str):
        return np.asarray(scale[0], np.float32), np.asarray(scale[1], np.float32)
    known = values.astype(np.float64)
    if scale == "standard":
        subtract, divide = known.mean(axis=0), known.std(axis=0)
    elif scale == "min-max":
        subtract, divide = known.min(axis=0), known.max(axis=0) - known.min(axis=0)
    else:
        return np.zeros(1, np.float32), np.ones(1, np.float32)
    return subtract.astype(np.float32), np.where(divide > 0, divide, 1).astype(np.float32)
