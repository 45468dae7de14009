"""How throughput is timed and judged: one set of defaults for all assignments, each with its reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from suite.assignments.settings import Count, Positive, Settings
from suite.records import Work

Share = Annotated[float, Field(gt=0, lt=1)]


class ThroughputSettings(Settings):
    """Table `[throughput]` of an assignment; without it, an assignment's submissions aren't timed."""

    points: float = Field(default=2.0, ge=0)
    """Points of the check, which counts only when it is asked for."""
    tolerance: Positive = 0.05
    """How much longer than the reference a model may take. Equal models written differently are within 2%
    (docs/timing.md); a loop over time steps in Python takes several times as long."""
    slowdown: Share = 0.10
    """What a timing must be able to detect: PASS means that a model slower by this much would have failed with a
    probability of at least `power`."""
    power: Share = 0.95
    """Probability of failing a model slower by `slowdown`; a timing too noisy to reach it is inconclusive."""
    looks: tuple[tuple[Count, Share], ...] = ((16, 0.001), (24, 0.003), (40, 0.006))
    """(quads so far, significance level) of each interim test; a quad is four segments in the order ABBA or BAAB. The
    levels add up to the declared rate of false fails, 1%, even though the tests share data."""
    quads: Count = 8
    """Quads with one pair of processes; 40 quads use five pairs, to average over differences in memory layout."""
    process_spread: Positive = 0.02
    """Standard deviation of log ratios between pairs of processes with the same code: measured up to 0.01, doubled."""
    rows: tuple[Count, ...] = (32,)
    """Batch sizes; 32 is Keras's default."""
    work: tuple[Work, ...] = ("forward", "train")
    """Kinds of work that are timed."""
    segment_milliseconds: Positive = 20
    """Least length of a segment. A time slice of a loaded machine is 3 to 4 ms, so a segment averages over several."""
    overheads: Count = 100
    """A segment takes at least this many times as long as an empty request, which takes 0.1 ms."""
    segment_mib: Count = 16
    """Most data that a segment's requests may carry."""
    batches: Count = 256
    """Most batches in a segment."""
    warm_up_calls: Count = 60
    """Most warm-up calls; it ends earlier when both halves of the window agree."""
    warm_up_window: Count = 8
    """Calls in the window, both halves together."""
    warm_up_agreement: Share = 0.05
    """By how much the medians of both halves may differ, as a share."""
    threads: Count = 1
    """Cores and threads of each side. One: the models are too small to gain from more, a second thread makes timings
    noisier than any difference of interest, and nobody wins by taking more."""
    rows_of_data: Count = 64
    """Rows of each dataset while a notebook runs again to be timed: its training doesn't matter, its model does."""
    seconds: Positive = 60
    """Limit per paired timing, added up over a submission; one takes 8 to 15 s. The report says what was left out."""
