"""The records of the history: machines, runs, measurements, changes. Times are seconds; ratios are natural logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np

from suite.tracking.history.noise import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a run was measured on. Two runs with one fingerprint may be compared by seconds, others only by ratio."""

    cpu: str
    """Model of the processor, with family, model and stepping where the name alone is vague."""
    cores: int
    """Logical cores."""
    gpus: tuple[str, ...] = ()
    """Models of the GPUs."""
    driver: str = ""
    """Version of the GPUs' driver."""
    frequency_policy: str = ""
    """Governor of the clock, such as `performance`; empty where the system doesn't say."""
    system: str = ""
    """Operating system and release."""
    python: str = ""
    """Implementation and version."""
    frameworks: Mapping[str, str] = field(default_factory=dict)
    """Versions of the libraries that compute."""
    blas: tuple[str, ...] = ()
    """Linear-algebra libraries with versions."""
    hardware: str
    """Hash of processor, cores and GPUs: the type of machine, by which a ratio series is levelled."""
    fingerprint: str
    """Hash of all fields above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkRun:
    """One night: everything that one file holds beside its measurements."""

    content_hash: str
    """Of what was imported, so that importing it again changes nothing."""
    measured_at: datetime
    """In UTC."""
    commit: str
    """Full hash; empty where the run had no repository."""
    branch: str = ""
    """Branch at that time."""
    dirty: bool = False
    """Whether the working tree differed from the commit."""
    subject: str = ""
    """First line of the commit's message, where the file holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkKey:
    """What was measured."""

    fullname: str
    """Stable and unique."""
    name: str
    """Short name, for a page."""
    group: str = ""
    """Benchmarks that belong side by side."""
    framework: str = ""
    """`keras`, `torch`, or what else the file says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One benchmark in one run."""

    seconds: float
    """Median time, absolute."""
    data: tuple[float, ...] = ()
    """Raw times, where the file holds them."""
    log_ratio: float | None = None
    """Median log of the time over the anchor's, run in the same job; positive is slower. `None` without an anchor."""
    log_ratio_low: float | None = None
    """Lower end of its interval."""
    log_ratio_high: float | None = None
    """Upper end of its interval."""
    anchor_seconds: float | None = None
    """The anchor's own median time."""
    items_per_second: float | None = None
    """Throughput."""
    peak_memory_bytes: int | None = None
    """Most memory that was resident."""
    compile_seconds: float | None = None
    """Tracing and compilation, which `seconds` leaves out."""
    segments: object = None
    """Raw segments of the duel, kept as they came."""


class ChangeStatus(StrEnum):
    """What became of a change."""

    UNCONFIRMED = "unconfirmed"
    """Seen in the record; no fresh verdict yet, or none that says."""
    REGRESSION = "regression"
    """Slower, and a fresh verdict says so too."""
    DISMISSED = "dismissed"
    """A fresh verdict saw no difference, or the change faded before there was one."""
    ENVIRONMENT = "environment"
    """The anchor's own time moved at the same night."""
    IMPROVEMENT = "improvement"
    """Faster, and it lasted."""
    PAST = "past"
    """Slower for a while, and undone before anyone asked for a fresh verdict."""


class FreshVerdict(StrEnum):
    """What a fresh verdict says of the newest revision beside one that was good."""

    SAME = "same"
    """No slower than the tolerance allows."""
    SLOWER = "slower"
    """Slower."""
    UNKNOWN = "unknown"
    """It couldn't be measured, or the verdict is inconclusive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of level that a check found."""

    key: int | None = None
    """Number in the record; `None` before it is stored."""
    status: ChangeStatus
    """What became of it."""
    magnitude: float
    """New level less old level, as a log ratio."""
    p_value: float | None
    """Of the test of the newest nights, adjusted by Benjamini-Hochberg; `None` for what the segmentation found."""
    first_run: int
    """First run of the new level."""
    good_run: int
    """A run that surely had the old level."""
    asked: int = 0
    """Fresh verdicts asked for so far."""
    accepted: bool = False
    """Whether a person has accepted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One benchmark over the nights, oldest first. Arrays have one entry a night; NaN stands for what a night lacks."""

    benchmark_key: int
    """Number of the benchmark in the record."""
    benchmark: BenchmarkKey
    """What was measured."""
    by_ratio: bool
    """Values are log ratios to the anchor; otherwise log seconds, all from one fingerprint."""
    runs: tuple[int, ...]
    """Numbers of the runs."""
    machines: tuple[str, ...]
    """Hardware of each."""
    values: Floats
    """Log ratio, or log seconds."""
    low: Floats
    """Lower end of the band."""
    high: Floats
    """Upper end of the band."""
    seconds: Floats
    """Median seconds."""
    anchors: Floats
    """The anchor's own log seconds."""

    @property
    def anchors_or_none(self) -> Floats | None:
        """The anchor's times where there are any."""
        return None if np.isnan(self.anchors).all() else self.anchors
