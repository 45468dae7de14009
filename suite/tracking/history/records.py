"""The records of the history: machines, runs, measurements, changes. Times are seconds; ratios are natural logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import numpy as np

from suite.tracking.history.figures import FIGURES
from suite.tracking.history.noise import Floats

Growth: TypeAlias = tuple[str, float, float]
"""A function, and the seconds of one call that it takes itself, before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine of a run. Two runs with the same fingerprint may be compared by seconds, others only by ratio."""

    cpu: str
    """Model of the processor, with family, model and stepping if the name isn't precise."""
    cores: int
    """Logical cores."""
    gpus: tuple[str, ...] = ()
    """Models of the GPUs."""
    driver: str = ""
    """Version of the GPUs' driver."""
    frequency_policy: str = ""
    """CPU frequency governor, such as `performance`; empty if the system doesn't say."""
    system: str = ""
    """Operating system and release."""
    python: str = ""
    """Implementation and version."""
    frameworks: Mapping[str, str] = field(default_factory=dict)
    """Versions of the frameworks and NumPy."""
    blas: tuple[str, ...] = ()
    """Linear-algebra libraries with versions."""
    hardware: str
    """Hash of processor, cores and GPUs: the type of machine, which has an offset in each ratio series."""
    fingerprint: str
    """Hash of all fields above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkRun:
    """One run (a night): everything in a benchmark file but the measurements."""

    content_hash: str
    """Hash of the imported content, so that importing it again changes nothing."""
    measured_at: datetime
    """Time of the run in UTC."""
    commit: str
    """Full commit hash; empty if there was no repository."""
    branch: str = ""
    """Branch at that time; empty if nobody knows."""
    dirty: bool = False
    """Whether the working tree differed from the commit."""
    subject: str = ""
    """First line of the commit's message; empty if the file doesn't have it."""
    committed_at: datetime | None = None
    """Latest date among the commit and its ancestors, in UTC; `None` if the file doesn't say, or if it can't be."""
    ancestors: int | None = None
    """Number of the commit and its ancestors; `None` if the file doesn't say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkKey:
    """What was measured."""

    fullname: str
    """Full name, stable and unique."""
    name: str
    """Short name, for a page."""
    group: str = ""
    """Name of the group of benchmarks that are shown side by side."""
    framework: str = ""
    """`keras`, `torch`, or what else the file says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One benchmark in one run."""

    seconds: float
    """Median time in seconds."""
    data: tuple[float, ...] = ()
    """Raw times, if the file has them."""
    log_ratio: float | None = None
    """Median log of the time over the anchor's, run in the same job; positive is slower. `None` without an anchor."""
    log_ratio_low: float | None = None
    """Lower end of its interval."""
    log_ratio_high: float | None = None
    """Upper end of its interval."""
    anchor_seconds: float | None = None
    """The anchor's own median time."""
    items_per_second: float | None = None
    """Throughput, in rows or other items."""
    peak_memory_bytes: int | None = None
    """Most resident memory."""
    peak_device_bytes: int | None = None
    """Most memory of a GPU that tensors take."""
    compile_seconds: float | None = None
    """Time of tracing and compilation, which `seconds` excludes."""
    steps_to_accuracy: float | None = None
    """Training steps until it predicts as well as its recorded trainings do."""
    seconds_to_accuracy: float | None = None
    """Time of that many steps."""
    segments: object = None
    """Raw segments of the paired timing, stored unchanged."""


class ChangeStatus(StrEnum):
    """Status of a change."""

    UNCONFIRMED = "unconfirmed"
    """Found in the record; there is no conclusive fresh verdict yet."""
    REGRESSION = "regression"
    """Slower, and confirmed by a fresh verdict."""
    DISMISSED = "dismissed"
    """A fresh verdict found no difference, or the change disappeared before there was one."""
    ENVIRONMENT = "environment"
    """The anchor's own time changed in the same night, or the machine's software did and the revisions are the same."""
    IMPROVEMENT = "improvement"
    """Faster, and it stayed so."""
    PAST = "past"
    """Slower for a while, and undone before a fresh verdict was asked for."""


class FreshVerdict(StrEnum):
    """What a fresh verdict, a new measurement, says about the newest revision against one that was good."""

    SAME = "same"
    """No slower than the tolerance allows."""
    SLOWER = "slower"
    """Slower by more than the tolerance."""
    UNKNOWN = "unknown"
    """It couldn't be measured, or the verdict is inconclusive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of level that a check found."""

    key: int | None = None
    """Number in the record; `None` before it is stored."""
    status: ChangeStatus
    """Status of the change."""
    magnitude: float
    """New level minus old level, as a log ratio."""
    p_value: float | None
    """p-value of the test of the newest nights, adjusted by Benjamini-Hochberg; `None` if found as a change point."""
    first_run: int
    """First run of the new level."""
    good_run: int
    """A run that surely had the old level; of an older revision than `first_run`."""
    figure: str = "time"
    """Of which figure of `FIGURES`."""
    asked: int = 0
    """Number of fresh verdicts asked for so far."""
    accepted: bool = False
    """Whether a person has accepted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One benchmark of one branch, the oldest revision first.

    Arrays have one entry per night; NaN means a missing value.
    """

    benchmark_key: int
    """Number of the benchmark in the record."""
    benchmark: BenchmarkKey
    """What was measured."""
    figure: str = "time"
    """Which figure of `FIGURES` the values are."""
    by_ratio: bool
    """Whether values are log ratios to the anchor; if not, logs of the figure, all from one type of machine."""
    runs: tuple[int, ...]
    """Numbers of the runs."""
    machines: tuple[str, ...]
    """Hardware hash of each night's machine."""
    fingerprints: tuple[str, ...]
    """Fingerprint of each night's machine, which also changes with its software."""
    dirty: bool = False
    """Whether the nights are those with uncommitted changes, which no revision stands for."""
    values: Floats
    """Log ratio, or log of the figure."""
    low: Floats
    """Lower end of each value's interval."""
    high: Floats
    """Upper end of each value's interval."""
    figures: Floats
    """The figure in its own unit."""
    anchors: Floats
    """The anchor's own log seconds."""

    @property
    def anchors_or_none(self) -> Floats | None:
        """The anchor's log seconds; `None` if no night has any, and for what no slow machine makes larger."""
        return self.anchors if FIGURES[self.figure].clocked and not np.isnan(self.anchors).all() else None
