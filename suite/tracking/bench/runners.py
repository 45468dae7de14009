"""What runs in turns in a benchmark: a reference in its own process, or the anchor."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from suite.assignments import ProbeInput, ThroughputSettings
from suite.evidence.proof.experiment import Batch
from suite.evidence.proof.random_tensors import draw_inputs
from suite.evidence.timing.gpu import Gpu
from suite.evidence.timing.process_control import ProcessControl
from suite.evidence.timing.timed_model import TimedModel, TimedWork
from suite.evidence.timing.warm_up import SECOND, TRIAL_BATCHES, TRIALS, count_batches, measure_overhead, warm_up
from suite.tracking.bench.anchor import Anchor


class Runner(Protocol):
    """Something that can be timed in segments."""

    def prepare(self) -> None:
        """Warm up and find out how many batches make a segment."""

    def segment(self) -> float:
        """Time one segment; return seconds per batch."""


@dataclass(slots=True, kw_only=True)
class ModelRunner:
    """A reference model doing one kind of work."""

    model: TimedModel
    work: TimedWork
    inputs: Sequence[ProbeInput]
    outputs: Sequence[tuple[int, ...]]
    rows: int
    settings: ThroughputSettings
    generator: np.random.Generator
    gpu: Gpu | None = None
    batches: int = 0
    overhead: int = 0
    compile_seconds: float = 0.0
    peak_bytes: int = 0
    peak_device_bytes: int = 0
    device_seconds: float = 0.0
    host_seconds: float = 0.0

    def prepare(self) -> None:
        """Warm up in the same way as the paired timing of a submission."""
        self.model.control.forget_peak()
        self.compile_seconds = warm_up(self.model, self.work, self._draw, self.settings)
        self.batches = count_batches(self.model, self.work, self._draw, self.settings)
        outputs = [(self.rows, *shape) for shape in self.outputs]
        self.overhead = measure_overhead(self.model, self.work, self._draw(self.batches), outputs)

    def segment(self) -> float:
        """Time one segment of new batches; the time of transferring them is subtracted."""
        given = self._draw(self.batches + 1)
        with self.model.turn():
            if self.gpu is not None:
                self.gpu.settle()
            self.model.ready(self.work, given[0])
            segment = self.model.segment(self.work, given[1:], chained=True)
            taken = segment.nanoseconds
            self.device_seconds += segment.device_seconds
            self.peak_device_bytes = max(self.peak_device_bytes, segment.device_bytes)
            self.host_seconds += taken / SECOND
            self.peak_bytes = max(self.peak_bytes, self.model.control.peak_bytes())
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
    """The anchor, on the same core as the models."""

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
        """Time passes in this thread, with one BLAS thread."""
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
