"""Writes nights and changes into the record and reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from suite.errors import UsageError
from suite.tracking.history.benchmark_json import Night
from suite.tracking.history.machine import build_machine
from suite.tracking.history.records import BenchmarkKey, BenchmarkRun, Change, ChangeStatus, Machine, Measurement
from suite.tracking.history.schema import benchmarks, changes, machines, measurements, runs


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNight:
    """What became of a night that was to be stored."""

    run: int
    """Its number."""
    new: bool
    """Whether it wasn't there before."""
    added: int
    """How many benchmarks were added to it."""


def store_night(connection: Connection, night: Night) -> StoredNight:
    """Store a night. One that is there already stays as it is, and gets the benchmarks that it lacks.

    So a file that was corrected is the same night.
    """
    known = _known_run(connection, night)
    if known is None:
        values = asdict(night.run) | {
            "measured_at": _naive(night.run.measured_at),
            "committed_at": _naive(night.run.committed_at),
            "machine_id": _machine_key(connection, night.machine),
        }
        key = connection.execute(runs.insert().values(values)).inserted_primary_key
        assert key is not None  # noqa: S101 - an insert has a key
        run, there = int(key[0]), set[str]()
    else:
        run, there = known, set(_seconds_of(connection, known))
    lacking = [each for each in night.measurements if each[0].fullname not in there]
    if lacking:
        connection.execute(
            measurements.insert(),
            [
                asdict(measured) | {"run_id": run, "benchmark_id": _benchmark_key(connection, benchmark)}
                for benchmark, measured in lacking
            ],
        )
    return StoredNight(run=run, new=known is None, added=len(lacking))


def _known_run(connection: Connection, night: Night) -> int | None:
    """The run of the same content, or of the same time, commit and machine with no other times."""
    same = connection.scalar(sa.select(runs.c.id).where(runs.c.content_hash == night.run.content_hash))
    if same is not None:
        return int(same)
    query = (
        sa.select(runs.c.id)
        .join(machines)
        .where(
            runs.c.measured_at == _naive(night.run.measured_at),
            runs.c.commit == night.run.commit,
            runs.c.branch == night.run.branch,
            runs.c.dirty == night.run.dirty,
            machines.c.fingerprint == night.machine.fingerprint,
        )
    )
    given = {benchmark.fullname: measured.seconds for benchmark, measured in night.measurements}
    for key in connection.scalars(query):
        there = _seconds_of(connection, key)
        shared = given.keys() & there.keys()
        if shared and all(given[name] == there[name] for name in shared):
            return int(key)
    return None


def _seconds_of(connection: Connection, run: int) -> dict[str, float]:
    """The times of a run by benchmark."""
    query = (
        sa.select(benchmarks.c.fullname, measurements.c.seconds)
        .join_from(measurements, benchmarks)
        .where(measurements.c.run_id == run)
    )
    return {row.fullname: row.seconds for row in connection.execute(query)}


def _naive(moment: datetime | None) -> datetime | None:
    """UTC without a zone, as it is stored."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def load_nights(connection: Connection, keys: Iterable[int] | None = None) -> dict[int, Night]:
    """Nights by number, oldest first: all, or those with a number in `keys`."""
    query = sa.select(runs, machines.c.fields).join(machines).order_by(runs.c.measured_at, runs.c.id)
    found = {row.id: row for row in connection.execute(query)}
    wanted = found if keys is None else {key: found[key] for key in found if key in set(keys)}
    return {key: _as_night(connection, row) for key, row in wanted.items()}


def load_runs(connection: Connection) -> dict[int, tuple[BenchmarkRun, Machine]]:
    """Runs with their machines by number, in the order of measurement, without measurements."""
    query = sa.select(runs, machines.c.fields).join(machines).order_by(runs.c.measured_at, runs.c.id)
    return {row.id: (as_run(row), as_stored_machine(row.fields)) for row in connection.execute(query)}


def load_machines(connection: Connection) -> dict[str, Machine]:
    """Every machine by its fingerprint."""
    query = sa.select(machines.c.fingerprint, machines.c.fields)
    return {row.fingerprint: as_stored_machine(row.fields) for row in connection.execute(query)}


def rename_branch(connection: Connection, old: str, new: str) -> int:
    """Give the runs of one branch to another; return how many there were."""
    return connection.execute(runs.update().where(runs.c.branch == old).values(branch=new)).rowcount


def load_changes(connection: Connection) -> dict[int, list[Change]]:
    """Changes by the number of their benchmark, in the order in which they were found."""
    found: dict[int, list[Change]] = {}
    for row in connection.execute(sa.select(changes).order_by(changes.c.id)):
        found.setdefault(row.benchmark_id, []).append(
            Change(
                key=row.id,
                status=ChangeStatus(row.status),
                magnitude=row.magnitude,
                p_value=row.p_value,
                first_run=row.first_run_id,
                good_run=row.good_run_id,
                figure=row.figure,
                asked=row.asked,
                accepted=row.accepted,
            )
        )
    return found


def store_change(connection: Connection, benchmark_key: int, change: Change) -> int:
    """Store a change, or update one that has a number; return the number."""
    values = {
        "benchmark_id": benchmark_key,
        "status": change.status.value,
        "magnitude": change.magnitude,
        "p_value": change.p_value,
        "first_run_id": change.first_run,
        "good_run_id": change.good_run,
        "figure": change.figure,
        "asked": change.asked,
        "accepted": change.accepted,
    }
    if change.key is not None:
        connection.execute(changes.update().where(changes.c.id == change.key).values(values))
        return change.key
    key = connection.execute(changes.insert().values(values)).inserted_primary_key
    assert key is not None  # noqa: S101 - an insert has a key
    return int(key[0])


def accept_change(connection: Connection, key: int) -> None:
    """Accept a regression.

    Raises:
        UsageError: there is no such regression.
    """
    regression = (changes.c.id == key) & (changes.c.status == ChangeStatus.REGRESSION.value)
    if connection.execute(changes.update().where(regression).values(accepted=True)).rowcount != 1:
        raise UsageError("no confirmed regression has the number {key}; suite history check names them", key=key)


def as_run(row: Row[Any]) -> BenchmarkRun:
    """Turn a row of the table `run` into a `BenchmarkRun`."""
    return BenchmarkRun(
        content_hash=row.content_hash,
        measured_at=row.measured_at.replace(tzinfo=UTC),
        committed_at=None if row.committed_at is None else row.committed_at.replace(tzinfo=UTC),
        ancestors=row.ancestors,
        commit=row.commit,
        branch=row.branch,
        dirty=row.dirty,
        subject=row.subject,
    )


def as_stored_machine(fields: Mapping[str, Any]) -> Machine:
    """Turn the JSON of a machine's fields into a `Machine`."""
    return build_machine(**dict(fields) | {"gpus": tuple(fields["gpus"]), "blas": tuple(fields["blas"])})


def as_measurement(row: Row[Any]) -> Measurement:
    """Turn a row of the table `measurement` into a `Measurement`."""
    return Measurement(
        seconds=row.seconds,
        data=tuple(row.data),
        log_ratio=row.log_ratio,
        log_ratio_low=row.log_ratio_low,
        log_ratio_high=row.log_ratio_high,
        anchor_seconds=row.anchor_seconds,
        items_per_second=row.items_per_second,
        peak_memory_bytes=None if row.peak_memory_bytes is None else int(row.peak_memory_bytes),
        peak_device_bytes=None if row.peak_device_bytes is None else int(row.peak_device_bytes),
        compile_seconds=row.compile_seconds,
        steps_to_accuracy=row.steps_to_accuracy,
        seconds_to_accuracy=row.seconds_to_accuracy,
        segments=row.segments,
    )


def as_fields(machine: Machine) -> dict[str, Any]:
    """A machine's fields without its hashes, for JSON."""
    fields = asdict(machine)
    del fields["hardware"], fields["fingerprint"]
    return fields


def _as_night(connection: Connection, run: Row[Any]) -> Night:
    query = (
        sa.select(measurements, benchmarks.c.fullname, benchmarks.c.name, benchmarks.c.group, benchmarks.c.framework)
        .join(benchmarks)
        .where(measurements.c.run_id == run.id)
        .order_by(benchmarks.c.fullname)
    )
    found = [
        (
            BenchmarkKey(fullname=row.fullname, name=row.name, group=row.group, framework=row.framework),
            as_measurement(row),
        )
        for row in connection.execute(query)
    ]
    return Night(machine=as_stored_machine(run.fields), run=as_run(run), measurements=tuple(found))


def _machine_key(connection: Connection, machine: Machine) -> int:
    key = connection.scalar(sa.select(machines.c.id).where(machines.c.fingerprint == machine.fingerprint))
    if key is not None:
        return int(key)
    values = {"fingerprint": machine.fingerprint, "hardware": machine.hardware, "fields": as_fields(machine)}
    return int(connection.execute(machines.insert().values(values)).inserted_primary_key[0])  # type: ignore[index]


def _benchmark_key(connection: Connection, benchmark: BenchmarkKey) -> int:
    key = connection.scalar(sa.select(benchmarks.c.id).where(benchmarks.c.fullname == benchmark.fullname))
    if key is not None:
        return int(key)
    inserted = connection.execute(benchmarks.insert().values(asdict(benchmark)))
    return int(inserted.inserted_primary_key[0])  # type: ignore[index]
