"""Numbers as people read them, the same in every language."""

from __future__ import annotations

LEAST, MOST = 0.01, 1000.0


def percent(share: float) -> str:
    """A share in percent without its sign: `12`, `0.35`; `< 0.01` and `> 1000` for what lies beyond."""
    number = 100 * share
    if number == 0:
        return "0"
    if abs(number) < LEAST:
        return f"< {LEAST:g}"
    if abs(number) > MOST:
        return f"> {MOST:.0f}"
    return f"{number:.0f}" if abs(number) >= 10 else f"{number:.2g}"  # noqa: PLR2004 - two digits say enough


def figure(value: float) -> str:
    """A measured value: three decimals, fewer of large ones, and two digits of small ones."""
    size = abs(value)
    if 0 < size < LEAST:
        return f"{value:.2g}"
    return f"{value:.3f}" if size < 10 else f"{value:.1f}" if size < MOST else f"{value:.0f}"  # noqa: PLR2004


def power(value: float) -> str:
    """A value that may be as small as rounding makes it, such as `1.2e-07`; `0` for none."""
    return f"{value:.1e}" if value else "0"
