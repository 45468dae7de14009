"""Exports the record as one JSON document, and imports it into another database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from sqlalchemy.engine import Connection

from suite.errors import UsageError
from suite.tracking.history.benchmark_json import Night, read_night
from suite.tracking.history.machine import build_machine
from suite.tracking.history.record import as_fields, load_nights, store_night
from suite.tracking.history.records import BenchmarkKey, BenchmarkRun, Machine, Measurement

SCHEMA_VERSION = 1
KIND = "suite history"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _MachineFields(_Strict):
    cpu: str
    cores: int
    gpus: tuple[str, ...]
    driver: str
    frequency_policy: str
    system: str
    python: str
    frameworks: dict[str, str]
    blas: tuple[str, ...]


class _RunFields(_Strict):
    content_hash: str
    measured_at: datetime
    commit: str
    branch: str
    dirty: bool
    subject: str


class _Measured(_Strict):
    benchmark: BenchmarkKey
    measurement: Measurement


class _Night(_Strict):
    machine: _MachineFields
    run: _RunFields
    measurements: list[_Measured]


class _Document(_Strict):
    kind: Literal["suite history"]
    schema_version: Literal[1]
    nights: list[_Night]


def export_record(connection: Connection) -> str:
    """Every night as JSON, oldest first; verdicts on changes aren't exported, since a check makes them again."""
    nights = [_as_json(night) for night in load_nights(connection).values()]
    return json.dumps({"kind": KIND, "schema_version": SCHEMA_VERSION, "nights": nights}, allow_nan=False)


def import_bytes(connection: Connection, content: bytes, source: str) -> tuple[int, int]:
    """Store an exported record or a pytest-benchmark file; return how many nights were new and how many known.

    Raises:
        UsageError: it is neither, or required fields are missing.
    """
    nights = _read_document(content, source) if _is_document(content) else [read_night(content, source)]
    new = sum(store_night(connection, night) is not None for night in nights)
    return new, len(nights) - new


def _is_document(content: bytes) -> bool:
    try:
        return TypeAdapter(dict[str, Any]).validate_json(content).get("kind") == KIND
    except ValidationError:
        return False


def _read_document(content: bytes, source: str) -> list[Night]:
    try:
        document = _Document.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"{source} isn't an export that this suite reads (schema_version {SCHEMA_VERSION}): {place}: "
            f"{first['msg']}; export it again with suite history export"
        ) from None
    return [_as_night(night) for night in document.nights]


def _as_json(night: Night) -> dict[str, Any]:
    run = asdict(night.run) | {"measured_at": night.run.measured_at.isoformat()}
    measured = [{"benchmark": asdict(benchmark), "measurement": asdict(each)} for benchmark, each in night.measurements]
    return {"machine": as_fields(night.machine), "run": run, "measurements": measured}


def _as_night(night: _Night) -> Night:
    return Night(
        machine=_machine(night.machine),
        run=BenchmarkRun(**_values(night.run)),
        measurements=tuple((each.benchmark, each.measurement) for each in night.measurements),
    )


def _machine(stored: _MachineFields) -> Machine:
    return build_machine(**_values(stored))


def _values(model: BaseModel) -> Mapping[str, Any]:
    """The fields of a model, without conversion to JSON types."""
    return {name: getattr(model, name) for name in type(model).model_fields}
