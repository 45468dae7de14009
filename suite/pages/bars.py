"""Bars and intervals that stand in cells of a table, whose numbers stand beside them: they scale with the cell."""

from __future__ import annotations

from markupsafe import Markup

from suite.pages.drawing import element

HEIGHT = 14
MIDDLE = HEIGHT / 2


def bar(share: float, kind: str = "") -> Markup:
    """A bar that fills a share of its cell."""
    return element(
        "svg",
        element("rect", class_="groove", width="100%", height=HEIGHT, rx=3),
        element("rect", class_=f"fill {kind}".strip(), width=_place(share), height=HEIGHT, rx=3),
        class_="bar",
        height=HEIGHT,
        aria_hidden="true",
    )


def interval(  # noqa: PLR0913 - the parts of the picture
    value: float,
    low: float,
    high: float,
    *,
    mark: float | None = None,
    band: tuple[float, float] | None = None,
    kind: str = "",
) -> Markup:
    """A value with its interval, all as shares of the cell's width.

    A dashed line marks what it is compared with, a band where others lie.
    """
    lines = [element("line", class_="groove", x1="0%", x2="100%", y1=MIDDLE, y2=MIDDLE)]
    if band is not None:
        width = _place(band[1] - band[0])
        lines.append(element("rect", class_="band", x=_place(band[0]), width=width, height=HEIGHT, rx=2))
    if mark is not None:
        lines.append(element("line", class_="mark", x1=_place(mark), x2=_place(mark), y1=0, y2=HEIGHT))
    return element(
        "svg",
        *lines,
        element("line", class_=f"range {kind}".strip(), x1=_place(low), x2=_place(high), y1=MIDDLE, y2=MIDDLE),
        element("circle", class_=f"point {kind}".strip(), cx=_place(value), cy=MIDDLE, r=4.5),
        class_="interval",
        height=HEIGHT,
        aria_hidden="true",
    )


def _place(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.1f}%"
