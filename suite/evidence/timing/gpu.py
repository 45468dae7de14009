"""A GPU in a timing: a cache emptied before each segment, nothing left at work, its clock rate, its greatest speed.

The reference's process does what is needed, as its code is ours; the host's clock measures how long that takes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import psutil

from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.interview.job import Job
from suite.evidence.interview.session import Session
from suite.evidence.timing.timed_model import VoidError, ask_timed
from suite.sandbox.gpu import ask_driver, driver_name, gpu_devices

GPU_MIB = 6144  # CUDA's libraries and their context in the memory of a process
CLEARED_BYTES, CLEARS = 256 << 20, 8  # twice the largest cache of a GPU so far, 126 MB
SIDE, PRODUCTS = 4096, 8
TRIALS = 5
BUSY = 2.0  # a program beside ours takes turns of 2 ms with it: on an H100 3 ms instead of 0.7
SLACK_NANOSECONDS = 500_000  # of a question to a process that has to wake up
QUICK = 3
"""Emptyings in a row that show an idle GPU: a single one may fit between two turns of another program."""
SETTLE_SECONDS = 2.0
PATIENCE = 5
"""Times as long for an answer as on the processor: for a GPU newer than the library, each run compiles its code."""
MARGIN = 2.0  # no product of other shapes or types was more than 1.5 times as fast as the one that is measured
SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """The GPU of a pair of processes, as it was before there was any process of the submission."""

    channel: Channel
    """Connection to the reference's process."""
    index: int
    """Position of one of its models."""
    idle_nanoseconds: int
    """What emptying the cache takes when nothing else is at work."""
    products_per_second: float
    """Multiplications with an addition in a large product of matrices, which GPUs are fastest at."""
    alone: bool
    """Whether the driver named no program that uses the GPU but the reference's process."""

    @classmethod
    def measure(cls, reference: Session, models: Mapping[str, InspectedModel]) -> Gpu:
        """Measure with a reference's process, which has at least one model.

        Raises `VoidError` if that can't use the GPU.
        """
        channel, index, pid = reference.channel, next(iter(models.values())).index, reference.pid
        clears = [_clear(channel, index) for _ in range(TRIALS)]
        products = [ask_timed(channel, index, "multiply", {}, size=SIDE, times=PRODUCTS)[1] for _ in range(TRIALS)]
        return cls(
            channel=channel,
            index=index,
            idle_nanoseconds=min(clears),
            products_per_second=SIDE**3 * PRODUCTS / min(products) * SECOND,
            alone=_users() <= {pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))},
        )

    def settle(self) -> None:
        """Empty the cache until that is as quick as on an idle GPU, and stays so: then nothing else is at work there.

        Raises `VoidError`: `at_work` if it doesn't become idle, or `shared` if another program may be the reason.
        """
        deadline, quick = time.monotonic() + SETTLE_SECONDS, 0
        while quick < QUICK:
            taken = _clear(self.channel, self.index)
            quick = quick + 1 if taken <= BUSY * self.idle_nanoseconds + SLACK_NANOSECONDS else 0
            if not quick and time.monotonic() > deadline:
                raise VoidError("at_work" if self.alone else "shared")

    def least_nanoseconds(self, products: int) -> float:
        """What so many multiplications take at least."""
        return products / (MARGIN * self.products_per_second) * SECOND


def on_gpu(job: Job) -> Job:
    """The same with this machine's first GPU, memory for its driver's libraries, and time for what they compile."""
    own = job.limits
    more = {"memory_mib": own.memory_mib + GPU_MIB, "answer_seconds": PATIENCE * own.answer_seconds}
    limits = own.model_copy(update=more)
    return replace(job, devices=gpu_devices(), limits=limits)


def _clear(channel: Channel, index: int) -> int:
    """Nanoseconds for emptying the cache."""
    return ask_timed(channel, index, "clear", {}, size=CLEARED_BYTES, times=CLEARS)[1]


def read_clock() -> tuple[int, ...]:
    """Clock rate of the multiprocessors in MHz; empty if the driver doesn't tell."""
    lines = ask_driver("--query-gpu=clocks.sm", "--format=csv,noheader,nounits", f"--id={driver_name()}")
    return tuple(int(line) for line in lines[:1] if line.isdecimal())


def _users() -> set[int]:
    """Processes on the host that use the GPU; -1 stands for all that the driver doesn't tell."""
    lines = ask_driver("--query-compute-apps=pid", "--format=csv,noheader", f"--id={driver_name()}")
    return {int(line) if line.isdecimal() else -1 for line in lines} or {-1}
