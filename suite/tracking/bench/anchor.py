"""The frozen anchor: a plain recurrent network in NumPy, in the host's own process.

It stands for the machine, so it may depend on nothing that the record watches: no framework, no reference, no part of
the sandbox. A copy of a reference wouldn't do, as it gets slower with its framework, which is just what the record must
show. NumPy and its BLAS remain; the record's fingerprint names them. This file never changes: `VERSION` would have to,
and a record with another version can't be compared. A test holds its answers.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
VERSION = 1
SEED = 20_261_124


class Anchor:
    """A recurrent layer of tanh: `(rows, steps, features)` float32 to `(rows, units)`."""

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
