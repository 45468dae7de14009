"""The frozen anchor: a plain recurrent network in NumPy, in the host's own process.

It measures the speed of the machine, so it must not depend on anything that the record tracks: frameworks, references,
the sandbox. A copy of a reference would get slower together with its framework, and so hide just what the record must
show. It depends on NumPy and its BLAS, which the record's fingerprint names. This file must not change: a change needs
a new `VERSION`, and records of different versions can't be compared. A test checks its outputs.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
VERSION = 1
SEED = 20_261_124


class Anchor:
    """A recurrent layer with tanh: float32 `(rows, steps, features)` to `(rows, units)`."""

    def __init__(self, rows: int, steps: int, features: int, units: int) -> None:
        generator = np.random.default_rng(SEED)
        self._inputs = generator.standard_normal((steps, rows, features), np.float32)
        self._kernel = generator.standard_normal((features, units), np.float32) / np.float32(np.sqrt(features))
        self._recurrent = generator.standard_normal((units, units), np.float32) / np.float32(np.sqrt(units))

    def __call__(self) -> Array:
        """One pass over the sequence."""
        state = np.zeros((self._inputs.shape[1], self._kernel.shape[1]), np.float32)
        for step in self._inputs:
            state = np.tanh(step @ self._kernel + state @ self._recurrent)
        return state
