"""Two revisions in turns: quads of measurements, judged as a paired timing is.

A quad is four measurements in the order ABBA or BAAB, chosen at random, of all benchmarks that are still undecided.
Each pair of processes, one of either revision, makes as many quads as the rules say, where a revision can be measured
several times in one process. Each figure of a benchmark, such as its time and its memory, is a series with
rules of its own, and the declared rate of false fails of a series holds for all benchmarks together (Holm).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass, replace
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
Measure: TypeAlias = Callable[[Sequence[str]], Readings]
"""Measures benchmarks of one revision, by their full names; may leave out what it can't measure."""
OpenPair: TypeAlias = Callable[[tuple[Path, Path], Sequence[str]], AbstractContextManager[tuple[Measure, Measure]]]
"""Starts what measures benchmarks of two checkouts, each in processes of its own, until the end of the block."""
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
    open_pair: OpenPair,
    rules: Rules,
    seed: int,
    *,
    turns: int = 1,
    told: Callable[[int, Mapping[Key, JudgedSeries]], None],
) -> dict[Key, JudgedSeries]:
    """Judge the second tree against the first: FAIL for what is slower, PASS if not, INCONCLUSIVE if it can't be said.

    It is never PASS where the interval says that it is too slow. It tests after as many quads as the rules' looks say;
    what is decided is measured no more. Stopping for PASS adds no false fails. Each of a quad's four figures is the
    least of so many `turns`; the rules have one number of quads for a pair of processes. `told` is called after each
    quad, with the judgements if there was a test.
    """
    looks = sorted({quads for settings in rules.values() for quads, _ in settings.looks})
    (each,) = {settings.quads for settings in rules.values()}
    sheet = _QuadSheet(rules=rules, seed=seed, quads={}, bases={})
    undecided, found = list(names), dict[Key, JudgedSeries]()
    tosses = [bool(toss) for toss in np.random.default_rng(seed).integers(2, size=looks[-1])]
    pairs = (tosses[first : first + each] for first in range(0, len(tosses), each))
    measured_in_turns = _measure_quads(pairs, turns, trees, open_pair, lambda: undecided)
    with closing(measured_in_turns) as quads, suppress(TimeIsUpError):
        for number, measured in enumerate(quads):
            sheet.add(number // each, tosses[number], measured)
            undecided = [name for name in undecided if name in sheet.names]
            looked = number + 1 in looks
            if looked:
                found = sheet.judge()
                undecided = sorted({name for (name, _), judged in found.items() if judged.undecided})
            told(number + 1, found if looked else {})
            if not undecided:
                break
    return sheet.judge()


@dataclass(frozen=True, slots=True, kw_only=True)
class _QuadSheet:
    """Quads so far."""

    rules: Rules
    seed: int
    quads: dict[Key, list[Quad]]
    bases: dict[Key, float]

    def add(self, pair: int, new_first: bool, measured: tuple[list[Readings], list[Readings]]) -> None:  # noqa: FBT001
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
                pair=pair,
                own_first=new_first,
                own=(own[0], own[1]),
                reference=(reference[0], reference[1]),
                overhead=0,
            )
            self.quads.setdefault(key, []).append(quad)

    @property
    def names(self) -> set[str]:
        """Benchmarks that have a quad: the others can't be measured."""
        return {name for name, _ in self.quads}

    def judge(self) -> dict[Key, JudgedSeries]:
        """All benchmarks of a series together."""
        found: dict[Key, JudgedSeries] = {}
        for series, settings in self.rules.items():
            timings = {key[0]: self._timing(key) for key in self.quads if key[1] == series}
            for name, judgement in judge_together(timings, settings).items():
                key, known = (name, series), _without_doubt(judgement, settings)
                found[key] = JudgedSeries(timing=timings[name], judgement=known, base=self.bases[key])
        return found

    def _timing(self, key: Key) -> PairedTiming:
        return PairedTiming(
            task="", model_id=key[0], work="forward", rows=1, seed=self.seed, quads=tuple(self.quads[key])
        )


def _without_doubt(judgement: Judgement, settings: ThroughputSettings) -> Judgement:
    """PASS only where the interval says no less: one that is too slow, though not by as much as must be found, goes on.

    Nothing fails by it that wouldn't have failed at a later look anyway.
    """
    doubted = judgement.outcome is Outcome.PASS and judgement.interval[0] > 1 + settings.tolerance
    return replace(judgement, outcome=Outcome.INCONCLUSIVE) if doubted else judgement


def _measure_quads(
    pairs: Iterable[Sequence[bool]],
    turns: int,
    trees: tuple[Path, Path],
    open_pair: OpenPair,
    names: Callable[[], Sequence[str]],
) -> Generator[tuple[list[Readings], list[Readings]]]:
    """Of each quad two readings of the older tree, and two of the newer one.

    `pairs` says of each quad of a pair of processes whether the newer one begins.
    """
    for tosses in pairs:
        with open_pair(trees, names()) as (old, new):
            for new_first in tosses:
                order = ((new, old, old, new) if new_first else (old, new, new, old)) * turns
                measured = [(measure, measure(names())) for measure in order]
                sides = ([found for by, found in measured if by is each] for each in (old, new))
                of_old, of_new = ([_least(side[:turns]), _least(side[turns:])] for side in sides)
                yield of_old, of_new


def _least(readings: Sequence[Readings]) -> Readings:
    """The least of each figure, of those that all have."""
    shared = set.intersection(*({(name, series) for name in each for series in each[name]} for each in readings))
    found: dict[str, dict[str, float]] = {}
    for name, series in sorted(shared):
        found.setdefault(name, {})[series] = min(each[name][series] for each in readings)
    return found
