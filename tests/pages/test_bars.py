"""Bars and intervals in cells."""

from __future__ import annotations

import pytest

from suite.pages.bars import bar, interval


@pytest.mark.parametrize(("share", "width"), [(0.25, "25.0%"), (-1, "0.0%"), (7, "100.0%")])
def test_a_bar_fills_a_share(share: float, width: str) -> None:
    """Never more than its cell; who doesn't see it reads the number beside it."""
    drawn = bar(share, "bad")
    assert f'class="fill bad" width="{width}"' in drawn
    assert 'aria-hidden="true"' in drawn


def test_an_interval_has_its_mark() -> None:
    """The line from low to high, the point, and what it is compared with."""
    drawn = interval(0.5, 0.4, 0.7, mark=0.25)
    assert 'class="range" x1="40.0%" x2="70.0%"' in drawn
    assert 'cx="50.0%"' in drawn
    assert 'class="mark" x1="25.0%"' in drawn
    assert 'class="mark"' not in interval(0.5, 0.4, 0.7)
