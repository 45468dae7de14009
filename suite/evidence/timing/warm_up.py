"""Prepares a model for timing: warm-up, batches per segment, and the time that sending them takes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from suite.assignments import ThroughputSettings
from suite.evidence.proof.experiment import Batch
from suite.evidence.proof.random_tensors import Array
from suite.evidence.timing.timed_model import TimedModel, TimedWork

MILLISECOND, SECOND = 1_000_000, 1_000_000_000
ECHOES = 9
TRIALS, TRIAL_BATCHES = 3, 4
MIB = 1 << 20

Draw: TypeAlias = Callable[[int], list[Batch]]
"""Returns that many new random batches."""


def warm_up(model: TimedModel, work: TimedWork, draw: Draw, settings: ThroughputSettings) -> float:
    """Call until the medians of two half-windows agree; returns how many seconds longer the first call took."""
    times: list[int] = []
    window, half = settings.warm_up_window, settings.warm_up_window // 2
    with model.turn():
        model.load(work)
        for _ in range(settings.warm_up_calls):
            times.append(model.ready(work, draw(1)[0]))
            late = times[1:][-window:]
            if len(late) == window:
                medians = statistics.median(late[:half]), statistics.median(late[half:])
                if abs(medians[0] - medians[1]) <= settings.warm_up_agreement * medians[1]:
                    break
        # the first segment is slow too, and so are the processor's clock and caches after a pause
        model.segment(work, draw(TRIAL_BATCHES), chained=True)
    return max(times[0] - statistics.median(times[1:]), 0) / SECOND


def count_batches(model: TimedModel, work: TimedWork, draw: Draw, settings: ThroughputSettings) -> int:
    """How many batches make a segment long enough."""
    batches = draw(TRIAL_BATCHES)
    with model.turn():
        empty = statistics.median(model.echo([], []) for _ in range(ECHOES))
        segments = (model.segment(work, batches, chained=True).nanoseconds for _ in range(TRIALS))
        one = min(segments) / TRIAL_BATCHES
    wanted = math.ceil(max(settings.segment_milliseconds * MILLISECOND, settings.overheads * empty) / one)
    size = sum(array.nbytes for array in _arrays(batches[0]))
    return max(1, min(wanted, settings.batches, int(settings.segment_mib * MIB // size)))


def measure_overhead(
    model: TimedModel, work: TimedWork, batches: Sequence[Batch], outputs: Sequence[tuple[int, ...]]
) -> int:
    """Least nanoseconds that sending a segment's question and answer takes: anything above that is noise.

    `outputs` are the shapes of a batch's outputs, `(rows, ...)` each.
    """
    forward = work.work == "forward"
    shapes = [*outputs] * len(batches) if forward else [slot.shape for slot in model.slots]
    with model.turn():
        return min(model.echo(batches, shapes) for _ in range(ECHOES))


def _arrays(batch: Batch) -> Iterator[Array]:
    yield from (array for array in batch.inputs if not isinstance(array, list))
    yield from batch.targets
