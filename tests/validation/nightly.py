"""The nightly rule on synthetic nights, beside the rules of other tools on the same series.

`python -m tests.validation.nightly` prints, for each noise, false alarms in 100 nights of a benchmark (with a 95 %
Clopper-Pearson interval), the share of slowdowns of 10 % that are reported within two nights, the median delay,
precision and recall (a report counts where its date is at most two nights out). The fresh verdict is modelled by what
was measured of it: 1 % false alarms, 98 % power at 10 %.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import stats

from suite.tracking.history.judge import judge
from suite.tracking.history.records import BenchmarkKey, Change, ChangeStatus, FreshVerdict, Series
from suite.tracking.history.settings import JudgeSettings
from tests.validation.noises import NOISES, Fleet, make_fleet
from tests.validation.rules import RULES, Alarm

NIGHTS, BURN_IN, BENCHMARKS, SLOWED = 100, 31, 60, 12
SLOWDOWN = float(np.log(1.1))
FALSE_VERDICTS, POWER = 0.01, 0.98
WITHIN = 2
CALM = 10**6
"""First slow night of a benchmark that never slows down."""


@dataclass(slots=True)
class Tally:
    """What one rule did on one noise."""

    clean_nights: int = 0
    false_alarms: int = 0
    asked: int = 0
    delays: list[int | None] = field(default_factory=list)
    reports: int = 0
    true_reports: int = 0

    def add(self, alarms: list[Alarm], first_slow: int, nights: int) -> None:
        """Count the alarms of one series."""
        if first_slow == CALM:
            self.clean_nights += nights
            self.false_alarms += len(alarms)
        else:
            right = [night for night, named in alarms if abs(named - first_slow) <= WITHIN and night >= first_slow]
            self.delays.append(right[0] - first_slow + 1 if right else None)
            self.true_reports += bool(right)
        self.reports += len(alarms)

    def row(self) -> tuple[str, ...]:
        """Cells of the table."""
        # alarms of one series are counted as independent, which the interval of a rule with memory is only nearly
        interval = stats.binomtest(min(self.false_alarms, self.clean_nights), self.clean_nights).proportion_ci(
            method="exact"
        )
        found = [delay for delay in self.delays if delay is not None]
        within = sum(delay <= WITHIN for delay in found)
        share = stats.binomtest(within, len(self.delays)).proportion_ci(method="exact")
        return (
            f"{100 * self.false_alarms / self.clean_nights:.2f} [{100 * interval.low:.2f}, {100 * interval.high:.2f}]",
            f"{100 * within / len(self.delays):.1f} % [{100 * share.low:.0f}, {100 * share.high:.0f}]",
            f"{np.median(found):.0f}" if found else "–",
            f"{self.true_reports / self.reports:.2f}" if self.reports else "–",
            f"{len(found) / len(self.delays):.2f}",
        )


def plant(fleet: Fleet, slowed: int, rng: np.random.Generator) -> tuple[Fleet, list[int]]:
    """Slow the first benchmarks down by 10 % from different nights on, three or more before the end."""
    values = fleet.values.copy()
    first = [CALM] * len(values)
    for row, night in enumerate(rng.choice(np.arange(BURN_IN + 4, NIGHTS - 3), slowed, replace=False).tolist()):
        values[row, night:] += SLOWDOWN
        first[row] = night
    return replace(fleet, values=values), first


def as_series(fleet: Fleet, nights: int) -> list[Series]:
    """The first nights of a fleet as the judge reads them from a record; runs have their night's number."""
    empty = np.full(nights, np.nan)
    return [
        Series(
            benchmark_key=row,
            benchmark=BenchmarkKey(fullname=f"benchmark {row}", name=f"benchmark {row}"),
            by_ratio=True,
            runs=tuple(range(nights)),
            machines=fleet.machines[:nights],
            fingerprints=fleet.machines[:nights],
            values=fleet.values[row, :nights],
            low=empty,
            high=empty,
            figures=np.exp(fleet.values[row, :nights] + fleet.anchors[row, :nights]),
            anchors=fleet.anchors[row, :nights],
        )
        for row in range(len(fleet.values))
    ]


def run_ours(
    fleet: Fleet, first_slow: list[int], settings: JudgeSettings, rng: np.random.Generator
) -> tuple[list[list[Alarm]], int]:
    """Judge night after night; answers each benchmark's alarms, and how many fresh verdicts were asked for."""
    alarms: list[list[Alarm]] = [[] for _ in first_slow]
    known: dict[int, list[Change]] = {}
    asked = 0

    def ask(series: Series, change: Change) -> FreshVerdict:
        nonlocal asked
        asked += 1
        slow = first_slow[series.benchmark_key]
        really = change.good_run < slow < len(series.runs)
        return FreshVerdict.SLOWER if rng.random() < (POWER if really else FALSE_VERDICTS) else FreshVerdict.SAME

    for nights in range(BURN_IN + 1, fleet.values.shape[1] + 1):
        judged = judge(as_series(fleet, nights), known, settings, ask)
        known = {}
        for number, each in enumerate(judged):
            key = each.series.benchmark_key
            if each.fresh and each.change.status is ChangeStatus.REGRESSION:
                alarms[key].append((nights - 1, each.change.first_run))
            known.setdefault(key, []).append(replace(each.change, key=each.change.key or 1000 * nights + number))
    return alarms, asked


def simulate(noise: str, fleets: int, slow_rule_fleets: int, seed: int) -> Iterator[tuple[str, Tally]]:
    """Every rule on the same fleets."""
    tallies = {"this suite": Tally(), **{name: Tally() for name in RULES}}
    for number in range(fleets):
        rng = np.random.default_rng([seed, number])
        fleet, first_slow = plant(make_fleet(noise, BENCHMARKS, NIGHTS, rng), SLOWED, rng)
        ours, asked = run_ours(fleet, first_slow, JudgeSettings(), rng)
        tallies["this suite"].asked += asked
        rules: dict[str, Callable[..., list[Alarm]]] = dict(RULES)
        if number >= slow_rule_fleets:
            del rules["asv"]
        for row, slow in enumerate(first_slow):
            tallies["this suite"].add(ours[row], slow, NIGHTS - BURN_IN)
            for name, rule in rules.items():
                tallies[name].add(rule(fleet.values[row], BURN_IN), slow, NIGHTS - BURN_IN)
    yield from tallies.items()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fleets", type=int, default=20, help="of 60 benchmarks over 100 nights, a noise")
    parser.add_argument("--asv-fleets", type=int, default=2, help="as many of them for asv's rule, which takes long")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("| noise | rule | false alarms in 100 nights | 10 % within 2 nights | median delay | precision | recall |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for noise in NOISES:
        for name, tally in simulate(noise, options.fleets, options.asv_fleets, options.seed):
            print(f"| {noise} | {name} | {' | '.join(tally.row())} |", flush=True)
            if tally.asked:
                nights = options.fleets * (NIGHTS - BURN_IN)
                print(f"<!-- {tally.asked / nights:.1f} fresh verdicts a night for 60 benchmarks -->", flush=True)


if __name__ == "__main__":
    main()
