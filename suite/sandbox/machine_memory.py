"""Memory of the machine that shows in no process: what sockets, pipes and shared memory hold, and who holds it.

Where the kernel counts a run's memory in a control group, that is known. Elsewhere only the machine's total is, so when
it has grown by more than the runs may hold, the likeliest run is ended; it did it if the memory comes back then.
Source: the manual page proc(5), /proc/meminfo, /proc/vmstat and /proc/zoneinfo.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from suite.sandbox.control_group import kills_in_groups

MEMINFO = Path("/proc/meminfo")
VMSTAT = Path("/proc/vmstat")
ZONES = Path("/proc/zoneinfo")
WAITING = re.compile(r"^ +count: +(\d+)$", re.MULTILINE)
KIB = 1 << 10
SHOWN = ("MemFree", "Buffers", "Cached", "SwapCached", "SReclaimable", "AnonPages")
"""Free, reclaimable, or resident in a process; `Cached` includes shared memory, which is none of these."""
SHARED = re.compile(r"(?:/dev/zero|/SYSV|/memfd:).* \(deleted\)$", re.MULTILINE)
SHARED_WEIGHT = 1000  # one shared mapping may hold anything, one descriptor as much as a socket's buffer


def held_bytes() -> int:
    """Memory that is in use and shows in no process; 0 where the kernel doesn't say."""
    with suppress(OSError, ValueError, KeyError):
        lines = (line.split() for line in MEMINFO.read_text().splitlines())
        found: Mapping[str, int] = {line[0].rstrip(":"): int(line[1]) * KIB for line in lines}
        return found["MemTotal"] + found["Shmem"] - sum(found[name] for name in SHOWN) - _waiting_bytes()
    return 0


def _waiting_bytes() -> int:
    """Memory that is free and kept for one CPU, which may be an eighth of the machine; `MemFree` leaves it out."""
    with suppress(OSError):
        return sum(map(int, WAITING.findall(ZONES.read_text()))) * os.sysconf("SC_PAGE_SIZE")
    return 0


def kills() -> int:
    """How many processes the kernel has killed for want of memory, without those that were over a run's own limit."""
    with suppress(OSError, ValueError):
        counts = dict(line.split() for line in VMSTAT.read_text().splitlines())
        return int(counts.get("oom_kill", 0)) - kills_in_groups()
    return 0


@dataclass(frozen=True, slots=True)
class _Run:
    """A run whose memory no control group counts."""

    limit: int
    least: int
    """Of what the machine held since it began: what earlier runs held may come back late."""
    pids: Callable[[], list[int]]


class Ledger:
    """The runs that may hold such memory, to find out which one does."""

    def __init__(self) -> None:
        self._runs: dict[int, _Run] = {}
        self._lock = threading.Lock()

    def enter(self, pid: int, limit: int, pids: Callable[[], list[int]]) -> None:
        """Take in a run by its root, with the bytes that it may use; `pids` lists its processes."""
        with self._lock:
            self._runs[pid] = _Run(limit, held_bytes(), pids)

    def leave(self, pid: int) -> None:
        """Forget a run."""
        with self._lock:
            self._runs.pop(pid, None)

    def try_by_ending(self, pid: int, end: Callable[[], None], came_back: Callable[[int], bool]) -> bool | None:
        """End the run if it is the likeliest holder of too much: whether it was, or `None` if it goes on.

        `came_back` waits until so many bytes are free again, and tells whether they are. Without them the memory is
        held by others, and what has grown until now is blamed on no run any more.
        """
        with self._lock:
            run, held = self._runs.get(pid), held_bytes()
            if run is None:
                return None
            grown = held - run.least
            self._runs[pid] = replace(run, least=min(run.least, held))
            if grown <= run.limit:
                return None
            if max(self._runs, key=lambda other: _suspicion(self._runs[other].pids())) != pid:
                return None
            end()
            del self._runs[pid]
            guilty = came_back(held - grown // 2)
            if not guilty:
                level = held_bytes()
                self._runs = {other: replace(one, least=level) for other, one in self._runs.items()}
            return guilty


def _suspicion(pids: list[int]) -> int:
    """How likely processes hold memory that doesn't show: by their descriptors and shared mappings."""
    found = 0
    for pid in pids:
        with suppress(OSError):
            maps = Path("/proc", str(pid), "maps").read_text(errors="replace")
            found += SHARED_WEIGHT * len(SHARED.findall(maps))
            found += len(list(Path("/proc", str(pid), "fd").iterdir()))
    return found


LEDGER = Ledger()
