"""Benchmarks in pytest-benchmark's format, so that `tests/benchmarks/` and `suite bench` write to one record.

Fields that pytest-benchmark doesn't have are in `extra_info`. Source of the format: pytest-benchmark 5.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suite.errors import UsageError

QUARTERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRatio:
    """One benchmark compared with another that ran in turns with it."""

    other: str
    """Full name of the other benchmark; `anchor` for the anchor."""
    log_ratio: float
    """Median of the natural log of its time divided by the other's; positive is slower."""
    interval: tuple[float, float]
    """95% interval of the median."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One kind of work of one model in one framework, or something else that pytest-benchmark has timed."""

    fullname: str
    """`assignment/model/framework/work/device`."""
    group: str
    """Name of the group that ran in turns."""
    params: Mapping[str, Any]
    """Values of assignment, model, framework, work, rows, device."""
    seconds: tuple[float, ...]
    """Seconds per batch, one entry per segment."""
    comparisons: tuple[TimeRatio, ...] = ()
    """Comparisons with the others of its group and the anchor."""
    anchor_seconds: float | None = None
    """Median time of one pass of the anchor."""
    compile_seconds: float | None = None
    """How much longer the first call took than a later one; the median of the processes."""
    peak_memory_bytes: int | None = None
    """Most resident memory of its process, framework included."""
    items_per_second: float | None = None
    """Rows per second."""
    steps_to_accuracy: float | None = None
    """Training steps until it predicts as well as its recorded trainings do; the mean of several trainings."""
    seconds_to_accuracy: float | None = None
    """Seconds of that many steps; the median of the processes."""
    peak_device_bytes: int | None = None
    """Most memory of a GPU that tensors took during the work."""
    device_mhz: tuple[int, ...] = ()
    """Clock rate of the GPU's multiprocessors after each process's rounds."""
    device_share: float | None = None
    """Share of the time that the GPU's own clock counted; the median of the processes."""
    segments: Mapping[str, Any] = field(default_factory=dict)
    """Raw data: seconds per batch of each side, by round."""

    @property
    def median(self) -> float:
        """Median seconds per batch."""
        return statistics.median(self.seconds)

    @property
    def to_anchor(self) -> TimeRatio | None:
        """The comparison with the anchor; `None` without an anchor."""
        return next((comparison for comparison in self.comparisons if comparison.other == "anchor"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All benchmarks of one run."""

    benchmarks: tuple[Benchmark, ...]
    """Benchmarks in the order in which they were run."""
    machine: Mapping[str, Any]
    """What pytest-benchmark calls `machine_info`, with the frameworks' versions."""
    commit: Mapping[str, Any]
    """What pytest-benchmark calls `commit_info`."""
    datetime: str
    """Time of the run, ISO 8601 in UTC."""


def as_document(record: Record) -> dict[str, Any]:
    """A record as pytest-benchmark would write it."""
    return {
        "machine_info": dict(record.machine),
        "commit_info": dict(record.commit),
        "benchmarks": [_as_json(benchmark) for benchmark in record.benchmarks],
        "datetime": record.datetime,
        "version": "5.0.0",
    }


def read(path: Path) -> Record:
    """Read what `write` or pytest-benchmark wrote; `UsageError` says what is wrong with a file."""
    try:
        document = json.loads(path.read_bytes())
        return Record(
            benchmarks=tuple(_from_json(entry) for entry in document["benchmarks"]),
            machine=document.get("machine_info", {}),
            commit=document.get("commit_info", {}),
            datetime=str(document.get("datetime", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            "{path} isn't JSON of pytest-benchmark or suite bench: {error!r}", path=path, error=error
        ) from error


def _as_json(benchmark: Benchmark) -> dict[str, Any]:
    anchor = benchmark.to_anchor
    extra = {
        "anchor_log_ratio": anchor.log_ratio if anchor else None,
        "anchor_log_ratio_interval": list(anchor.interval) if anchor else None,
        "anchor_seconds": benchmark.anchor_seconds,
        "segments": dict(benchmark.segments),
        "items_per_second": benchmark.items_per_second,
        "peak_memory_bytes": benchmark.peak_memory_bytes,
        "compile_seconds": benchmark.compile_seconds,
        "steps_to_accuracy": benchmark.steps_to_accuracy,
        "seconds_to_accuracy": benchmark.seconds_to_accuracy,
        "peak_device_bytes": benchmark.peak_device_bytes,
        "device_mhz": list(benchmark.device_mhz),
        "device_share": benchmark.device_share,
        "against": {c.other: [c.log_ratio, *c.interval] for c in benchmark.comparisons if c.other != "anchor"},
    }
    return {
        "group": benchmark.group,
        "name": benchmark.fullname,
        "fullname": benchmark.fullname,
        "params": dict(benchmark.params),
        "param": benchmark.fullname,
        "extra_info": extra,
        "options": {
            "disable_gc": False,
            "timer": "perf_counter",
            "min_rounds": len(benchmark.seconds),
            "max_time": 0.0,
            "min_time": 0.0,
            "warmup": True,
        },
        "stats": _stats(benchmark.seconds, benchmark.segments.get("batches", 1)),
    }


def _stats(seconds: Sequence[float], iterations: int) -> dict[str, Any]:
    """The statistics that pytest-benchmark stores, computed over segments."""
    ordered = sorted(seconds)
    q1, median, q3 = statistics.quantiles(ordered, n=QUARTERS) if len(ordered) > 1 else ordered * 3
    mean, deviation = statistics.fmean(ordered), statistics.stdev(ordered) if len(ordered) > 1 else 0.0
    mild = [value for value in ordered if abs(value - mean) > deviation]
    beyond = [value for value in ordered if not q1 - 1.5 * (q3 - q1) <= value <= q3 + 1.5 * (q3 - q1)]
    inside = [value for value in ordered if value not in beyond] or ordered
    return {
        "min": ordered[0],
        "max": ordered[-1],
        "mean": mean,
        "stddev": deviation,
        "rounds": len(ordered),
        "median": median,
        "iqr": q3 - q1,
        "q1": q1,
        "q3": q3,
        "iqr_outliers": len(beyond),
        "stddev_outliers": len(mild),
        "outliers": f"{len(mild)};{len(beyond)}",
        "ld15iqr": inside[0],
        "hd15iqr": inside[-1],
        "ops": 1 / mean,
        "total": sum(ordered),
        "data": list(seconds),
        "iterations": iterations,
    }


def _from_json(entry: Mapping[str, Any]) -> Benchmark:
    stats, extra = entry["stats"], entry.get("extra_info") or {}
    comparisons = [
        TimeRatio(other=other, log_ratio=found[0], interval=(found[1], found[2]))
        for other, found in (extra.get("against") or {}).items()
    ]
    if extra.get("anchor_log_ratio") is not None:
        low, high = extra.get("anchor_log_ratio_interval") or [extra["anchor_log_ratio"]] * 2
        comparisons.append(TimeRatio(other="anchor", log_ratio=extra["anchor_log_ratio"], interval=(low, high)))
    return Benchmark(
        fullname=str(entry["fullname"]),
        group=str(entry.get("group") or ""),
        params=entry.get("params") or {},
        seconds=tuple(float(value) for value in stats.get("data") or [stats["median"]]),
        comparisons=tuple(comparisons),
        anchor_seconds=extra.get("anchor_seconds"),
        compile_seconds=extra.get("compile_seconds"),
        peak_memory_bytes=extra.get("peak_memory_bytes"),
        items_per_second=extra.get("items_per_second"),
        steps_to_accuracy=extra.get("steps_to_accuracy"),
        seconds_to_accuracy=extra.get("seconds_to_accuracy"),
        peak_device_bytes=extra.get("peak_device_bytes"),
        device_mhz=tuple(extra.get("device_mhz") or ()),
        device_share=extra.get("device_share"),
        segments=extra.get("segments") or {},
    )
