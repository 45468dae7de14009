"""Learning curves as inline SVG: numbers become one line, and nothing of a submission becomes markup."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 240, 80, 4
MOST = 200  # points of a line; longer series are thinned out


def draw_curve(values: Sequence[float | None]) -> Markup:
    """A line from left to right, from the lowest to the highest value; gaps where a value is missing."""
    numbers = [value for value in values if value is not None and isfinite(value)]
    if len(numbers) < 2:  # noqa: PLR2004 - one point is no line; its value is in the caption
        return Markup("")
    step = -(-len(values) // MOST)
    low, high = min(numbers), max(numbers)
    wide = max(len(values) - 1, 1)

    def place(index: int, value: float) -> str:
        x = EDGE + (WIDTH - 2 * EDGE) * index / wide
        y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * ((value - low) / (high - low) if high > low else 0.5)
        return f"{x:.1f},{y:.1f}"

    lines: list[list[str]] = [[]]
    for index in range(0, len(values), step):
        value = values[index]
        if value is None or not isfinite(value):
            lines.append([])
        else:
            lines[-1].append(place(index, float(value)))
    drawn = "".join(
        f'<polyline fill="none" stroke="currentColor" stroke-width="1.5" points="{" ".join(line)}"/>'
        for line in lines
        if line
    )
    return Markup(f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{drawn}</svg>')  # noqa: S704 - numbers


def ends(values: Sequence[float | None]) -> str:
    """First and last value, such as `2.34 → 1.02`."""
    numbers = [f"{value:.3g}" for value in values if value is not None and isfinite(value)]
    return " → ".join([numbers[0], *numbers[1:][-1:]]) if numbers else ""
