"""A measured value beside what it is compared with."""

from __future__ import annotations

import re

import pytest

from suite.records import Measure
from suite.report.measures import draw_measure


def _places(measure: Measure) -> dict[str, float]:
    drawn = draw_measure(measure)
    found = {"point": r'cx="([\d.]+)%"', "limit": r'"mark" x1="([\d.]+)%"', "band": r'"band" x="([\d.]+)%"'}
    return {name: float(match[1]) for name, each in found.items() if (match := re.search(each, drawn))}


@pytest.mark.parametrize("reference", [None, (0.7, 0.9)])
def test_everything_is_on_one_scale(reference: tuple[float, float] | None) -> None:
    """The value lies below the limit, the limit below the references; nothing lies on the edge."""
    measure = Measure(
        name="accuracy", value=0.4, low=0.3, high=0.5, limit=0.6, smaller_is_better=False, reference=reference
    )
    places = _places(measure)
    assert 0 < places["point"] < places["limit"] < places.get("band", 99) < 100
    assert ("band" in places) == (reference is not None)


def test_equal_values_have_a_place() -> None:
    """Where there is no width at all."""
    assert _places(Measure(name="m", value=0, low=0, high=0, limit=0, smaller_is_better=True))["point"] == 50
