"""Targets of timed training steps have the shapes of the outputs, wherever those have their batch."""

from __future__ import annotations

import pytest

from suite.evidence.timing.pairing import mark_batch
from suite.records import Shape


@pytest.mark.parametrize(
    ("shape", "other", "marked"),
    [
        ((3, 10), (5, 10), (None, 10)),
        ((1, 3, 16), (1, 5, 16), (1, None, 16)),
        ((3, 3, 16), (3, 5, 16), (3, None, 16)),
        ((3, 3), (5, 3), (None, 3)),
        ((7,), (7,), (7,)),
    ],
)
def test_the_batch_is_the_dimension_that_follows_the_rows(shape: Shape, other: Shape, marked: Shape) -> None:
    """Also in a state of three layers, probed with three rows."""
    assert mark_batch(shape, other, 3, 5) == marked
