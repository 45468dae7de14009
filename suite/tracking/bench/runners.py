"""What takes turns in a benchmark: an oracle behind a channel, or the anchor."""

from __future__ import annotations

import math
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from suite.assignments import ProbeInput, ThroughputSettings
from suite.evidence.proof.experiment import Batch
from suite.evidence.proof.random_tensors import draw_inputs
from suite.evidence.timing.process_control import ProcessControl
from suite.evidence.timing.timed_model import TimedModel, TimedWork
from suite.tracking.bench.anchor import Anchor

SECOND, MIB = 1_000_000_000, 1 << 20
ECHOES, TRIALS, TRIAL_BATCHES = 5, 3, 4


class Runner(Protocol):
    """One contestant."""

    def prepare(self) -> None:
        """Warm up and find out how many batches make a segment."""

    def segment(self) -> float:
        """Seconds a batch takes, over one segment."""


@dataclass(slots=True, kw_only=True)
class ModelRunner:
    """An oracle's model at one kind of work."""

    racer: TimedModel
    rule: TimedWork
    inputs: Sequence[ProbeInput]
    outputs: Sequence[tuple[int, ...]]
    rows: int
    settings: ThroughputSettings
    generator: np.random.Generator
    batches: int = 0
    overhead: int = 0
    compile_seconds: float = 0.0
    peak_bytes: int = 0

    def prepare(self) -> None:
        """Load, call until it is warm, calibrate."""
        with self.racer.turn():
            self.racer.leash.forget_peak()
            self.racer.load(self.rule)
            calls = self.settings.warm_up_window + 1
            times = [self.racer.ready(self.rule, self._draw(1)[0]) for _ in range(calls)]
            self.compile_seconds = max(times[0] - statistics.median(times[1:]), 0) / SECOND
            trial = self._draw(TRIAL_BATCHES)
            laps = (self.racer.lap(self.rule, trial, chained=True).nanoseconds for _ in range(TRIALS))
            one = min(laps) / TRIAL_BATCHES
            wanted = math.ceil(self.settings.segment_milliseconds * 1_000_000 / one)
            size = sum(array.nbytes for array in (*trial[0].inputs, *trial[0].targets) if not isinstance(array, list))
            most = int(self.settings.segment_mib * MIB // size)
            self.batches = max(1, min(wanted, self.settings.batches, most))
            given = self._draw(self.batches)
            shapes = [(self.rows, *shape) for shape in self.outputs] * self.batches
            if self.rule.work == "train":
                shapes = [slot.shape for slot in self.racer.slots]
            self.overhead = min(self.racer.echo(given, shapes) for _ in range(ECHOES))

    def segment(self) -> float:
        """One segment of fresh batches; what carrying them takes is taken off."""
        given = self._draw(self.batches + 1)
        with self.racer.turn():
            self.racer.ready(self.rule, given[0])
            taken = self.racer.lap(self.rule, given[1:], chained=True).nanoseconds
            self.peak_bytes = max(self.peak_bytes, self.racer.leash.peak_bytes())
        return (taken - min(self.overhead, taken // 4)) / self.batches / SECOND

    def _draw(self, batches: int) -> list[Batch]:
        found = []
        for _ in range(batches):
            drawn = draw_inputs(self.inputs, self.rows, self.generator, padded=False)
            targets = [self.generator.random((self.rows, *shape), np.float32) for shape in self.outputs]
            found.append(Batch(inputs=drawn, targets=targets))
        return found


@dataclass(slots=True, kw_only=True)
class AnchorRunner:
    """The anchor, on the core where the models have their turns."""

    anchor: Anchor
    cores: frozenset[int]
    milliseconds: float
    batches: int = field(default=0)

    def prepare(self) -> None:
        """Find out how many passes make a segment."""
        self.batches = TRIAL_BATCHES
        one = min(self.segment() for _ in range(2 * TRIALS))
        self.batches = max(1, math.ceil(self.milliseconds / 1000 / one))

    def segment(self) -> float:
        """Passes in this thread, with one thread of BLAS."""
        before = os.sched_getaffinity(0) if ProcessControl.works else frozenset()
        try:
            if ProcessControl.works:
                os.sched_setaffinity(0, self.cores)
            with threadpool_limits(1):
                self.anchor()
                begin = time.perf_counter_ns()
                for _ in range(self.batches):
                    self.anchor()
                return (time.perf_counter_ns() - begin) / self.batches / SECOND
        finally:
            if ProcessControl.works:
                os.sched_setaffinity(0, before)
