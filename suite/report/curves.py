"""Learning curves as inline SVG: numbers become one line, and nothing of a submission becomes markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from math import isfinite

from markupsafe import Markup

from suite.pages.drawing import Axis, drawing, element, ticks

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 8, 22
LEAST_HEIGHT = 2  # of a band whose ends are one
MOST = 200  # points of a line; longer series are thinned out


def draw_curve(
    values: Sequence[float | None],
    title: str,
    description: str,
    band: Sequence[tuple[float, float]] = (),
    write: Callable[[str], str] = str,
) -> Markup:
    """A line from left to right with its scale, and gaps where a value is missing, on a band of references.

    `band` has its two ends at each value, the lower one first; `write` has numbers as the language does.
    """
    numbers = _numbers(values)
    if not is_line(values):
        return Markup("")
    ends = [*numbers, *chain.from_iterable(band)]
    up = Axis(low=min(ends), high=max(ends), start=HEIGHT - BOTTOM, end=TOP)
    across = Axis(low=0, high=max(len(values) - 1, 1), start=LEFT, end=WIDTH - RIGHT)
    parts: list[Markup] = []
    if band:
        parts.append(element("polygon", class_="band", points=" ".join(_outline(band, across, up))))
    for tick in ticks(up.low, up.high):
        y = up.at(tick)
        parts.append(element("line", class_="grid", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y))
        parts.append(element("text", write(f"{tick:.4g}"), class_="axis end", x=LEFT - 5, y=y + 4))
    parts += [
        element("text", str(number), class_="axis middle", x=across.at(number - 1), y=HEIGHT - 6)
        for number in (1, len(values))
    ]
    lines = (element("polyline", points=" ".join(line)) for line in _lines(values, across, up) if line)
    return drawing(WIDTH, HEIGHT, *parts, *lines, title=title, description=description, class_="curve")


def is_line(values: Sequence[float | None]) -> bool:
    """Whether there is a line to be drawn; one point is none, and its value is in the caption."""
    return len(_numbers(values)) > 1


def count_inside(values: Sequence[float | None], band: Sequence[tuple[float, float]]) -> int:
    """How many values lie in the band; one that is missing doesn't."""
    return sum(value is not None and low <= value <= high for value, (low, high) in zip(values, band, strict=True))


def ends(values: Sequence[float | None]) -> str:
    """First and last value, such as `2.34 → 1.02`."""
    numbers = [f"{value:.3g}" for value in _numbers(values)]
    return " → ".join([numbers[0], *numbers[1:][-1:]]) if numbers else ""


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None and isfinite(value)]


def _lines(values: Sequence[float | None], across: Axis, up: Axis) -> list[list[str]]:
    """Places of the points, a list for each piece without a gap."""
    lines: list[list[str]] = [[]]
    for index in _shown(len(values)):
        value = values[index]
        if value is None or not isfinite(value):
            lines.append([])
        else:
            lines[-1].append(f"{across.at(index):.1f},{up.at(float(value)):.1f}")
    return lines


def _outline(band: Sequence[tuple[float, float]], across: Axis, up: Axis) -> list[str]:
    """Places round the band: to the right along its upper ends and back along its lower ones, never without height."""
    places = [(across.at(index), up.at(band[index][1]), up.at(band[index][0])) for index in _shown(len(band))]
    there = [f"{x:.1f},{top:.1f}" for x, top, _ in places]
    return there + [f"{x:.1f},{max(bottom, top + LEAST_HEIGHT):.1f}" for x, top, bottom in reversed(places)]


def _shown(length: int) -> range:
    """The points that are drawn of so many."""
    return range(0, length, -(-length // MOST))
