"""Stops a process tree while another one is timed, and binds its threads to the cores that they may use.

A stopped process can neither use the other's cores nor start anything. Linux only: elsewhere nothing is stopped, and
`ProcessControl.works` is false. Sources: the manual pages proc(5), signal(7), pidfd_open(2), sched_setaffinity(2),
clock_getcpuclockid(3).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

FIRST = -20  # niceness that weighs as much as 87 ordinary processes
STOP_SECONDS = 2.0
LOOK_SECONDS = 0.0002
STATE, PARENT = 0, 1  # fields of /proc/<pid>/stat after the name
QUIET = "TtZX"  # stopped, traced, dead


class ProcessControl:
    """One process tree, by the process id of its root on the host."""

    works = sys.platform.startswith("linux")

    def __init__(self, pid: int, cores: Sequence[int]) -> None:
        self._root = pid
        self.cores = frozenset(cores)

    def hold(self) -> bool:
        """Stop every process, also those started meanwhile; returns false if some can't be stopped.

        A process counts as stopped when all of its threads are: a thread on another core runs on for a moment.
        """
        deadline = time.monotonic() + STOP_SECONDS
        while self.works and (running := self._running()):
            for pid in running:
                _signal(pid, signal.SIGSTOP)
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def release(self) -> None:
        """Let all processes run again."""
        for pid in self._processes() if self.works else ():
            _signal(pid, signal.SIGCONT)

    def pin(self) -> None:
        """Bind every thread to the cores, with top priority if we may set it."""
        for thread in self._threads() if self.works else ():
            with suppress(OSError):  # it may have ended
                os.sched_setaffinity(thread, self.cores)
            go_first(thread)

    def strayed(self) -> bool:
        """Whether some thread has left the cores that it was bound to."""
        for thread in self._threads() if self.works else ():
            with suppress(OSError):
                if not os.sched_getaffinity(thread) <= self.cores:
                    return True
        return False

    def busy(self) -> int:
        """Number of threads that are running or ready to run at this moment."""
        return sum(_state(f"{pid}/task/{thread}") == "R" for pid, thread in self._pairs()) if self.works else 0

    def peak_bytes(self) -> int:
        """Peak resident memory of the largest process since `forget_peak`."""
        return max((_peak(pid) for pid in self._processes()), default=0) if self.works else 0

    def forget_peak(self) -> None:
        """Reset `peak_bytes`, if we may."""
        for pid in self._processes() if self.works else ():
            with suppress(OSError):
                Path(f"/proc/{pid}/clear_refs").write_text("5")

    def cpu_nanoseconds(self) -> int:
        """CPU time of all processes that are alive, their ended threads included."""
        total = 0
        for pid in self._processes() if self.works else ():
            with suppress(OSError):
                total += time.clock_gettime_ns((~pid) << 3 | 2)  # clock_getcpuclockid(3)
        return total

    def _running(self) -> set[int]:
        """Processes with a thread that isn't stopped."""
        return {pid for pid, thread in self._pairs() if _state(f"{pid}/task/{thread}") not in QUIET}

    def _processes(self) -> list[int]:
        """The tree without process 1 of a namespace: it is ours, and must notice when the host disconnects."""
        found, waiting = [], [self._root]
        while waiting:
            pid = waiting.pop()
            waiting += _children(pid)
            if not _is_init(pid):
                found.append(pid)
        return found

    def _pairs(self) -> Iterator[tuple[int, int]]:
        for pid in self._processes():
            with suppress(OSError):
                yield from ((pid, int(name)) for name in os.listdir(f"/proc/{pid}/task"))  # noqa: PTH208 - 300 a second

    def _threads(self) -> list[int]:
        return [thread for _, thread in self._pairs()]


def go_first(thread: int, nice: int = FIRST) -> bool:
    """Give a thread priority over all others, if we are privileged, so that other processes disturb it little.

    If Linux schedules sessions (autogroups), a session's own niceness counts beside the thread's; see sched(7).
    """
    try:
        os.setpriority(os.PRIO_PROCESS, thread, nice)
        Path(f"/proc/{thread or 'self'}/autogroup").write_text(str(nice))
    except FileNotFoundError:  # this kernel has no autogroups
        return True
    except OSError:
        return False
    return True


@contextmanager
def precedence() -> Iterator[None]:
    """During the block, this thread, which asks the questions, has top priority if we may set it."""
    before = os.getpriority(os.PRIO_PROCESS, 0) if ProcessControl.works else 0
    privileged = ProcessControl.works and go_first(0)
    try:
        yield
    finally:
        if privileged:
            go_first(0, before)


def _children(pid: int) -> list[int]:
    """Children of all its threads."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208
        return [int(child) for t in threads for child in Path(f"/proc/{pid}/task/{t}/children").read_text().split()]
    except FileNotFoundError:  # it has ended, or this kernel has no such file
        with suppress(psutil.Error):
            return [child.pid for child in psutil.Process(pid).children()]
    except OSError:
        pass
    return []


def _is_init(pid: int) -> bool:
    """Whether it is process 1 of a namespace below ours."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("NSpid:"):
                return len(line.split()) > 2 and line.split()[-1] == "1"  # noqa: PLR2004
    return False


def _state(path: str) -> str:
    """The state as one letter, see proc(5); X if it has ended."""
    try:
        return Path(f"/proc/{path}/stat").read_text().rpartition(")")[2].split()[STATE]
    except OSError:
        return "X"


def _signal(pid: int, number: signal.Signals) -> None:
    """Signal a process through a descriptor, so that no other process that got the same id meanwhile is hit."""
    with suppress(OSError):
        descriptor = os.pidfd_open(pid)
        try:
            signal.pidfd_send_signal(descriptor, number)
        finally:
            os.close(descriptor)


def _peak(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return 0
