"""The processes below another one, found in a list of all that several watches share.

Linux says whose child a process is, and not which children it has, so a look reads all processes of the machine: 5 ms
for a hundred of them. Five watches that look ten times a second took a quarter of a core for that. A process gets
another parent only when its own ends, so of those that were seen before only orphans are read again: at once when
whoever started their parent has waited for it, and at the next whole reading where it hasn't yet.
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
WHOLE_SECONDS = 1.0
"""In which every process is read again: one may have got the number of another that has ended."""


class ProcessTable:
    """Who is whose child, read anew only for those who need it newer than it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read = self._read_whole = float("-inf")
        self._parents: Mapping[int, int] = {}
        self._children: Mapping[int, Sequence[int]] = {}

    def children(self, most_age: float) -> Mapping[int, Sequence[int]]:
        """Children by their parent, as they were at most so many seconds ago."""
        with self._lock:
            now = time.monotonic()
            if now - self._read >= most_age:
                if most_age == 0 or now - self._read_whole >= WHOLE_SECONDS:
                    self._parents, self._read_whole = {}, now
                self._read, self._parents = now, _parents(self._parents)
                self._children = _as_children(self._parents)
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


def _as_children(parents: Mapping[int, int]) -> Mapping[int, Sequence[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for pid, parent in parents.items():
        if pid != parent:
            found[parent].append(pid)
    return found


def _parents(known: Mapping[int, int]) -> dict[int, int]:
    """The parent of each process of this machine; one that is known and alive is taken to be so still."""
    if not (PROCESSES / "self" / "stat").exists():  # another system than Linux, where psutil knows a way
        return {each.pid: each.info["ppid"] or 0 for each in psutil.process_iter(["ppid"])}
    alive = {int(name) for name in os.listdir(PROCESSES) if name.isdecimal()}  # noqa: PTH208 - names are all it takes
    found = {pid: known[pid] for pid in alive if known.get(pid) in alive}
    for pid in alive - found.keys():
        with suppress(OSError, ValueError, IndexError):  # it has ended meanwhile
            told = (PROCESSES / str(pid) / "stat").read_bytes()
            found[pid] = int(told[told.rindex(b")") + 1 :].split(maxsplit=2)[1])  # a name may hold anything
    return found
