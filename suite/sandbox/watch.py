"""Watches what a process tree uses and kills it when it goes over a limit.

Polling from the host needs no privileges and works in every sandbox; between two looks a tree may overshoot by what it
can allocate in `INTERVAL_SECONDS`.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Self

import psutil

from suite.assignments import Limits
from suite.records import Outcome, Text, text

INTERVAL_SECONDS = 0.1  # a memory bomb writes about 2 GiB/s here, so 0.2 GiB of overshoot
MIB = 1 << 20


class Watch:
    """A context manager: a thread looks at one process tree, and the end of the block is the end of the tree."""

    def __init__(self, limits: Limits, wall_seconds: float, scratch: Path) -> None:
        self.wall_seconds = wall_seconds
        self._limits = limits
        self._scratch = scratch
        self._pid: int | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="watch", daemon=True)
        self.breach: tuple[Outcome, Text] | None = None
        self.peak_memory_mib = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._pid is not None:
            tree = _tree(self._pid)
            _kill(tree)
            psutil.wait_procs(tree, timeout=5)

    def follow(self, pid: int) -> None:
        """Name the root of the tree to watch."""
        self._pid = pid

    def _look_on(self) -> None:
        while not self._stop.wait(INTERVAL_SECONDS):
            if self._pid is not None and self.breach is None:
                tree = _tree(self._pid)
                self.breach = self._judge(tree)
                if self.breach is not None:
                    _kill(tree)

    def _judge(self, tree: list[psutil.Process]) -> tuple[Outcome, Text] | None:
        """The first limit that the tree exceeds."""
        limits = self._limits
        if len(tree) > limits.processes:
            return Outcome.ERROR, text("too_many_processes", limit=limits.processes)
        memory = threads = 0
        for process in tree:
            try:
                with process.oneshot():
                    memory += process.memory_info().rss
                    threads += process.num_threads()
            except psutil.Error:
                continue  # it ended between the two looks
        self.peak_memory_mib = max(self.peak_memory_mib, memory / MIB)
        if memory > limits.memory_mib * MIB:
            return Outcome.MEMORY, text("memory_limit", limit=limits.memory_mib)
        if threads > limits.threads:
            return Outcome.ERROR, text("too_many_threads", limit=limits.threads)
        if _folder_bytes(self._scratch) > limits.disk_mib * MIB:
            return Outcome.ERROR, text("disk_limit", limit=limits.disk_mib)
        return None


def _tree(pid: int) -> list[psutil.Process]:
    """A process and its descendants that are alive."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _kill(tree: list[psutil.Process]) -> None:
    """Kill root first: in a PID namespace that ends all at once."""
    for process in tree:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def _folder_bytes(folder: Path) -> int:
    """Bytes in the files under a folder; what vanishes meanwhile counts as nothing."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(root, name)).st_size  # noqa: PTH118 - this runs ten times a second
            except OSError:
                continue
    return total
