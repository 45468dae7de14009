"""Amounts with a suitable unit, as a language writes them: of times, of memory, of steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from suite.records import Language
from suite.text.local import local

Unit = Literal["seconds", "bytes", "steps"]
NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """How amounts of one unit are written."""

    digits: int
    """Significant ones."""
    names: tuple[tuple[str, float], ...]
    """(what follows the number, how many of the unit it is), the largest first."""


SCALES: Final[Mapping[Unit, _Scale]] = {
    "seconds": _Scale(digits=3, names=(("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))),
    "bytes": _Scale(digits=4, names=(("MiB", 2.0**20),)),  # equal processes differ by 0.1%
    "steps": _Scale(digits=3, names=(("", 1.0),)),
}


def amount(value: float | None, unit: Unit, language: Language) -> str:
    """Such as `1.23 ms`, `1024 MiB` or `31.7`; a dash if there is none."""
    if value is None:
        return NONE
    scale = SCALES[unit]
    name, size = next((each for each in scale.names if value >= each[1]), scale.names[-1])
    return str(local(f"{rounded(value / size, scale.digits)} {name}".strip(), language))


def rounded(value: float, digits: int) -> str:
    """A number with so many significant digits at least, and never in powers of ten."""
    before = 1 + math.floor(math.log10(abs(value))) if value else 1
    written = f"{value:.{max(digits - before, 0)}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
