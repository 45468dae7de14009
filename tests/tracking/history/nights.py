"""Synthetic nights in pytest-benchmark's JSON, as `suite bench` would write them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

FIRST = datetime(2023, 1, 1, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EPYC = {"cpu_model": "EPYC 1", "cores": 2, "frameworks": {"torch": "2.13.0"}, "blas": ["openblas 0.3"]}
XEON = {"cpu_model": "Xeon 2", "cores": 4, "frameworks": {"torch": "2.13.0"}, "blas": ["openblas 0.3"]}


def commit_of(night: int) -> str:
    return hashlib.sha1(str(night).encode()).hexdigest()


def as_file(  # noqa: PLR0913 - one parameter a field
    night: int,
    log_ratios: Mapping[str, float],
    *,
    machine: Mapping[str, Any] = EPYC,
    anchor_seconds: float = 0.01,
    with_anchor: bool = True,
    commit: str | None = None,
    subject: str = "",
    commit_info: Mapping[str, Any] | None = None,
    machine_info: Mapping[str, Any] | None = None,
    day: float | None = None,
    memory: float | None = None,
    gpu_memory: float | None = None,
    compiling: float | None = None,
    steps: float | None = None,
    learning: float | None = None,
) -> dict[str, Any]:
    """One night's document: `log_ratios` by benchmark, positive is slower than the anchor.

    What `commit_info` and `machine_info` hold goes before what a night has otherwise; `day` is that of its measurement,
    `memory` and `gpu_memory` the peaks in bytes, `compiling` the seconds to compile, `steps` and `learning` the steps
    and seconds to accuracy, of all benchmarks with an anchor.
    """
    figures = {
        "peak_memory_bytes": memory,
        "peak_device_bytes": gpu_memory,
        "compile_seconds": compiling,
        "steps_to_accuracy": steps,
        "seconds_to_accuracy": learning,
    }
    return {
        "machine_info": {
            "system": "Linux",
            "release": "6.1",
            "python_implementation": "CPython",
            "python_version": "3.11.7",
            "cpu": {"brand_raw": "whatever", "count": 64, "family": 26},
            "suite": dict(machine),
        }
        | dict(machine_info or {}),
        "commit_info": {
            "id": commit_of(night) if commit is None else commit,
            "branch": "main",
            "dirty": False,
            "subject": subject or f"Change number {night}",
        }
        | dict(commit_info or {}),
        "benchmarks": [
            _benchmark(name, value, anchor_seconds if with_anchor else None, figures)
            for name, value in log_ratios.items()
        ],
        "datetime": (FIRST + timedelta(days=night if day is None else day)).isoformat(),
        "version": "5.3.1",
    }


def _benchmark(
    name: str, value: float, anchor_seconds: float | None, figures: Mapping[str, float | None]
) -> dict[str, Any]:
    seconds = (anchor_seconds or 0.01) * math.exp(value)
    extra = {
        "anchor_log_ratio": value,
        "anchor_log_ratio_interval": [value - 0.01, value + 0.01],
        "anchor_seconds": anchor_seconds,
        "items_per_second": 32 / seconds,
        "segments": [[seconds, anchor_seconds]],
    } | dict(figures)
    return {
        "group": "forward",
        "name": name,
        "fullname": f"bench::{name}",
        "params": {"framework": "torch" if "torch" in name else "keras"},
        "extra_info": extra if anchor_seconds is not None else {"torch_threads": 2},
        "stats": {"median": seconds, "data": [seconds, seconds * 1.01], "mean": seconds, "q1": seconds},
    }


def as_bytes(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document).encode()


def as_export(documents: Sequence[Mapping[str, Any]]) -> list[bytes]:
    return [as_bytes(document) for document in documents]
