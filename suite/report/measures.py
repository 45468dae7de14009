"""A measured value drawn beside what it is compared with."""

from __future__ import annotations

from markupsafe import Markup

from suite.pages.bars import interval
from suite.pages.drawing import Axis
from suite.records import Measure

MARGIN = 0.1  # of the width that values take


def draw_measure(measure: Measure) -> Markup:
    """The value with its interval, the limit as a line, and the references' values as a band."""
    ends = (measure.low, measure.high, measure.limit, *(measure.reference or ()))
    room = MARGIN * (max(ends) - min(ends) or abs(measure.value) or 1.0)
    axis = Axis(low=min(ends) - room, high=max(ends) + room, start=0, end=1)
    band = measure.reference
    return interval(
        axis.at(measure.value),
        axis.at(measure.low),
        axis.at(measure.high),
        mark=axis.at(measure.limit),
        band=None if band is None else (axis.at(band[0]), axis.at(band[1])),
        kind="own",
    )
