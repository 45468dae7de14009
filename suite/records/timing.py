"""The record of one paired timing: how long a submission's model and its reference took, segment by segment, in turns.

Raw figures and the coin's seed, no verdict: `suite.stats.signed_rank` says what they mean, now or later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Work: TypeAlias = Literal["forward", "train"]
Device: TypeAlias = Literal["cpu", "gpu"]
Void: TypeAlias = Literal[
    "",
    "answers",
    "threads",
    "cores",
    "running",
    "silent",
    "raised",
    "device",
    "at_work",
    "shared",
    "impossible",
]
"""What made a timing invalid: other answers than the reference's, another number of threads than set, threads on
other cores than set, processes that couldn't be stopped, no answer, an exception, another device than set, work that it
left on the GPU, work that another program did there, less time than the GPU needs for the multiplications."""
Untimed: TypeAlias = Literal["", "unproved", "runtime", "gone", "biases", "budget"]
"""Why there was no timing: the model isn't proved; it ran in another runtime than the reference; it didn't appear in
the next run; it stores its biases in another form, so that trained weights differ; no time was left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quad:
    """Four segments, ABBA or BAAB: two of each side."""

    pair: int
    """Which pair of fresh processes, from 0."""
    own_first: bool
    """The coin toss: whether the submission ran first and last."""
    own: tuple[int, int]
    """Nanoseconds of the submission's segments."""
    reference: tuple[int, int]
    """Nanoseconds of the reference's."""
    overhead: int
    """Nanoseconds of a segment spent on sending questions and answers, measured on the reference's process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTiming:
    """One kind of work, timed for one model and its reference."""

    task: str
    """Id of the task."""
    model_id: str
    """The reference."""
    work: Work
    """A forward pass, or a training step."""
    rows: int
    """Rows per batch."""
    seed: int
    """Seed of the coin: quad n's toss is number n of `numpy.random.default_rng(seed)`."""
    device: Device = "cpu"
    """Device that both computed on."""
    device_mhz: tuple[int, ...] = ()
    """Clock rate of the GPU's multiprocessors at the end of each pair of processes."""
    own_device_seconds: float = 0.0
    """The submission's segments by the GPU's own clock, as its process reports: no verdict rests on it."""
    reference_device_seconds: float = 0.0
    """The same for the reference."""
    threads: int = 1
    """Cores that each was bound to."""
    batches: int = 0
    """Batches per segment."""
    quads: tuple[Quad, ...] = ()
    """In the order in which they were run."""
    own_compile_seconds: float | None = None
    """How much longer the first call took than a later one: tracing, building; `None` if it wasn't reached."""
    reference_compile_seconds: float | None = None
    """The same for the reference."""
    attempts: int = 1
    """2 if a first timing was too noisy to decide."""
    busy_share: float = 0.0
    """Share of the submission's segments after which threads of it were still at work, until they were stopped."""
    void: Void = ""
    """What made it invalid."""
    untimed: Untimed = ""
    """Why there was no timing."""
    detail: str = ""
    """What was observed, if anything."""
