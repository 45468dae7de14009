"""Intervals by resampling."""

from __future__ import annotations

import numpy as np
import pytest

from suite.stats.bootstrap import interval
from suite.stats.proportions import wilson


def test_a_share_has_nearly_the_interval_of_its_formula() -> None:
    """Of 300 right answers in 400, resampling and Wilson's formula agree to a hundredth."""
    right = np.arange(400) < 300
    assert interval(lambda rows: float(right[rows].mean()), 400) == pytest.approx(wilson(300, 400), abs=0.01)


def test_resamples_without_a_value_are_left_out() -> None:
    """A value that exists for some resamples only has an interval; one that hardly ever exists has none."""

    def with_row(rows: np.ndarray) -> float:
        if 0 not in rows:
            raise ValueError("no row of the rare class")
        return float(len(rows))

    def never(_rows: np.ndarray) -> float:
        raise ValueError("no value")

    assert interval(with_row, 50) == (50, 50)
    assert interval(never, 50) is None
    assert interval(lambda _rows: float("nan"), 50) is None
