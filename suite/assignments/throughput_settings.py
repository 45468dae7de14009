"""How throughput is timed and judged: one set of defaults for every assignment, each beside its reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from suite.assignments.settings import Count, Positive, Settings
from suite.records import Work

Share = Annotated[float, Field(gt=0, lt=1)]


class ThroughputSettings(Settings):
    """Table `[throughput]` of an assignment; without it, an assignment's submissions aren't timed."""

    points: float = Field(default=2.0, ge=0)
    """Of the check, which counts only when it is asked for."""
    tolerance: Positive = 0.05
    """A model may take so much longer than the reference. Equal models written in other ways lie within 2%
    (docs/timing.md); a loop over time steps in Python takes several times as long."""
    slowdown: Share = 0.10
    """What a timing must be able to find: PASS says that a model slower by so much would have failed with a probability
    of at least `power`."""
    power: Share = 0.95
    """The issue's target; a timing that is too noisy for it is inconclusive."""
    looks: tuple[tuple[Count, Share], ...] = ((16, 0.001), (24, 0.003), (40, 0.006))
    """(quads, level) of each look; the levels add up to the declared rate of false fails, 1%, whatever the looks have
    in common."""
    quads: Count = 8
    """With one pair of fresh processes: what differs between processes (where memory lies) is drawn five times."""
    process_spread: Positive = 0.02
    """Standard deviation of log ratios between pairs of processes that run the same: measured up to 0.01, doubled."""
    rows: tuple[Count, ...] = (32,)
    """Batch sizes; 32 is the course's and Keras's own."""
    work: tuple[Work, ...] = ("forward", "train")
    """What is timed."""
    segment_milliseconds: Positive = 20
    """A time slice of a loaded machine is 3 to 4 ms: a segment holds several, and so averages over who else runs."""
    overheads: Count = 100
    """A segment takes at least so many times what an empty question takes, 0.1 ms."""
    segment_mib: Count = 16
    """The most that a segment's questions may carry."""
    batches: Count = 256
    """The most in a segment."""
    warm_up_calls: Count = 60
    """At most, until two half-windows agree."""
    warm_up_window: Count = 8
    """Calls of both half-windows together."""
    warm_up_agreement: Share = 0.05
    """By how much their medians may differ."""
    threads: Count = 1
    """Cores and threads of each side. One: the course's models are too small to gain from more, a second thread makes
    timings noisier than any difference of interest, and nobody wins by taking more."""
    rows_of_data: Count = 64
    """In every dataset while a notebook runs again to be timed: what it trains doesn't matter, its model does."""
    seconds: Positive = 60
    """For each duel of a submission, all together; one takes 8 to 15. What isn't done by then is left out, and said."""
