"""Watches what a process tree uses and kills it when it goes over a limit.

Polling from the host needs no privileges and works in every sandbox; between two checks a tree may exceed a limit by
what it can allocate in `INTERVAL_SECONDS`, and by what a new process can in twice that.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil

from suite.errors import SandboxError, Words
from suite.records import Outcome, Text, text
from suite.sandbox.control_group import ControlGroup
from suite.sandbox.cpu_wait import CpuWait, spent
from suite.sandbox.folder_size import judge_folder
from suite.sandbox.interface import Process
from suite.sandbox.machine_memory import LEDGER, held_bytes, kills
from suite.sandbox.process_log import ProcessLog
from suite.sandbox.process_tree import tree_of

if TYPE_CHECKING:
    from suite.assignments import Limits

INTERVAL_SECONDS = 0.1  # a memory bomb writes about 2 GiB/s here, so 0.2 GiB of overshoot
KIB, MIB = 1 << 10, 1 << 20
RELEASE_SECONDS = 15  # a gigabyte of shared memory takes half a second, a network namespace with sockets some seconds
PAGE_TABLES = re.compile(r"^VmPTE:\s+(\d+) kB", re.MULTILINE)
Stop = tuple[Outcome, Text]
"""How a run was ended, and why."""


class Watch:
    """A context manager: a thread watches one process tree, which is killed at the end of the block."""

    def __init__(
        self, limits: Limits, wall_seconds: float, cpu_seconds: float, folder: Path, group: ControlGroup | None
    ) -> None:
        self.wall_seconds = wall_seconds
        self._cpu_seconds = cpu_seconds
        self._limits = limits
        self._folder = folder
        self._group = group
        self._log: ProcessLog | None = None
        self._process: Process | None = None
        self._begin = 0.0
        self._stop = threading.Event()
        self._looking = threading.Lock()
        self._thread = threading.Thread(target=self._look_on, name="watch", daemon=True)
        self._kills = 0
        self._rests: Callable[[], bool] = lambda: False
        self._failure: Words | None = None
        self.breach: Stop | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._process is not None:
            LEDGER.leave(self._process.pid)
            tree = tree_of(self._process.pid)
            _kill(tree)
            self._process.wait()
            psutil.wait_procs(tree[1:], timeout=5)
        if self._failure is not None:
            raise SandboxError(self._failure)

    def follow(self, process: Process, log: ProcessLog | None = None) -> None:
        """Set the root of the tree to watch, and the log whose length is watched."""
        self._log = log
        self._begin = time.monotonic()
        self._kills = kills()
        if self._group is None or not self._group.counts_memory:
            limit = self._limits.memory_mib * MIB
            LEDGER.enter(process.pid, limit, lambda: [one.pid for one in tree_of(process.pid)])
        self._process = process

    def pause_while(self, rests: Callable[[], bool]) -> None:
        """Don't look while a process whose code is ours says that it has nothing to do.

        Nor is it suspected any more of memory that shows in no process: it would stand before whoever holds it.
        """
        self._rests = rests
        LEDGER.leave(self.pid)

    def look_again(self) -> Stop | None:
        """The limit that ended the run: the kernel may have acted sooner than this watch has seen."""
        with self._looking:
            if self.breach is None and self._group is not None:
                self.breach = self._group.breach()
            return self.breach

    def check_kills(self) -> None:
        """Raise `SandboxError` if the kernel has killed processes of this machine meanwhile, as memory was short."""
        if kills() > self._kills:
            raise SandboxError(
                "the kernel killed processes, as this machine was short of memory; grade it again, with fewer --jobs"
            )

    @property
    def pid(self) -> int:
        """Root of the tree."""
        if self._process is None:
            raise SandboxError("a process that is watched has been started, this one hasn't; grade it again")
        return self._process.pid

    def waited(self) -> float:
        """Seconds for which the tree could have computed while others had the CPU, since it is followed."""
        return CpuWait.of(tree_of(self.pid), self._begin).seconds

    def count_waiting(self) -> Callable[[], float]:
        """Begin to count anew; what is returned says for how many seconds the tree has waited since."""
        begin = time.monotonic()
        before = CpuWait.of(tree_of(self.pid), begin)
        return lambda: CpuWait.of(tree_of(self.pid), begin).since(before).seconds

    def _look_on(self) -> None:
        while not self._stop.wait(INTERVAL_SECONDS) and self._failure is None:
            with self._looking:
                if self._process is not None and self.breach is None and not self._rests():
                    self.breach = self._look(self._process)

    def _look(self, process: Process) -> Stop | None:
        """End the tree if it exceeds a limit, or if that can't be told: a run that can't be watched doesn't go on."""
        try:
            tree = tree_of(process.pid, INTERVAL_SECONDS)
            breach = self._judge(tree) or self._judge_held(process)
        except Exception as error:  # noqa: BLE001 - whatever a submission may cause
            breach = Outcome.LIMIT, text("watch_failed", reason=f"{type(error).__name__}: {error}"[:200])
        if breach is not None:
            _end(process)
        return breach

    def _judge(self, tree: list[psutil.Process]) -> Stop | None:
        """The first limit that the tree exceeds."""
        limits = self._limits
        if self._group is not None and (breach := self._group.breach()):
            return breach
        if len(tree) > limits.processes:
            return Outcome.LIMIT, text("too_many_processes", limit=limits.processes)
        if sum(_ask(process, _resident) for process in tree) > limits.memory_mib * MIB and (
            sum(_ask(process, _proportional) for process in tree) > limits.memory_mib * MIB
        ):
            return Outcome.MEMORY, text("memory_limit", limit=limits.memory_mib)
        if sum(_ask(process, psutil.Process.num_threads) for process in tree) > limits.threads:
            return Outcome.LIMIT, text("too_many_threads", limit=limits.threads)
        if sum(map(spent, tree)) > self._cpu_seconds:
            return Outcome.TIMEOUT, text("cpu_limit", seconds=round(self._cpu_seconds))
        if self._log is not None and self._log.total > limits.disk_mib * MIB:
            return Outcome.LIMIT, text("log_limit", limit=limits.disk_mib)
        return judge_folder(self._folder, limits.disk_mib)

    def _judge_held(self, process: Process) -> Stop | None:
        """Whether the run has memory that shows in no process; one that is ended for it in vain is run again."""
        guilty = LEDGER.try_by_ending(process.pid, lambda: _end(process), _comes_back)
        if guilty is False:
            self._failure = Words(
                "memory of this machine went where no run had it; grade it again, or with fewer --jobs"
            )
        return (Outcome.MEMORY, text("memory_held", limit=self._limits.memory_mib)) if guilty else None


def _ask(process: psutil.Process, question: Callable[[psutil.Process], float]) -> float:
    """A figure of a process; 0 if it has ended meanwhile, or can't be read any more."""
    try:
        return question(process)
    except psutil.Error:
        return 0


def _resident(process: psutil.Process) -> int:
    """RSS and page tables in bytes: cheap to read, but counts pages that forks share once for each of them."""
    return int(process.memory_info().rss) + _page_tables(process.pid)


def _proportional(process: psutil.Process) -> int:
    """PSS, with shared pages split among their owners, and page tables: slow, so read only if RSS is over the limit."""
    try:
        return int(process.memory_full_info().pss) + _page_tables(process.pid)
    except (psutil.AccessDenied, AttributeError):  # not Linux, or we may not read it
        return _resident(process)


def _page_tables(pid: int) -> int:
    """Bytes by which the kernel knows a process's memory; they may be far more than it fills."""
    try:
        found = PAGE_TABLES.search(Path("/proc", str(pid), "status").read_text())
    except OSError:
        return 0
    return int(found[1]) * KIB if found else 0


def _comes_back(level: int) -> bool:
    """Whether the machine's memory that shows in no process falls to a level soon."""
    deadline = time.monotonic() + RELEASE_SECONDS
    while held_bytes() > level:
        if time.monotonic() > deadline:
            return False
        time.sleep(INTERVAL_SECONDS)
    return True


def _end(process: Process) -> None:
    """Kill the root, which in a PID namespace ends all, and whatever was below it."""
    try:
        tree = tree_of(process.pid)
    finally:
        process.kill()
    _kill(tree)


def _kill(tree: list[psutil.Process]) -> None:
    """Kill the root first: in a PID namespace that ends all at once."""
    for process in tree:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
