"""Control groups: limits on a whole process tree, enforced by the kernel, if cgroup v2 is delegated to us.

If not, only the watch limits memory and processes. Source: the kernel's document admin-guide/cgroup-v2.rst,
"Delegation" and "Organizing Processes and Threads".
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from suite.assignments import Limits
from suite.records import Outcome, Text, text
from suite.temporary import PREFIX, is_in_use

MOUNTS = Path("/proc/self/mountinfo")
OWN = Path("/proc/self/cgroup")
CONTROLLERS = ("memory", "pids")
GRADER = "grader"
MIB = 1 << 20
REMOVE_SECONDS = 5


class ControlGroup:
    """The control group of one run."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        for name, value in (
            ("memory.max", limits.memory_mib * MIB),
            ("memory.swap.max", 0),
            ("memory.oom.group", 1),
            ("pids.max", limits.processes + limits.threads),
        ):
            if (folder / name).exists():  # a controller may be missing, and swap may not be counted
                (folder / name).write_text(str(value))

    def adopt(self, pid: int) -> None:
        """Add a process to the group; what it starts from then on is added too."""
        (self._folder / "cgroup.procs").write_text(str(pid))

    def breach(self) -> tuple[Outcome, Text] | None:
        """The limit that the kernel enforced; it kills for too much memory and refuses too many tasks."""
        if self._count("memory.events", "oom_kill"):
            return Outcome.MEMORY, text("memory_limit", limit=self._limits.memory_mib)
        return None

    def remove(self) -> None:
        """Kill what is left in it, then remove the group itself."""
        _remove(self._folder)

    def _count(self, file: str, event: str) -> int:
        """How often something happened."""
        with suppress(OSError):
            events = dict(line.split() for line in (self._folder / file).read_text().splitlines())
            return int(events.get(event, 0))
        return 0


@contextmanager
def open_group(name: str, limits: Limits) -> Iterator[ControlGroup | None]:
    """A group for the duration of the block; `None` if we may not make groups."""
    parent = delegated()
    if parent is None:
        yield None
        return
    folder = parent / name
    folder.mkdir()
    group = ControlGroup(folder, limits)
    try:
        yield group
    finally:
        group.remove()


def remove_leftovers() -> list[str]:
    """Remove the groups of runs whose folders are gone; returns their names."""
    parent = delegated()
    left = [] if parent is None else [each for each in parent.glob(f"{PREFIX}*") if not is_in_use(each.name)]
    for folder in left:
        _remove(folder)
    return [folder.name for folder in left]


def _remove(folder: Path) -> None:
    """Kill what is left in a group, then remove it; what can't be removed in some seconds stays."""
    if (folder / "cgroup.kill").exists():
        with suppress(OSError):
            (folder / "cgroup.kill").write_text("1")
    deadline = time.monotonic() + REMOVE_SECONDS
    while time.monotonic() < deadline:
        try:
            folder.rmdir()
        except OSError:
            time.sleep(0.01)
        else:
            return


@functools.cache
def delegated() -> Path | None:
    """The folder in which we may make groups with limits; `None` if there is none. Found out once, by trying."""
    try:
        own = _own_folder(MOUNTS.read_text(), OWN.read_text())
        return _hand_down(own) if own is not None else None
    except (OSError, psutil.Error):
        return None


def _own_folder(mounts: str, groups: str) -> Path | None:
    """Where our group of cgroup v2 lies, from the texts of `MOUNTS` and `OWN`."""
    group = next((line[3:] for line in groups.splitlines() if line.startswith("0::")), None)
    for line in mounts.splitlines():
        place, _, system = line.partition(" - ")
        root, point = place.split()[3:5]
        if group is not None and system.split()[0] == "cgroup2" and Path(group).is_relative_to(root):
            return Path(point) / Path(group).relative_to(root)
    return None


def _hand_down(own: Path) -> Path | None:
    """Give the groups below ours the controllers that we have; a group that does so may hold no processes itself."""
    offered = (own / "cgroup.controllers").read_text().split()
    wanted = [f"+{name}" for name in CONTROLLERS if name in offered]
    if not wanted or not os.access(own / "cgroup.subtree_control", os.W_OK):
        return None
    if (own / "cgroup.type").exists():  # every group but the root has a type
        members = {int(pid) for pid in (own / "cgroup.procs").read_text().split()}
        tree = [psutil.Process(), *psutil.Process().children(recursive=True)]
        if members - {process.pid for process in tree}:
            return None  # moving other people's processes isn't ours to do
        (own / GRADER).mkdir(exist_ok=True)
        for pid in members:
            (own / GRADER / "cgroup.procs").write_text(str(pid))
    (own / "cgroup.subtree_control").write_text(" ".join(wanted))
    return own
