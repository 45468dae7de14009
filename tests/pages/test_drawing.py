"""Elements of pictures, axes and round numbers."""

from __future__ import annotations

import pytest

from suite.pages.drawing import Axis, drawing, element, ticks

HOSTILE = '"><script>alert(1)</script>'


def test_texts_and_values_are_escaped() -> None:
    """Neither a text nor an attribute can end where it stands."""
    made = drawing(10, 5, element("text", HOSTILE, data_name=HOSTILE), title=HOSTILE, description="<b>")
    assert "<script>" not in made
    assert "&lt;script&gt;" in made
    assert made.startswith('<svg viewBox="0 0 10 5" class="figure" role="img"><title>')


def test_numbers_are_short() -> None:
    """One decimal, as a screen shows no more."""
    assert element("rect", x=1 / 3, width=2.0) == '<rect x="0.3" width="2"></rect>'


@pytest.mark.parametrize(("value", "place"), [(0, 10), (5, 60), (10, 110), (-4, 10), (99, 110)])
def test_an_axis_has_ends(value: float, place: float) -> None:
    """What lies beyond stands at the end."""
    assert Axis(low=0, high=10, start=10, end=110).at(value) == place


def test_an_axis_without_width_has_a_middle() -> None:
    """Where all numbers are equal."""
    assert Axis(low=3, high=3, start=0, end=1).at(3) == 0.5


@pytest.mark.parametrize(
    ("low", "high", "round_numbers"),
    [(0, 17, [0, 5, 10, 15]), (0, 1, [0, 0.5, 1]), (0.31, 0.92, [0.4, 0.6, 0.8]), (2, 2, [2]), (-3, 3, [-2, 0, 2])],
)
def test_ticks_are_round(low: float, high: float, round_numbers: list[float]) -> None:
    """Ones, twos and fives."""
    assert ticks(low, high) == round_numbers
