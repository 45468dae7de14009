"""Elements of inline SVG: every text and value is escaped, and the same figures always give the same bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

WANTED_TICKS = 4


def element(tag: str, *children: str, **attributes: str | float) -> Markup:
    """An element with its attributes; `_` in a name stands for `-`, and a last one is left out, as in `class_`."""
    written = Markup().join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), _plain(value))
        for name, value in attributes.items()
    )
    name = Markup(tag)  # noqa: S704 - a tag of this package's own
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, Markup().join(children))


def drawing(width: float, height: float, *children: str, title: str, description: str, class_: str = "") -> Markup:
    """A picture that scales with the page, with a title and a description for those who don't see it."""
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        *children,
        viewBox=f"0 0 {_plain(width)} {_plain(height)}",
        class_=f"figure {class_}".strip(),
        role="img",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Numbers as places on a picture."""

    low: float
    """The number that stands at `start`."""
    high: float
    """The number that stands at `end`."""
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a number; one beyond the ends stands at the end."""
        span = self.high - self.low
        share = 0.5 if span <= 0 else (value - self.low) / span
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def ticks(low: float, high: float, wanted: int = WANTED_TICKS) -> list[float]:
    """Round numbers between two, about as many as wanted."""
    if not high > low:
        return [low]
    rough = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def _plain(value: str | float) -> str:
    """A number in at most one decimal, as a screen shows no more."""
    return value if isinstance(value, str) else f"{round(value, 1):g}" if abs(value) < 1e5 else f"{value:.0f}"  # noqa: PLR2004
