"""Bars and intervals that stand in cells of a table, whose numbers stand beside them: they scale with the cell."""

from __future__ import annotations

from markupsafe import Markup

from suite.pages.drawing import element

HEIGHT = 14
MIDDLE = HEIGHT / 2


def bar(share: float, kind: str = "") -> Markup:
    """A bar that fills a share of its cell."""
    width = f"{100 * min(max(share, 0.0), 1.0):.1f}%"
    return element(
        "svg",
        element("rect", class_="groove", width="100%", height=HEIGHT, rx=3),
        element("rect", class_=f"fill {kind}".strip(), width=width, height=HEIGHT, rx=3),
        class_="bar",
        height=HEIGHT,
        aria_hidden="true",
    )


def interval(value: float, low: float, high: float, *, mark: float | None = None, kind: str = "") -> Markup:
    """A value with its interval, all as shares of the cell's width; a line marks what it is compared with."""
    places = [f"{100 * min(max(place, 0.0), 1.0):.1f}%" for place in (value, low, high)]
    marked = f"{100 * min(max(mark, 0.0), 1.0):.1f}%" if mark is not None else ""
    lines = [element("line", class_="mark", x1=marked, x2=marked, y1=0, y2=HEIGHT)] if marked else []
    return element(
        "svg",
        element("line", class_="groove", x1="0%", x2="100%", y1=MIDDLE, y2=MIDDLE),
        *lines,
        element("line", class_=f"range {kind}".strip(), x1=places[1], x2=places[2], y1=MIDDLE, y2=MIDDLE),
        element("circle", class_=f"point {kind}".strip(), cx=places[0], cy=MIDDLE, r=4.5),
        class_="interval",
        height=HEIGHT,
        aria_hidden="true",
    )
