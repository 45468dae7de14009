"""Two revisions in turns: quads of measurements, each in new processes, judged as a paired timing is.

A quad is four measurements in the order ABBA or BAAB, chosen at random, of all benchmarks that are still undecided:
what takes long is starting the processes. Each figure of a benchmark, such as its time and its memory, is a series with
rules of its own, and the declared rate of false fails of a series holds for all benchmarks together (Holm).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from suite.assignments import ThroughputSettings
from suite.errors import SuiteError
from suite.records import Outcome, PairedTiming, Quad
from suite.stats.signed_rank import Judgement, judge_together

UNIT = 1e9
"""What stands for a benchmark's first figure, in a quad's whole numbers: only ratios are known, or count."""

Readings: TypeAlias = Mapping[str, Mapping[str, float]]
"""By benchmark and series: positive numbers, of which less is better."""
Measure: TypeAlias = Callable[[Path, Sequence[str]], Readings]
"""Takes a checkout and the full names of benchmarks; may leave out what it can't measure."""
Key: TypeAlias = tuple[str, str]
"""Full name of a benchmark, and a series."""
Rules: TypeAlias = Mapping[str, ThroughputSettings]
"""How each series is judged."""


class MeasureError(SuiteError):
    """A revision can't be measured."""


class TimeIsUpError(Exception):
    """A measurement was ended because the time for all of them is up; what was measured before counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSeries:
    """One series of one benchmark in two revisions."""

    timing: PairedTiming
    """All quads; `own` is the newer revision."""
    judgement: Judgement
    """What they say."""
    base: float
    """The older revision's first figure, in its own unit."""

    @property
    def undecided(self) -> bool:
        """Whether more quads may decide it."""
        return self.judgement.outcome is Outcome.INCONCLUSIVE


def duel(  # noqa: PLR0913 - two revisions, and how to measure and judge them
    trees: tuple[Path, Path],
    names: Sequence[str],
    measure: Measure,
    rules: Rules,
    seed: int,
    *,
    told: Callable[[int, Mapping[Key, JudgedSeries]], None],
) -> dict[Key, JudgedSeries]:
    """Judge the second tree against the first: FAIL for what is slower, PASS if not, INCONCLUSIVE if it can't be said.

    It tests after as many quads as the rules' looks say; what is decided is measured no more. Stopping for PASS adds no
    false fails. `told` is called after each quad, with the judgements if there was a test.
    """
    looks = sorted({quads for settings in rules.values() for quads, _ in settings.looks})
    sheet = _QuadSheet(rules=rules, seed=seed, quads={}, bases={})
    undecided, found = list(names), dict[Key, JudgedSeries]()
    for number, toss in enumerate(np.random.default_rng(seed).integers(2, size=looks[-1])):
        try:
            sheet.add(number, bool(toss), _measure_quad(bool(toss), trees, measure, undecided))
        except TimeIsUpError:
            break
        looked = number + 1 in looks
        if looked:
            found = sheet.judge()
            undecided = sorted({name for (name, _), each in found.items() if each.undecided})
        told(number + 1, found if looked else {})
        if not undecided or not sheet.quads:
            break
    return sheet.judge()


@dataclass(frozen=True, slots=True, kw_only=True)
class _QuadSheet:
    """Quads so far."""

    rules: Rules
    seed: int
    quads: dict[Key, list[Quad]]
    bases: dict[Key, float]

    def add(self, number: int, new_first: bool, measured: tuple[list[Readings], list[Readings]]) -> None:  # noqa: FBT001
        """Add a quad of each series that all four measurements have."""
        old, new = measured
        shared = [{(name, series) for name, found in each.items() for series in found} for each in (*old, *new)]
        for key in sorted(set.intersection(*shared)):
            name, series = key
            if series not in self.rules:
                continue
            base = self.bases.setdefault(key, old[0][name][series])
            own, reference = ([round(UNIT * each[name][series] / base) for each in side] for side in (new, old))
            quad = Quad(
                pair=number,
                own_first=new_first,
                own=(own[0], own[1]),
                reference=(reference[0], reference[1]),
                overhead=0,
            )
            self.quads.setdefault(key, []).append(quad)

    def judge(self) -> dict[Key, JudgedSeries]:
        """All benchmarks of a series together."""
        found: dict[Key, JudgedSeries] = {}
        for series, settings in self.rules.items():
            timings = {key[0]: self._timing(key) for key in self.quads if key[1] == series}
            for name, judgement in judge_together(timings, settings).items():
                key = name, series
                found[key] = JudgedSeries(timing=timings[name], judgement=judgement, base=self.bases[key])
        return found

    def _timing(self, key: Key) -> PairedTiming:
        return PairedTiming(
            task="", model_id=key[0], work="forward", rows=1, seed=self.seed, quads=tuple(self.quads[key])
        )


def _measure_quad(
    new_first: bool,  # noqa: FBT001
    trees: tuple[Path, Path],
    measure: Measure,
    names: Sequence[str],
) -> tuple[list[Readings], list[Readings]]:
    """Make four measurements; those of the older tree, and those of the newer one."""
    old, new = trees
    order = (new, old, old, new) if new_first else (old, new, new, old)
    measured = [(tree, measure(tree, names)) for tree in order]
    return [found for tree, found in measured if tree == old], [found for tree, found in measured if tree == new]
