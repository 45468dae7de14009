"""Shares are said in percent as people read them."""

from __future__ import annotations

import pytest

from suite.text.figures import percent, power


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0"),
        (3e-6, "< 0.01"),
        (0.00123, "0.12"),
        (0.0349, "3.5"),
        (0.0999, "10"),
        (0.5, "50"),
        (1.234, "123"),
        (9.99, "999"),
        (1e3, "> 1000"),
        (float("inf"), "> 1000"),
    ],
)
def test_percent(share: float, said: str) -> None:
    """Neither exponents nor digits that say nothing."""
    assert percent(share) == said


@pytest.mark.parametrize(("value", "said"), [(0.0, "0"), (1.23e-7, "1.2e-07")])
def test_power(value: float, said: str) -> None:
    """No difference is no power of ten."""
    assert power(value) == said
