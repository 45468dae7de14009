"""Control groups: limits on a whole process tree, enforced by the kernel, if it lets us make groups.

That is so where cgroup v2 is delegated to us, or where its memory controller is mounted as v1 and we may write there.
Else only the watch limits memory and processes. Sources: the kernel's documents admin-guide/cgroup-v2.rst, "Delegation"
and "Organizing Processes and Threads", and admin-guide/cgroup-v1/memory.rst.
"""

from __future__ import annotations

import functools
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from suite.endings import at_end
from suite.records import Outcome, Text, text
from suite.temporary import PREFIX, is_in_use

if TYPE_CHECKING:
    from suite.assignments import Limits

MOUNTS = Path("/proc/self/mountinfo")
OWN = Path("/proc/self/cgroup")
CONTROLLERS = ("memory", "pids")
GRADER = "grader"
MIB = 1 << 20
REMOVE_SECONDS = 5
_groups: list[ControlGroup] = []
_past: list[int] = []
CACHE = ("total_active_file", "total_inactive_file")  # what the kernel takes back when memory is short


class ControlGroup:
    """The control group of one run, of either version: each has files of its own."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        memory = limits.memory_mib * MIB
        for name, value in (
            ("memory.max", memory),
            ("memory.swap.max", 0),
            ("memory.oom.group", 1),
            ("pids.max", limits.processes + limits.threads),
            ("memory.limit_in_bytes", memory),
            ("memory.memsw.limit_in_bytes", memory),
            ("memory.kmem.tcp.limit_in_bytes", memory),  # v1 counts buffers of TCP apart
        ):
            if (folder / name).exists():  # a controller may be missing, and swap may not be counted
                (folder / name).write_text(str(value))

    def adopt(self, pid: int) -> None:
        """Add a process to the group; what it starts from then on is added too."""
        (self._folder / "cgroup.procs").write_text(str(pid))

    def wrap(self, command: list[str]) -> list[str]:
        """A command that enters the group before it starts another one, so that nothing escapes."""
        enter = 'echo $$ > "$0" && exec "$@"'
        return ["/bin/sh", "-c", enter, str(self._folder / "cgroup.procs"), *command]

    @property
    def counts_memory(self) -> bool:
        """Whether the kernel limits the memory of its processes, wherever that lies."""
        return any((self._folder / name).exists() for name in ("memory.max", "memory.limit_in_bytes"))

    def breach(self) -> tuple[Outcome, Text] | None:
        """The limit that the kernel enforced; it kills for too much memory and refuses too many tasks."""
        if self.kills() or self._with_tcp() > self._limits.memory_mib * MIB:
            return Outcome.MEMORY, text("memory_limit", limit=self._limits.memory_mib)
        return None

    def kills(self) -> int:
        """How many processes the kernel has killed because the group was at its limit."""
        return max(self._count(name, "oom_kill") for name in ("memory.events", "memory.oom_control"))

    def _with_tcp(self) -> int:
        """Bytes in use, those of TCP included, and the cache excluded; 0 where the kernel counts all together."""
        tcp = self._number("memory.kmem.tcp.usage_in_bytes")
        used = self._number("memory.usage_in_bytes") + tcp
        if not tcp or used <= self._limits.memory_mib * MIB:
            return 0
        return used - sum(self._count("memory.stat", name) for name in CACHE)

    def remove(self) -> None:
        """Kill what is left in it, then remove the group itself."""
        _remove(self._folder)

    def _count(self, file: str, event: str) -> int:
        """How often something happened, or how much of something there is."""
        for line in self._read(file).splitlines():
            name, _, number = line.partition(" ")
            if name == event:
                return int(number)
        return 0

    def _number(self, file: str) -> int:
        return int(self._read(file) or 0)

    def _read(self, file: str) -> str:
        """A file's text; empty if the kernel doesn't offer it."""
        with suppress(OSError):
            return (self._folder / file).read_text()
        return ""


@contextmanager
def open_group(name: str, limits: Limits) -> Iterator[ControlGroup | None]:
    """A group for the duration of the block; `None` if we may not make groups."""
    parent = delegated()
    if parent is None:
        yield None
        return
    folder = parent / f"{name}.{os.getpid()}"
    folder.mkdir()
    try:
        group = ControlGroup(folder, limits)
    except OSError:
        folder.rmdir()
        raise
    _groups.append(group)
    try:
        yield group
    finally:
        _past.append(group.kills())
        _groups.remove(group)
        group.remove()


def remove_leftovers() -> list[str]:
    """Remove the groups of runs whose folders and graders are gone; returns their names."""
    parent = delegated()
    left = [] if parent is None else [each for each in parent.glob(f"{PREFIX}*") if not _has_owner(each.name)]
    for folder in left:
        _remove(folder)
    return [folder.name for folder in left]


def _remove_own() -> None:
    """Remove every group of ours; their processes are dead by then."""
    for group in tuple(_groups):
        group.remove()


at_end(_remove_own)


def _has_owner(name: str) -> bool:
    """Whether the run that a group is named after goes on: graders may keep their folders in different places."""
    run, _, pid = name.partition(".")
    return is_in_use(run) or (pid.isdigit() and psutil.pid_exists(int(pid)))


def _remove(folder: Path) -> None:
    """Kill what is left in a group, then remove it; what can't be removed in some seconds stays."""
    deadline = time.monotonic() + REMOVE_SECONDS
    while time.monotonic() < deadline:
        _kill(folder)
        try:
            folder.rmdir()
        except OSError:
            time.sleep(0.01)
        else:
            return


def _kill(folder: Path) -> None:
    """End every process in a group; v1 has no call for that."""
    with suppress(OSError):
        if (folder / "cgroup.kill").exists():
            (folder / "cgroup.kill").write_text("1")
        else:
            for pid in (folder / "cgroup.procs").read_text().split():
                os.kill(int(pid), signal.SIGKILL)


def kills_in_groups() -> int:
    """How many processes of runs the kernel has killed because their group was at its limit."""
    return sum(group.kills() for group in tuple(_groups)) + sum(_past)


@functools.cache
def delegated() -> Path | None:
    """The folder in which we may make groups with limits; `None` if there is none. Found out once, by trying."""
    for attempt in (_delegated_v2, _delegated_v1):
        with suppress(OSError, psutil.Error):
            if (found := attempt()) is not None:
                return found
    return None


def _delegated_v2() -> Path | None:
    own = _own_folder(MOUNTS.read_text(), OWN.read_text())
    return _hand_down(own) if own is not None else None


def _delegated_v1() -> Path | None:
    """Our group of the memory controller of v1, if a group in it can be made, limited and entered by our children."""
    own = _own_folder(MOUNTS.read_text(), OWN.read_text(), "memory")
    if own is None:
        return None
    trial = own / f"suite-try-{os.getpid()}"
    trial.mkdir()
    try:
        written = all(os.access(trial / name, os.W_OK) for name in ("memory.limit_in_bytes", "cgroup.procs"))
        return own if written and (trial / "memory.oom_control").exists() else None
    finally:
        trial.rmdir()


def _own_folder(mounts: str, groups: str, controller: str = "") -> Path | None:
    """Where our group lies, from the texts of `MOUNTS` and `OWN`: of cgroup v2, or of a controller of v1."""
    fields = (line.split(":", 2) for line in groups.splitlines())
    group = next((path for _, names, path in fields if controller in names.split(",")), None)
    wanted = "cgroup" if controller else "cgroup2"
    for line in mounts.splitlines():
        place, _, system = line.partition(" - ")
        root, point = place.split()[3:5]
        kind, _, options = system.split()[:3]
        fits = kind == wanted and (not controller or controller in options.split(","))
        if group is not None and fits and Path(group).is_relative_to(root):
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
