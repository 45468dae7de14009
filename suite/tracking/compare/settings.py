"""How each series of a comparison is judged: each number with its reason; `docs/compare.md` has the measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from suite.assignments import ThroughputSettings

FALSE_FAILS: Final = 0.01
"""The declared rate: of 100 comparisons in which nothing got slower or larger, at most one says that something did,
however many benchmarks it has. Contributors stop reading a check that is wrong more often, and a lower rate needs more
quads: 16 of them can show a p-value of 1 in 65,000 at best, which a look at .0005 of 30 benchmarks already asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSettings:
    """One figure of a benchmark."""

    rule: ThroughputSettings
    """How it is judged. Each quad has new processes, so `quads` is 1; the levels of all series add up to
    `FALSE_FAILS`."""
    least: float
    """Figures below this aren't judged: what is measured then is the measuring itself."""


SERIES: Final[Mapping[str, SeriesSettings]] = {
    "time": SeriesSettings(
        # half of the rate, as time is what most ask about; a tolerance below 3% finds where memory happens to lie
        rule=ThroughputSettings(tolerance=0.03, quads=1, looks=((16, 0.0005), (24, 0.0015), (40, 0.003))),
        least=0.0,
    ),
    "memory": SeriesSettings(
        # the peak of equal processes differs by 0.1% (388.1 to 389.1 MiB in Keras, 335.8 to 336.0 in PyTorch): pages
        # that the allocator and the threads happen to touch. So a spread of 1% is cautious
        rule=ThroughputSettings(
            tolerance=0.03, quads=1, process_spread=0.01, looks=((16, 0.00025), (24, 0.00075), (40, 0.0015))
        ),
        least=float(1 << 20),  # a page is 4 KiB, and the interpreter's own memory goes up and down by some of them
    ),
    "compile": SeriesSettings(
        # one call a process, so nothing is averaged: 0.164 to 0.187 s in the same five processes, 6%; doubled
        rule=ThroughputSettings(
            tolerance=0.10,
            slowdown=0.30,
            quads=1,
            process_spread=0.12,
            looks=((16, 0.00025), (24, 0.00075), (40, 0.0015)),
        ),
        least=0.02,  # PyTorch compiles nothing, and its first call is longer by 0.7 to 2.4 ms
    ),
}
