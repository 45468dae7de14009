"""The inputs of a timed forward pass: each batch is changed by the answer to the one before.

So a model can neither look ahead nor work through several batches at once. The worker does the same in
`suite.inside.worker.timed_calls`.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from suite.evidence.proof.random_tensors import Array


def turn(values: Array, before: bytes, high: int) -> Array:
    """Scale numbers by a factor in [0.5, 1); shift word indices below `high` cyclically, except 0, which is padding.

    `before` holds the bytes of the last answer's first output, float32 in C order.
    """
    turned = crc32(before)
    if high:
        return np.where(values > 0, 1 + (values - 1 + turned) % (high - 1), 0)
    return np.asarray(values * np.float32(0.5 + turned / 2**33))


def turned(batches: Sequence[Sequence[Array]], answers: Sequence[Array], highs: Sequence[int]) -> list[list[Array]]:
    """The inputs that a model with these first outputs must have computed with."""
    found = [list(batches[0])]
    for batch, answer in zip(batches[1:], answers, strict=False):
        before = answer.tobytes()
        found.append([turn(values, before, high) for values, high in zip(batch, highs, strict=True)])
    return found
