"""For how long processes waited for a CPU that others had: load is no error of a submission."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from suite.errors import SandboxError

NANOSECONDS = 1e9
MAX_WAITS = 3  # times its limit, for which a cell or an answer may wait for a CPU that others have


@dataclass(frozen=True, slots=True)
class CpuWait:
    """What processes did with some time, in seconds."""

    passed: float
    """How long it was."""
    spent: float
    """CPU time of all of them, that of their ended children included."""
    ready: float
    """For how long their threads could have computed and had no CPU, added up, as Linux counts it."""

    @classmethod
    def of(cls, tree: Sequence[psutil.Process], begin: float) -> Self:
        """Since a moment of `time.monotonic`; what can't be read counts as 0."""
        return cls(
            passed=time.monotonic() - begin,
            spent=sum(spent(process) for process in tree),
            ready=sum(_ready(process.pid) for process in tree),
        )

    def since(self, before: CpuWait) -> CpuWait:
        """What came after an earlier look at the same processes."""
        return CpuWait(self.passed - before.passed, self.spent - before.spent, self.ready - before.ready)

    @property
    def seconds(self) -> float:
        """How long they waited for others: threads that keep a CPU busy together wait for each other."""
        return max(min(self.ready, self.passed - self.spent), 0.0)


def too_busy(seconds: float) -> SandboxError:
    """What is raised where the machine never gave a process its time: that proves nothing."""
    return SandboxError(
        "it waited {seconds} s for a CPU, as others kept this machine busy; grade it again when the machine is "
        "quieter, or with fewer --jobs",
        seconds=round(seconds),
    )


def spent(process: psutil.Process) -> float:
    """Seconds of CPU time, those of its ended children included; 0 if it has ended meanwhile, or can't be read."""
    try:
        return float(sum(process.cpu_times()[:4]))
    except psutil.Error:
        return 0.0


def _ready(pid: int) -> float:
    return sum(_ready_thread(path) for path in Path("/proc", str(pid), "task").glob("*/schedstat"))


def _ready_thread(path: Path) -> float:
    try:
        return int(path.read_text().split()[1]) / NANOSECONDS
    except (OSError, ValueError, IndexError):
        return 0.0
