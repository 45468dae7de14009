"""Control groups: which version, which parts we may write, and which limits already apply to this process.

Sources: the manual page cgroups(7) and the kernel's Documentation/admin-guide/cgroup-v2.rst, "Delegation".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, TypeVar

from suite.doctor.diagnosis import Finding, Status
from suite.records import text

Number = TypeVar("Number", int, float)
NO_LIMIT_BYTES = 1 << 60  # v1 writes "no limit" as the largest multiple of a page that fits a signed 64-bit number
DELEGATION_FILES = ("cgroup.procs", "cgroup.subtree_control")
WANTED = ("memory", "pids")
UNIFIED = ""  # the controllers' field of a v2 line in /proc/self/cgroup is empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Cgroups:
    """The control groups of this process."""

    version: Literal["v2", "hybrid", "v1", "none"]
    """`hybrid`: both are mounted, and the controllers are on v1."""
    controllers: tuple[str, ...]
    """Controllers of v2 that our group has."""
    delegated: tuple[str, ...]
    """Controllers that we may use in child groups of our own."""
    cpu_quota: float | None
    """CPU limit of our group, in cores; `None` without a limit."""
    memory_limit_bytes: int | None
    """Memory that our group may use; `None` without a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mount:
    """A line of /proc/self/mountinfo."""

    kind: str
    root: str
    point: str
    options: tuple[str, ...]


def read_cgroups(root: Path, may_write: Callable[[Path], bool] | None = None) -> Cgroups:
    """Read what the kernel says about this process; `root` contains proc and sys."""
    own = _own_groups(root / "proc/self/cgroup")
    mounts = list(_mounts(root / "proc/self/mountinfo"))
    unified = next((mount for mount in mounts if mount.kind == "cgroup2"), None)
    old = {name: mount for mount in mounts if mount.kind == "cgroup" for name in mount.options if name in own}
    old = {name: mount for name, mount in old.items() if not name.startswith("name=")}
    folders = {name: _lineage(root, mount, own[name]) for name, mount in old.items()}
    if unified and UNIFIED in own:
        folders[UNIFIED] = _lineage(root, unified, own[UNIFIED])
    ours = folders.get(UNIFIED, ())
    controllers = tuple(_read(ours[0] / "cgroup.controllers").split()) if ours else ()
    writes = may_write or _may_write
    delegated = bool(ours) and all(writes(path) for path in (ours[0], *(ours[0] / name for name in DELEGATION_FILES)))
    return Cgroups(
        version=("hybrid" if old else "v2") if ours else ("v1" if old else "none"),
        controllers=controllers,
        delegated=controllers if delegated else (),
        cpu_quota=_least(_cpu_quota(folder) for folder in folders.get("cpu", ours)),
        memory_limit_bytes=_least(_memory_limit(folder) for folder in folders.get("memory", ours)),
    )


def judge_cgroups(cgroups: Cgroups) -> Finding:
    """Say whether the kernel can enforce limits for us, or whether the suite must watch usage itself."""
    delegated = all(name in cgroups.delegated for name in WANTED)
    listed = ", ".join(cgroups.delegated) or "–"
    said = {
        "v2": text("doctor_cgroups_v2", delegated=listed),
        "hybrid": text("doctor_cgroups_hybrid"),
        "v1": text("doctor_cgroups_v1"),
        "none": text("doctor_cgroups_none"),
    }[cgroups.version]
    remedies = {"v2": (text("doctor_get_delegation"),), "none": ()}.get(
        cgroups.version, (text("doctor_get_cgroups_v2"),)
    )
    return Finding(
        name="cgroups",
        area="isolation",
        title=text("doctor_cgroups"),
        status=Status.GOOD if delegated else Status.NOTE,
        said=(said,) if delegated else (said, text("doctor_limits_watched")),
        remedies=() if delegated else remedies,
        facts={
            "version": cgroups.version,
            "controllers": cgroups.controllers,
            "delegated": cgroups.delegated,
            "cpu_quota_cores": cgroups.cpu_quota,
            "memory_limit_bytes": cgroups.memory_limit_bytes,
        },
    )


def _own_groups(path: Path) -> Mapping[str, str]:
    """Our group in each hierarchy, by controller; the key for v2 is `UNIFIED`."""
    lines = (line.split(":", 2) for line in _read(path).splitlines())
    return {name: fields[2] for fields in lines for name in fields[1].split(",")}


def _mounts(path: Path) -> Iterator[_Mount]:
    for line in _read(path).splitlines():
        place, _, system = line.partition(" - ")
        kind, _, options = system.split(" ", 2)
        yield _Mount(kind=kind, root=place.split()[3], point=place.split()[4], options=tuple(options.split(",")))


def _lineage(root: Path, mount: _Mount, group: str) -> Sequence[Path]:
    """Folders of our group and its parent groups, as far as they are mounted here."""
    top = root / mount.point.lstrip("/")
    inside = PurePosixPath(group)
    if ".." in inside.parts or not inside.is_relative_to(mount.root):
        return (top,)  # outside what a container can see
    own = top / inside.relative_to(mount.root)
    return tuple(folder for folder in (own, *own.parents) if folder.is_relative_to(top))


def _cpu_quota(folder: Path) -> float | None:
    """CPU limit in cores, from `cpu.max` (v2) or the CFS files (v1)."""
    quota, _, period = _read(folder / "cpu.max").strip().partition(" ")
    if not quota:
        quota, period = (_read(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period"))
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() else None


def _memory_limit(folder: Path) -> int | None:
    """Memory limit in bytes, from `memory.max` (v2) or `memory.limit_in_bytes` (v1)."""
    limit = (_read(folder / "memory.max") or _read(folder / "memory.limit_in_bytes")).strip()
    return int(limit) if limit.isdigit() and int(limit) < NO_LIMIT_BYTES else None


def _least(limits: Iterator[Number | None]) -> Number | None:
    """The smallest limit; `None` without any."""
    return min((limit for limit in limits if limit is not None), default=None)


def _read(path: Path) -> str:
    """A file's text; empty if it is missing or we may not read it."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK)
