"""Ratios of the rounds of a benchmark, and how they are said."""

from __future__ import annotations

import math

import pytest

from tests.benchmarks.peers.ratios import compare, say_ratio, say_seconds


def test_a_slow_round_slows_both() -> None:
    """What stays the same in each round is certain, however much the machine's speed changes."""
    ratio = compare([20, 60, 30], [2, 6, 3])
    assert ratio.value == pytest.approx(10)
    assert (ratio.low, ratio.high) == pytest.approx((10, 10))


def test_rounds_that_differ_widen_the_interval() -> None:
    """The interval holds the ratio, and neither end is a round's by accident."""
    ratio = compare([8, 12, 10], [1, 1, 1])
    assert ratio.low < 8 < ratio.value < 12 < ratio.high
    assert ratio.value == pytest.approx(math.prod([8, 12, 10]) ** (1 / 3))


def test_one_round_has_no_interval() -> None:
    """It can't say how much rounds differ."""
    assert say_ratio(compare([6], [2])) == "3.0 times"
    assert say_ratio(compare([6, 6], [2, 2])) == "3.0 times (3.0 to 3.0)"
    assert say_seconds([4, 8], 3) == "2.00 s"
