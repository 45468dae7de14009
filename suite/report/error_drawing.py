"""Where a model errs: classes by the class that was answered, and errors of numbers by the size of the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from suite.pages.drawing import Axis, drawing, element, ticks
from suite.records import ErrorBin

SIDE, EDGE = 340.0, 30.0
DEEPEST = 0.45  # opacity of a cell that holds its whole row: the number on it stays readable
MOST_NUMBERED = 12  # classes
WIDTH, HEIGHT = 360, 200
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 8, 24


def draw_confusion(counts: Sequence[Sequence[int]], rows: str, columns: str, title: str, description: str) -> Markup:
    """A row of cells for each class; right answers stand on the diagonal, in another colour."""
    size = (SIDE - EDGE) / max(len(counts), 1)
    parts = [
        element("text", columns, class_="middle", x=(SIDE + EDGE) / 2, y=10),
        element("text", rows, class_="middle", x=10, y=SIDE / 2, transform=f"rotate(-90 10 {SIDE / 2:g})"),
    ]
    for number, row in enumerate(counts):
        middle = EDGE + (number + 0.5) * size
        parts.append(element("text", str(number), class_="axis middle", x=middle, y=EDGE - 5))
        parts.append(element("text", str(number), class_="axis end", x=EDGE - 4, y=middle + 4))
        for answered, count in enumerate(row):
            place = {"x": EDGE + answered * size, "y": EDGE + number * size, "width": size, "height": size}
            kind, depth = "good" if number == answered else "bad", DEEPEST * count / max(sum(row), 1)
            parts.append(element("rect", class_=f"fill {kind}", fill_opacity=f"{depth:.2f}", **place))
            parts.append(element("rect", class_="cell-edge", **place))
            if count and len(counts) <= MOST_NUMBERED:
                x, y = place["x"] + size / 2, place["y"] + size / 2 + 4
                parts.append(element("text", str(count), class_="count middle", x=x, y=y))
    return drawing(SIDE, SIDE, *parts, title=title, description=description, class_="confusion")


def draw_errors(bins: Sequence[ErrorBin], title: str, description: str, write: Callable[[str], str] = str) -> Markup:
    """The middle error of each bin and where eight tenths of them lie, beside the line of no error.

    `write` has numbers as the language does.
    """
    low = min(0.0, *(each.low for each in bins))
    high = max(0.0, *(each.high for each in bins))
    up = Axis(low=low, high=high, start=HEIGHT - BOTTOM, end=TOP)
    across = Axis(low=bins[0].answer, high=bins[-1].answer, start=LEFT + 12, end=WIDTH - RIGHT - 12)
    parts: list[Markup] = []
    for tick in ticks(low, high):
        y = up.at(tick)
        parts.append(element("line", class_="grid", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y))
        parts.append(element("text", write(f"{tick:.4g}"), class_="axis end", x=LEFT - 5, y=y + 4))
    parts.append(element("line", class_="mark", x1=LEFT, x2=WIDTH - RIGHT, y1=up.at(0), y2=up.at(0)))
    for each in bins:
        x = across.at(each.answer)
        parts.append(element("line", class_="range own", x1=x, x2=x, y1=up.at(each.low), y2=up.at(each.high)))
        parts.append(element("circle", class_="point own", cx=x, cy=up.at(each.middle), r=4))
    parts += [
        element("text", write(f"{each.answer:.3g}"), class_="axis middle", x=across.at(each.answer), y=HEIGHT - 7)
        for each in (bins[0], bins[-1])
    ]
    return drawing(WIDTH, HEIGHT, *parts, title=title, description=description, class_="errors")
