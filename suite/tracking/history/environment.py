"""What changed on the machines: in which night, and whether it was beside a change of level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from suite.tracking.history.machine import differences
from suite.tracking.history.records import BenchmarkRun, Machine, Series
from suite.tracking.history.settings import MOST_OVERLAP, JudgeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentChange:
    """A night on which the machine wasn't as it was."""

    run: int
    """The night."""
    what: tuple[str, ...]
    """What is different from the last night on this type of machine; for a new type, from the night before."""
    new_type: bool
    """Whether it is a type of machine that no earlier night had."""


def find_environment_changes(runs: Mapping[int, tuple[BenchmarkRun, Machine]]) -> Iterator[EnvironmentChange]:
    """Each of them, in the order of measurement: an old revision is measured on today's machine."""
    latest: dict[str, Machine] = {}
    last: Machine | None = None
    for key in sorted(runs, key=lambda key: (runs[key][0].measured_at, key)):
        machine = runs[key][1]
        before = latest.get(machine.hardware, last)
        if before is not None and before.fingerprint != machine.fingerprint:
            new_type = machine.hardware not in latest
            yield EnvironmentChange(run=key, what=differences(before, machine), new_type=new_type)
        latest[machine.hardware] = last = machine


def follow_upgrades(measured: Sequence[str], machines: Mapping[str, Machine]) -> dict[str, int]:
    """Which states of the software on one type of machine follow each other: a number for each that states share.

    `measured` has each night's fingerprint in the order of measurement, `machines` the machine of each fingerprint.
    """
    last = {fingerprint: place for place, fingerprint in enumerate(measured)}
    lines: list[list[str]] = []
    for fingerprint in dict.fromkeys(measured):
        first = measured.index(fingerprint)
        ended = [line for line in lines if all(last[each] - first <= MOST_OVERLAP for each in line)]
        if ended:
            counts = [len(differences(machines[line[-1]], machines[fingerprint])) for line in ended]
            ended[counts.index(min(counts))].append(fingerprint)
        else:
            lines.append([fingerprint])
    return {fingerprint: number for number, line in enumerate(lines) for fingerprint in line}


def upgraded(upgrade: tuple[int, int] | None, runs: Mapping[int, tuple[BenchmarkRun, Machine]]) -> tuple[str, ...]:
    """What is different between the two nights that `find_upgrade` found."""
    return differences(*(runs[night][1] for night in upgrade)) if upgrade else ()


def find_upgrade(series: Series, first_run: int, good_run: int, settings: JudgeSettings) -> tuple[int, int] | None:
    """Two nights of one type of machine, before and after a change of level, if their software differs.

    The date of a change of level may be off by `same_change` nights, so as many are looked at.
    """
    first = series.runs.index(first_run)
    good = series.runs.index(good_run) if good_run in series.runs else first - 1
    for after in range(first, min(first + settings.same_change + 1, len(series.runs))):
        known = [place for place in range(first) if series.machines[place] == series.machines[after]]
        before = max((place for place in known if place <= good), default=min(known, default=after))
        if series.fingerprints[before] != series.fingerprints[after]:
            return series.runs[before], series.runs[after]
    return None
