"""Reads pytest-benchmark's JSON, in which `tests/benchmarks/` and `suite bench` write their measurements.

These fields are read; others are ignored, since the format belongs to another project:

- `machine_info`: processor, system and interpreter; under `suite`, what `suite.doctor` adds
- `commit_info`: `id`, `branch`, `dirty`, and `subject`, the first line of the commit's message, where given
- `datetime`: when the file was written
- `benchmarks[]`: `fullname`, `name`, `group`, `params.framework`, `stats.median` and `stats.data` in seconds, and from
  `extra_info`, all of them optional:

| key | meaning |
|---|---|
| `anchor_log_ratio` | median log of the time over the frozen anchor's, run in the same job |
| `anchor_log_ratio_interval` | its confidence interval, `[low, high]` |
| `anchor_seconds` | the anchor's own median time |
| `segments` | raw segments, stored unchanged |
| `items_per_second`, `peak_memory_bytes`, `compile_seconds` | as their names say |

A benchmark without `anchor_log_ratio` is tracked by its absolute time, separately for each machine fingerprint.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from suite.errors import UsageError
from suite.frameworks import all_frameworks, all_runtimes
from suite.tracking.history.machine import MachineInfo, as_machine
from suite.tracking.history.records import BenchmarkKey, BenchmarkRun, Machine, Measurement

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Foreign(BaseModel):
    """Base for parts of another project's format: unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore")


class _Stats(_Foreign):
    median: Positive
    data: list[Finite] = Field(default_factory=list)


class _ExtraInfo(_Foreign):
    anchor_log_ratio: Finite | None = None
    anchor_log_ratio_interval: tuple[Finite, Finite] | None = None
    anchor_seconds: Positive | None = None
    segments: Any = None
    items_per_second: Positive | None = None
    peak_memory_bytes: Annotated[int, Field(ge=0)] | None = None
    compile_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    framework: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> _ExtraInfo:
        if self.anchor_log_ratio_interval is not None:
            if self.anchor_log_ratio is None:
                raise ValueError("anchor_log_ratio_interval without anchor_log_ratio")
            low, high = self.anchor_log_ratio_interval
            if not low <= self.anchor_log_ratio <= high:
                raise ValueError("anchor_log_ratio lies outside anchor_log_ratio_interval")
        return self


class _MeasuredBenchmark(_Foreign):
    fullname: Annotated[str, Field(min_length=1)]
    name: str
    group: str | None = None
    params: dict[str, Any] | None = None
    stats: _Stats
    extra_info: _ExtraInfo = Field(default_factory=_ExtraInfo)


class _CommitInfo(_Foreign):
    id: str | None = None
    branch: str | None = None
    dirty: bool = False
    subject: str = ""


class _BenchmarkFile(_Foreign):
    machine_info: MachineInfo
    commit_info: _CommitInfo = Field(default_factory=_CommitInfo)
    benchmarks: Annotated[list[_MeasuredBenchmark], Field(min_length=1)]
    datetime: datetime

    @model_validator(mode="after")
    def _distinct(self) -> _BenchmarkFile:
        names = [measured.fullname for measured in self.benchmarks]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"measured twice in one file: {', '.join(twice)}")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One run with all its measurements."""

    machine: Machine
    """The machine that it was measured on."""
    run: BenchmarkRun
    """Time and commit of the run."""
    measurements: tuple[tuple[BenchmarkKey, Measurement], ...]
    """Every benchmark of the run."""


def read_night(content: bytes, source: str) -> Night:
    """Turn one file's content into a night; `source` names the file in errors.

    Raises:
        UsageError: the content isn't pytest-benchmark's JSON, or fields that the record needs are missing.
    """
    try:
        file = _BenchmarkFile.model_validate_json(content)
    except ValidationError as error:
        raise UsageError(
            f"{source} isn't a file of pytest-benchmark's --benchmark-json that the history can use: "
            f"{_explain(error)}; write it with suite bench --json or pytest --benchmark-json"
        ) from None
    measured_at = file.datetime if file.datetime.tzinfo else file.datetime.replace(tzinfo=UTC)
    return Night(
        machine=as_machine(file.machine_info),
        run=BenchmarkRun(
            content_hash=hashlib.sha256(content).hexdigest(),
            measured_at=measured_at.astimezone(UTC),
            commit=file.commit_info.id or "",
            branch=file.commit_info.branch or "",
            dirty=file.commit_info.dirty,
            subject=file.commit_info.subject.partition("\n")[0],
        ),
        measurements=tuple((_as_benchmark(each), _as_measurement(each)) for each in file.benchmarks),
    )


def _as_benchmark(measured: _MeasuredBenchmark) -> BenchmarkKey:
    return BenchmarkKey(
        fullname=measured.fullname,
        name=measured.name or measured.fullname,
        group=measured.group or "",
        framework=_framework(measured),
    )


def _framework(measured: _MeasuredBenchmark) -> str:
    """The framework given in the file, or else the one that occurs in the parameters or the name."""
    said = measured.extra_info.framework or (measured.params or {}).get("framework")
    if isinstance(said, str) and said:
        return said
    words = measured.name.replace("[", "-").replace("]", "-").replace("_", "-").split("-")
    return next((name for name in (*all_frameworks(), *all_runtimes()) if name in words), "")


def _as_measurement(measured: _MeasuredBenchmark) -> Measurement:
    extra = measured.extra_info
    low, high = extra.anchor_log_ratio_interval or (None, None)
    return Measurement(
        seconds=measured.stats.median,
        data=tuple(measured.stats.data),
        log_ratio=extra.anchor_log_ratio,
        log_ratio_low=low,
        log_ratio_high=high,
        anchor_seconds=extra.anchor_seconds,
        items_per_second=extra.items_per_second,
        peak_memory_bytes=extra.peak_memory_bytes,
        compile_seconds=extra.compile_seconds,
        segments=extra.segments,
    )


def _explain(error: ValidationError) -> str:
    """The first three problems, each with its field."""
    problems = error.errors(include_url=False)
    said = [f"{'.'.join(map(str, problem['loc'])) or 'the file'}: {problem['msg']}" for problem in problems[:3]]
    return "; ".join([*said, *([f"and {len(problems) - 3} more"] if len(problems) > 3 else [])])  # noqa: PLR2004
