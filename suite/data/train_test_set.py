"""What a model is taught and examined with, on the host; hidden rows never leave it but to an oracle."""

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
    hidden_inputs: Array
    """To be examined with."""
    hidden_targets: Array
    """The right answers."""
    scales: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    """What is subtracted from inputs and divides them before a model sees them; the first one teaches."""

    def scaled(self, inputs: Array, scale: tuple[float, float]) -> Array:
        """Inputs as a model reads them: numbers of words stay."""
        if inputs.dtype.kind == "i":
            return inputs
        return ((inputs.astype(np.float32) - np.float32(scale[0])) / np.float32(scale[1])).astype(np.float32)


def count_right(kind: TargetKind, outputs: Array, targets: Array, *, logits: bool) -> int:
    """Rows answered right: the largest output is the class; at steps, all but the first, which can't be known."""
    if not np.isfinite(outputs).all():
        return 0
    if kind == "classes":
        right = outputs.reshape(len(targets), -1).argmax(axis=-1) == targets
    else:
        said = outputs.reshape(targets.shape) > (0 if logits else 0.5)
        right = (said == (targets > 0.5))[:, 1:].all(axis=(1, 2))  # noqa: PLR2004 - of 0 and 1
    return int(right.sum())
