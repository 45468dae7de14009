"""The processes below another one, found in a list of all that several watches share.

Linux says whose child a process is, and not which children it has, so every look reads all processes of the machine:
5 ms for a hundred of them. Five watches that look ten times a second took a quarter of a core for that.
"""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

PROCESSES = Path("/proc")


class ProcessTable:
    """Who is whose child, read anew only for those who need it newer than it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read = float("-inf")
        self._children: Mapping[int, Sequence[int]] = {}

    def children(self, most_age: float) -> Mapping[int, Sequence[int]]:
        """Children by their parent, as they were at most so many seconds ago."""
        with self._lock:
            if time.monotonic() - self._read >= most_age:
                self._read, self._children = time.monotonic(), _read_children()
            return self._children


TABLE = ProcessTable()
"""Of this machine."""


def tree_of(pid: int, most_age: float = 0.0) -> list[psutil.Process]:
    """A process and its descendants that are alive, the root first; one born within `most_age` seconds may be missing.

    Empty if the root isn't alive.
    """
    children, pids, found = TABLE.children(most_age), [pid], list[psutil.Process]()
    for each in pids:
        with suppress(psutil.NoSuchProcess):
            found.append(psutil.Process(each))
            pids += children.get(each, ())
    return found


def _read_children() -> Mapping[int, Sequence[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for pid, parent in _parents().items():
        if pid != parent:
            found[parent].append(pid)
    return found


def _parents() -> dict[int, int]:
    """The parent of each process of this machine."""
    if not (PROCESSES / "self" / "stat").exists():  # another system than Linux, where psutil knows a way
        return {each.pid: each.info["ppid"] or 0 for each in psutil.process_iter(["ppid"])}
    found = {}
    for name in filter(str.isdecimal, os.listdir(PROCESSES)):  # noqa: PTH208 - names are all that is needed
        with suppress(OSError, ValueError, IndexError):  # it has ended meanwhile
            told = (PROCESSES / name / "stat").read_bytes()
            found[int(name)] = int(told[told.rindex(b")") + 1 :].split(maxsplit=2)[1])  # a name may hold anything
    return found
