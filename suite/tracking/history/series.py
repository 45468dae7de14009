"""Reads a branch of the record as series: by ratio, one per benchmark; by time, one per benchmark and type of machine.

The other figures are series of their own, as absolute numbers, so one per type of machine, too.

Nights with uncommitted changes are series of their own, as they aren't nights of a revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from suite.tracking.history.environment import follow_upgrades
from suite.tracking.history.figures import FIGURES, TIME
from suite.tracking.history.noise import Floats
from suite.tracking.history.record import load_machines
from suite.tracking.history.records import BenchmarkKey, Machine, Series
from suite.tracking.history.schema import benchmarks, machines, measurements, runs


def load_series(connection: Connection, ordered: Sequence[int]) -> list[Series]:
    """Every series of some runs, which come in this order; sorted by the benchmarks' names."""
    places = {run: place for place, run in enumerate(ordered)}
    query = (
        sa.select(
            measurements.c.benchmark_id,
            measurements.c.run_id,
            measurements.c.seconds,
            measurements.c.log_ratio,
            measurements.c.log_ratio_low,
            measurements.c.log_ratio_high,
            measurements.c.anchor_seconds,
            measurements.c.peak_memory_bytes,
            measurements.c.peak_device_bytes,
            measurements.c.compile_seconds,
            measurements.c.steps_to_accuracy,
            measurements.c.seconds_to_accuracy,
            benchmarks.c.fullname,
            benchmarks.c.name,
            benchmarks.c.group,
            benchmarks.c.framework,
            machines.c.hardware,
            machines.c.fingerprint,
            runs.c.dirty,
            runs.c.measured_at,
        )
        .join_from(measurements, benchmarks)
        .join(runs, measurements.c.run_id == runs.c.id)
        .join(machines)
    )
    found: list[Any] = [row for row in connection.execute(query) if row.run_id in places]
    found.sort(key=lambda row: (row.fullname, row.benchmark_id, row.dirty, places[row.run_id]))
    rows = groupby(found, key=lambda row: (row.benchmark_id, row.dirty))
    known = load_machines(connection)
    return [series for _, of_benchmark in rows for series in _of_benchmark(list(of_benchmark), known)]


def _of_benchmark(rows: Sequence[Row[Any]], known: Mapping[str, Machine]) -> Iterator[Series]:
    """One series of the nights with a ratio; of the others, one per type of machine and line of its software."""
    by_ratio = [row for row in rows if row.log_ratio is not None]
    by_seconds = [row for row in rows if row.log_ratio is None]
    if by_ratio:
        yield _as_series(by_ratio, TIME, by_ratio=True)
    yield from _by_machine(by_seconds, TIME, known)
    for figure, each in FIGURES.items():
        if figure != TIME:
            yield from _by_machine([row for row in rows if each.of(row) is not None], figure, known)


def _by_machine(rows: Sequence[Row[Any]], figure: str, known: Mapping[str, Machine]) -> Iterator[Series]:
    """One series of an absolute figure for each type of machine and line of its software."""
    for hardware in dict.fromkeys(row.hardware for row in rows):
        on_it = [row for row in rows if row.hardware == hardware]
        measured = sorted(on_it, key=lambda row: (row.measured_at, row.run_id))
        lines = follow_upgrades([row.fingerprint for row in measured], known)
        for line in dict.fromkeys(lines.values()):
            yield _as_series([row for row in on_it if lines[row.fingerprint] == line], figure, by_ratio=False)


def _as_series(rows: Sequence[Row[Any]], figure: str, *, by_ratio: bool) -> Series:
    first = rows[0]
    figures = _column(rows, FIGURES[figure].field)
    return Series(
        figure=figure,
        benchmark_key=first.benchmark_id,
        benchmark=BenchmarkKey(fullname=first.fullname, name=first.name, group=first.group, framework=first.framework),
        by_ratio=by_ratio,
        runs=tuple(row.run_id for row in rows),
        machines=tuple(row.hardware for row in rows),
        fingerprints=tuple(row.fingerprint for row in rows),
        dirty=bool(first.dirty),
        values=_column(rows, "log_ratio") if by_ratio else np.log(figures),
        low=_column(rows, "log_ratio_low"),
        high=_column(rows, "log_ratio_high"),
        figures=figures,
        anchors=np.log(_column(rows, "anchor_seconds")),
    )


def _column(rows: Sequence[Row[Any]], name: str) -> Floats:
    """One number per night, NaN if it is missing."""
    return np.array([np.nan if getattr(row, name) is None else getattr(row, name) for row in rows], dtype=np.float64)
