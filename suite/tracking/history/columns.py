"""The record as compact columns of integers for the trend page: 60,000 points in about a megabyte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from suite.tracking.history.environment import EnvironmentChange, find_environment_changes
from suite.tracking.history.judge import JudgedChange
from suite.tracking.history.noise import Floats
from suite.tracking.history.records import BenchmarkRun, Machine, Series

SCALE = 10_000
"""Log ratios are stored in steps of 0.01 %."""
COMMIT_DIGITS = 10
SUBJECT_WIDTH = 120
DIGITS = 4
"""Significant digits of a time in seconds, or of bytes."""

Runs = Mapping[int, tuple[BenchmarkRun, Machine]]


def as_columns(series: Sequence[Series], judged: Sequence[JudgedChange], runs: Runs) -> dict[str, Any]:
    """The page's data: runs, machines, environment changes and series, as JSON without NaN."""
    keys = list(runs)
    places = {key: place for place, key in enumerate(keys)}
    types = list(dict.fromkeys(machine.hardware for _, machine in runs.values()))
    return {
        "times": [int(run.measured_at.timestamp()) for run, _ in runs.values()],
        "commits": [run.commit[:COMMIT_DIGITS] for run, _ in runs.values()],
        "subjects": [run.subject[:SUBJECT_WIDTH] for run, _ in runs.values()],
        "machines": [types.index(machine.hardware) for _, machine in runs.values()],
        "types": [_name(next(machine for _, machine in runs.values() if machine.hardware == each)) for each in types],
        "environment": [{"at": places[each.run], "what": _what(each, runs)} for each in find_environment_changes(runs)],
        "series": [_as_series(each, [found for found in judged if found.series is each], places) for each in series],
    }


def _as_series(series: Series, judged: Sequence[JudgedChange], places: Mapping[int, int]) -> dict[str, Any]:
    """One series; the interval is given as distances from the value."""
    return {
        "name": series.benchmark.name,
        "fullname": series.benchmark.fullname,
        "group": series.benchmark.group,
        "framework": series.benchmark.framework,
        "ratio": series.by_ratio,
        "dirty": series.dirty,
        "runs": [places[run] for run in series.runs],
        "values": _whole(series.values) if series.by_ratio else None,
        "below": _whole(series.values - series.low) if series.by_ratio else None,
        "above": _whole(series.high - series.values) if series.by_ratio else None,
        "figure": series.figure,
        "figures": [float(f"{value:.{DIGITS}g}") for value in series.figures],
        "changes": [
            {
                "number": found.number,
                "at": places[found.change.first_run],
                "status": found.change.status.value,
                "magnitude": round(float(np.expm1(found.change.magnitude)), 4),
                "open": found.open,
            }
            for found in sorted(judged, key=lambda found: places[found.change.first_run])
        ],
    }


def _whole(values: Floats) -> list[int | None]:
    return [None if np.isnan(value) else round(value * SCALE) for value in values.tolist()]


def _what(change: EnvironmentChange, runs: Runs) -> str:
    """What changed, in one line."""
    return _name(runs[change.run][1]) if change.new_type else "; ".join(change.what)


def _name(machine: Machine) -> str:
    return ", ".join([f"{machine.cpu} × {machine.cores}", *machine.gpus])
