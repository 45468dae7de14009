"""How often a comparison may be wrong, and how much of that each figure has; `docs/compare.md` has the measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from suite.tracking.history.figures import COMPILE, FIGURES, GPU_MEMORY, MEMORY, TIME, Figure

FALSE_FAILS: Final = 0.01
"""The declared rate: of 100 comparisons in which nothing got slower or larger, at most one says that something did,
however many benchmarks it has. Contributors stop reading a check that is wrong more often, and a lower rate needs more
quads: 16 of them can show a p-value of 1 in 65,000 at best, which a look at .0005 of 30 benchmarks already asks for."""
SHARES: Final[Mapping[str, float]] = {TIME: 0.5, MEMORY: 0.25, COMPILE: 0.25}
"""Half of it is time's, as that is what most ask about."""
SHARES_WITH_GPU: Final[Mapping[str, float]] = {TIME: 0.5, MEMORY: 0.2, GPU_MEMORY: 0.1, COMPILE: 0.2}
"""Where benchmarks may use a GPU. Its memory has one look, at 16 quads, as it hardly differs between equal runs: with a
tenth of the rate that tells up to 60 benchmarks apart from chance."""


def series(*, gpu: bool) -> dict[str, Figure]:
    """The figures as a comparison judges them: their looks have shares of the rate, which alone is all of it."""
    shares = SHARES_WITH_GPU if gpu else SHARES
    return {name: _with_share(FIGURES[name], share) for name, share in shares.items()}


def _with_share(figure: Figure, share: float) -> Figure:
    looks = tuple((quads, alpha * share) for quads, alpha in figure.rule.looks)
    return replace(figure, rule=figure.rule.model_copy(update={"looks": looks}))


MOST: Final = max(quads for each in series(gpu=True).values() for quads, _ in each.rule.looks)
"""Quads after which the last test is."""
