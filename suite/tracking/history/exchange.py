"""Exports the record as one JSON document, and imports it into another database.

What is sound in a file is stored, and what isn't is named. Files from the future are refused, as they would be taken
for the newest until their date has come.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.engine import Connection

from suite.errors import UsageError, Words
from suite.text.untrusted import clean
from suite.tracking.history.benchmark_json import Night, Unsound, explain_shortly, read_json, read_night
from suite.tracking.history.branches import is_from_future
from suite.tracking.history.fields import (
    Count,
    Duration,
    LogRatio,
    Moment,
    Name,
    Plain,
    Rate,
    Seconds,
    Storable,
    as_branch,
    as_commit,
)
from suite.tracking.history.machine import build_machine
from suite.tracking.history.record import as_fields, load_nights, store_night
from suite.tracking.history.records import BenchmarkKey, BenchmarkRun, Measurement
from suite.tracking.history.settings import CLOCK_SKEW

SCHEMA_VERSION = 4
"""Version 1 lacks `committed_at` and `ancestors`, version 2 how long learning takes, version 3 a GPU's memory; all are
read."""
KIND = "suite history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one file."""

    source: str
    """The file's name."""
    new: int = 0
    """Nights that weren't there before."""
    known: int = 0
    """Nights that were there already."""
    added: int = 0
    """Benchmarks that known nights got."""
    unsound: tuple[Unsound, ...] = ()
    """What isn't stored."""
    problem: Words | None = None
    """Why nothing of the file can be used; `None` if something can."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _MachineFields(_Strict):
    cpu: Plain
    cores: int
    gpus: tuple[Plain, ...]
    driver: Plain
    frequency_policy: Plain
    system: Plain
    python: Plain
    frameworks: dict[Plain, Plain]
    blas: tuple[Plain, ...]


class _RunFields(_Strict):
    content_hash: Plain = Field(min_length=64, max_length=64)
    measured_at: Moment
    commit: Plain
    branch: Plain
    dirty: bool
    subject: Plain
    committed_at: Moment | None = None
    ancestors: int | None = None


class _BenchmarkFields(_Strict):
    fullname: Name
    name: Plain
    group: Plain = ""
    framework: Plain = ""


class _MeasurementFields(_Strict):
    seconds: Seconds
    data: tuple[Duration, ...] = ()
    log_ratio: LogRatio | None = None
    log_ratio_low: LogRatio | None = None
    log_ratio_high: LogRatio | None = None
    anchor_seconds: Seconds | None = None
    items_per_second: Rate | None = None
    peak_memory_bytes: Count | None = None
    peak_device_bytes: Count | None = None
    compile_seconds: Duration | None = None
    steps_to_accuracy: Rate | None = None
    seconds_to_accuracy: Seconds | None = None
    segments: Storable = None


class _Measured(_Strict):
    benchmark: _BenchmarkFields
    measurement: _MeasurementFields


class _Night(_Strict):
    machine: _MachineFields
    run: _RunFields
    measurements: list[Any]


class _Document(_Strict):
    kind: Literal["suite history"]
    schema_version: Literal[1, 2, 3, 4]
    nights: list[Any]


def export_record(connection: Connection) -> str:
    """Every night as JSON, oldest first; verdicts on changes aren't exported, since a check makes them again."""
    nights = [_as_json(night) for night in load_nights(connection).values()]
    return json.dumps({"kind": KIND, "schema_version": SCHEMA_VERSION, "nights": nights}, allow_nan=False)


def import_file(connection: Connection, path: Path, now: datetime) -> Imported:
    """Store what is sound in a file; what is wrong with it is said in the answer."""
    try:
        return import_bytes(connection, path.read_bytes(), str(path), now)
    except UsageError as error:
        return Imported(source=str(path), problem=error.words)
    except OSError as error:
        return Imported(
            source=str(path),
            problem=Words("{path} can't be read: {reason}; expected a file of JSON", path=path, reason=error.strerror),
        )


def import_bytes(connection: Connection, content: bytes, source: str, now: datetime) -> Imported:
    """Store an exported record or a pytest-benchmark file, as far as it is sound.

    Raises:
        UsageError: it is neither, or nothing in it is sound.
    """
    nights, unsound = _read(content, source)
    future = [night for night in nights if is_from_future(night.run, now)]
    unsound += [_from_future(night, now) for night in future]
    if nights and len(future) == len(nights):
        raise UsageError(
            "{source} isn't stored: {reasons}",
            source=source,
            reasons="; ".join(f"{each.name}: {each.reason}" for each in unsound[:3]),
        )
    stored = [store_night(connection, night) for night in nights if night not in future]
    return Imported(
        source=source,
        new=sum(each.new for each in stored),
        known=sum(not each.new for each in stored),
        added=sum(each.added for each in stored if not each.new),
        unsound=(*unsound, *(each for night in nights if night not in future for each in night.unsound)),
    )


def _from_future(night: Night, now: datetime) -> Unsound:
    minutes = CLOCK_SKEW.total_seconds() / 60
    return Unsound(
        name=f"night of {night.run.measured_at:%Y-%m-%d %H:%M} UTC",
        reason=f"expected a date up to now, {now:%Y-%m-%d %H:%M} UTC (clocks may be {minutes:.0f} minutes apart, and a "
        "time without a zone is taken for UTC); "
        "set the clock of the machine that measures, and measure again",
    )


def _read(content: bytes, source: str) -> tuple[list[Night], list[Unsound]]:
    """The nights in a file, and what is unsound of an export."""
    try:
        document = read_json(content)
    except ValueError:
        document = None  # read_night says what is wrong
    if not isinstance(document, Mapping) or document.get("kind") != KIND:
        return [read_night(content, source)], []
    try:
        entries = _Document.model_validate(document).nights
    except ValidationError as error:
        raise UsageError(
            "{source} isn't an export that this suite reads (schema_version up to {known}): {reason}; export "
            "it again with suite history export",
            source=source,
            known=SCHEMA_VERSION,
            reason=explain_shortly(error),
        ) from None
    read = [_read_exported(entry, place) for place, entry in enumerate(entries, start=1)]
    return [each for each in read if isinstance(each, Night)], [each for each in read if isinstance(each, Unsound)]


def _read_exported(entry: Any, place: int) -> Night | Unsound:
    """One night of an export; `Unsound` if nothing of it can be used."""
    try:
        night = _Night.model_validate(entry)
    except ValidationError as error:
        return Unsound(name=f"night {place}", reason=explain_shortly(error))
    read = [_read_measured(each, number, place) for number, each in enumerate(night.measurements, start=1)]
    sound = [each for each in read if not isinstance(each, Unsound)]
    counts = Counter(benchmark.fullname for benchmark, _ in sound)
    doubles = [name for name, count in counts.items() if count > 1]
    unsound = [
        *(each for each in read if isinstance(each, Unsound)),
        *(Unsound(name=f"night {place}: {clean(name)}", reason="expected once in a night") for name in doubles),
    ]
    measured = [each for each in sound if each[0].fullname not in doubles]
    if not measured:
        return Unsound(name=f"night {place}", reason="; ".join(f"{each.name}: {each.reason}" for each in unsound[:3]))
    run = _values(night.run) | {"commit": as_commit(night.run.commit), "branch": as_branch(night.run.branch)}
    return Night(
        machine=build_machine(**_values(night.machine)),
        run=BenchmarkRun(**run),
        measurements=tuple(measured),
        unsound=tuple(unsound),
    )


def _read_measured(entry: Any, number: int, place: int) -> tuple[BenchmarkKey, Measurement] | Unsound:
    try:
        measured = _Measured.model_validate(entry)
    except ValidationError as error:
        named = entry.get("benchmark") if isinstance(entry, Mapping) else None
        name = named.get("fullname") if isinstance(named, Mapping) else None
        said = clean(name) if isinstance(name, str) and name.strip() else f"benchmark {number}"
        return Unsound(name=f"night {place}: {said}", reason=explain_shortly(error))
    return BenchmarkKey(**_values(measured.benchmark)), Measurement(**_values(measured.measurement))


def _as_json(night: Night) -> dict[str, Any]:
    committed = night.run.committed_at
    run = asdict(night.run) | {
        "measured_at": night.run.measured_at.isoformat(),
        "committed_at": None if committed is None else committed.isoformat(),
    }
    measured = [{"benchmark": asdict(benchmark), "measurement": asdict(each)} for benchmark, each in night.measurements]
    return {"machine": as_fields(night.machine), "run": run, "measurements": measured}


def _values(model: BaseModel) -> dict[str, Any]:
    """The fields of a model, without conversion to JSON types."""
    return {name: getattr(model, name) for name in type(model).model_fields}
