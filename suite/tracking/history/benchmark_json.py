"""Reads pytest-benchmark's JSON, in which `tests/benchmarks/` and `suite bench` write their measurements.

These fields are read; others are ignored, since the format belongs to another project:

- `machine_info`: processor, system and interpreter; under `suite`, what `suite.doctor` adds
- `commit_info`: `id`, `branch`, `dirty`, `time`, and where given `subject`, the first line of the commit's message, and
  `history_time` and `ancestors` (`suite.tracking.bench.commit`)
- `datetime`: when the file was written
- `benchmarks[]`: `fullname`, `name`, `group`, `params.framework`, `stats.median` and `stats.data` in seconds, and from
  `extra_info`, all of them optional:

| key | meaning |
|---|---|
| `anchor_log_ratio` | median log of the time over the frozen anchor's, run in the same job |
| `anchor_log_ratio_interval` | its confidence interval, `[low, high]` |
| `anchor_seconds` | the anchor's own median time |
| `segments` | raw segments, stored unchanged |
| `items_per_second`, `peak_memory_bytes`, `peak_device_bytes`, `compile_seconds` | as their names say |
| `steps_to_accuracy`, `seconds_to_accuracy` | how long training takes until it is as good as recorded |

A benchmark without `anchor_log_ratio` is tracked by its absolute time, separately for each type of machine. One that
isn't sound is left out and named; the others of its file are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from suite.errors import UsageError
from suite.frameworks import all_frameworks, all_runtimes
from suite.text.untrusted import clean
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
    explain,
)
from suite.tracking.history.machine import MachineInfo, as_machine
from suite.tracking.history.records import BenchmarkKey, BenchmarkRun, Machine, Measurement
from suite.tracking.history.settings import CLOCK_SKEW

SHOWN_PROBLEMS = 3
MOST_ANCESTORS = 2**31 - 1
"""What a database's integer holds."""


class _Foreign(BaseModel):
    """Base for parts of another project's format: unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore")


class _Stats(_Foreign):
    median: Seconds
    data: list[Duration] = Field(default_factory=list)


class _ExtraInfo(_Foreign):
    anchor_log_ratio: LogRatio | None = None
    anchor_log_ratio_interval: tuple[LogRatio, LogRatio] | None = None
    anchor_seconds: Seconds | None = None
    segments: Storable = None
    items_per_second: Rate | None = None
    peak_memory_bytes: Count | None = None
    peak_device_bytes: Count | None = None
    compile_seconds: Duration | None = None
    steps_to_accuracy: Rate | None = None
    seconds_to_accuracy: Seconds | None = None
    framework: Plain = ""

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
    fullname: Name
    name: Plain
    group: Plain | None = None
    params: dict[str, Any] | None = None
    stats: _Stats
    extra_info: _ExtraInfo = Field(default_factory=_ExtraInfo)


class _CommitInfo(_Foreign):
    id: Plain | None = None
    branch: Plain | None = None
    dirty: bool = False
    subject: Plain = ""
    time: Any = None
    history_time: Any = None
    ancestors: Any = None


class _BenchmarkFile(_Foreign):
    machine_info: MachineInfo
    commit_info: _CommitInfo = Field(default_factory=_CommitInfo)
    benchmarks: Annotated[list[Any], Field(min_length=1)]
    datetime: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsound:
    """A benchmark, or a night of an export, that can't be used."""

    name: str
    """Its name, or its place where it has none."""
    reason: str
    """What was expected and what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One run with all its measurements."""

    machine: Machine
    """The machine that it was measured on."""
    run: BenchmarkRun
    """Time and commit of the run."""
    measurements: tuple[tuple[BenchmarkKey, Measurement], ...]
    """Every benchmark of the run that is sound."""
    unsound: tuple[Unsound, ...] = ()
    """What was left out."""


def read_night(content: bytes, source: str) -> Night:
    """Turn one file's content into a night; `source` names the file in errors.

    Raises:
        UsageError: the content isn't pytest-benchmark's JSON, fields that the record needs are missing, or no benchmark
            is sound.
    """
    try:
        file = _BenchmarkFile.model_validate(read_json(content))
    except ValidationError as error:
        raise _refused(source, explain_shortly(error)) from None
    except ValueError as error:
        raise _refused(source, str(error)) from None
    read = [_read_benchmark(entry, place) for place, entry in enumerate(file.benchmarks, start=1)]
    sound, unsound = _without_doubles([each for each in read if isinstance(each, _MeasuredBenchmark)])
    unsound = [*(each for each in read if isinstance(each, Unsound)), *unsound]
    if not sound:
        raise _refused(source, "; ".join(f"{each.name}: {each.reason}" for each in unsound[:SHOWN_PROBLEMS]))
    return Night(
        machine=as_machine(file.machine_info),
        run=_as_run(file, content),
        measurements=tuple((_as_benchmark(each), _as_measurement(each)) for each in sound),
        unsound=tuple(unsound),
    )


def read_json(content: bytes) -> Any:
    """Any JSON, with NaN and infinite numbers as Python writes them; `ValueError` says why it isn't JSON."""
    if not content.strip():
        raise ValueError("it is empty; expected JSON")
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        where = "it ends too early" if error.pos >= len(error.doc.rstrip()) else error.msg
        raise ValueError(f"it isn't JSON: {where} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise ValueError("its lists and objects are nested too deeply") from None
    except ValueError as error:  # not UTF-8, or a number with thousands of digits
        raise ValueError(f"it isn't JSON that can be read: {error}") from None


def explain_shortly(error: ValidationError) -> str:
    """The first problems, and how many more there are."""
    problems = error.errors(include_url=False)
    more = f"; and {len(problems) - SHOWN_PROBLEMS} more" if len(problems) > SHOWN_PROBLEMS else ""
    return explain(problems[:SHOWN_PROBLEMS]) + more


def _refused(source: str, reason: str) -> UsageError:
    return UsageError(
        "{source} isn't a file of pytest-benchmark's --benchmark-json that the history can use: {reason}; "
        "write it with suite bench --json or pytest --benchmark-json",
        source=source,
        reason=reason,
    )


def _read_benchmark(entry: Any, place: int) -> _MeasuredBenchmark | Unsound:
    try:
        return _MeasuredBenchmark.model_validate(entry)
    except ValidationError as error:
        given = entry.get("fullname") if isinstance(entry, dict) else None
        name = clean(given) if isinstance(given, str) and given.strip() else f"benchmark {place}"
        return Unsound(name=name, reason=explain_shortly(error))


def _without_doubles(
    measured: Sequence[_MeasuredBenchmark],
) -> tuple[list[_MeasuredBenchmark], list[Unsound]]:
    """Those whose name occurs once; of two of one name nobody can say later which was which."""
    counts = Counter(each.fullname for each in measured)
    doubles = [
        Unsound(name=clean(name), reason=f"expected once, and measured {count} times in one file")
        for name, count in counts.items()
        if count > 1
    ]
    return [each for each in measured if counts[each.fullname] == 1], doubles


def _as_run(file: _BenchmarkFile, content: bytes) -> BenchmarkRun:
    commit = file.commit_info
    return BenchmarkRun(
        content_hash=hashlib.sha256(content).hexdigest(),
        measured_at=file.datetime,
        commit=as_commit(commit.id),
        branch=as_branch(commit.branch),
        dirty=commit.dirty,
        subject=commit.subject.partition("\n")[0],
        committed_at=next(_dates(commit, file.datetime), None),
        ancestors=_as_count(commit.ancestors),
    )


def _dates(commit: _CommitInfo, measured_at: datetime) -> Iterator[datetime]:
    """The commit's dates that can be right, the best first: none is later than its measurement."""
    for given in (commit.history_time, commit.time):
        try:
            date = _Date(at=given).at
        except ValidationError:
            continue
        if date <= measured_at + CLOCK_SKEW:
            yield date


class _Date(_Foreign):
    at: Moment


def _as_count(given: Any) -> int | None:
    return given if isinstance(given, int) and 0 < given <= MOST_ANCESTORS else None


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
        peak_device_bytes=extra.peak_device_bytes,
        compile_seconds=extra.compile_seconds,
        steps_to_accuracy=extra.steps_to_accuracy,
        seconds_to_accuracy=extra.seconds_to_accuracy,
        segments=extra.segments,
    )
