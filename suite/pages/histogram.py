"""How many there are of each size, as columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from suite.pages.drawing import Axis, drawing, element, ticks

WIDTH, HEIGHT = 480, 190
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 18, 26
GAP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Numbers between two."""

    low: float
    high: float
    count: int
    kind: str = ""
    """A class of the style, such as `good`."""


def count_bins(values: Sequence[float], most: float, bins: int) -> list[Bin]:
    """Equal bins from 0 to the most; the last one holds the most itself."""
    width = most / bins
    counts = [0] * bins
    for value in values:
        counts[min(max(int(value / width + 1e-9), 0), bins - 1)] += 1
    return [Bin(low=width * place, high=width * (place + 1), count=count) for place, count in enumerate(counts)]


def draw_histogram(bins: Sequence[Bin], title: str, description: str, write: Callable[[str], str] = str) -> Markup:
    """Columns with their counts above and the bounds below, numbers as `write` has them."""
    most = max((each.count for each in bins), default=0)
    across = Axis(low=0, high=len(bins), start=LEFT, end=WIDTH - RIGHT)
    up = Axis(low=0, high=max(most, 1), start=HEIGHT - BOTTOM, end=TOP)
    lines: list[Markup] = []
    for tick in ticks(0, max(most, 1)):
        if tick == int(tick):
            y = up.at(tick)
            lines.append(element("line", class_="grid", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y))
            lines.append(element("text", f"{tick:.0f}", class_="axis end", x=LEFT - 6, y=y + 4))
    columns: list[Markup] = []
    for place, each in enumerate(bins):
        left, right = across.at(place) + GAP / 2, across.at(place + 1) - GAP / 2
        if each.count:
            y = up.at(each.count)
            shape = {"x": left, "y": y, "width": right - left, "height": HEIGHT - BOTTOM - y}
            columns.append(element("rect", class_=f"fill {each.kind}".strip(), rx=2, **shape))
            columns.append(element("text", str(each.count), class_="count middle", x=(left + right) / 2, y=y - 4))
    bounds = [*(each.low for each in bins), *(each.high for each in bins[-1:])]
    every = -(-len(bounds) // 8)
    for place, bound in enumerate(bounds):
        if place % every == 0 or place == len(bounds) - 1:
            columns.append(
                element("text", write(f"{bound:.3g}"), class_="axis middle", x=across.at(place), y=HEIGHT - 8)
            )
    return drawing(WIDTH, HEIGHT, *lines, *columns, title=title, description=description, class_="histogram")
