"""Cores and memory that this process may use, and how many submissions they are enough for at a time."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from suite.doctor.cgroups import read_cgroups
from suite.doctor.diagnosis import Finding, Status
from suite.records import text

IN_USE = 4
"""Runs use about a quarter of their memory limit: 0.4 to 1 GiB of 4 GiB, the frameworks, which they share, included."""
MIB, GIB = 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """Cores of the machine, and how many of them this process may use."""

    machine: int
    """Logical cores."""
    affinity: int
    """Those that this process may run on."""
    quota: float | None
    """CPU limit of its control group, in cores; `None` without a limit."""

    @property
    def usable(self) -> int:
        """Whole cores that grading can really use, at least one."""
        return max(1, min(self.affinity, int(self.affinity if self.quota is None else self.quota)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Memory in bytes."""

    total: int
    """Memory of the machine."""
    available: int
    """Memory that is available now."""
    limit: int | None
    """Limit of the control group; `None` without a limit."""

    @property
    def usable(self) -> int:
        """Memory that grading can rely on."""
        return min(self.available, self.available if self.limit is None else self.limit)


def read_cores(quota: float | None) -> Cores:
    """Count the cores; `quota` is the limit of the control group."""
    machine = os.cpu_count() or 1
    affinity = len(os.sched_getaffinity(0)) if sys.platform == "linux" else machine
    return Cores(machine=machine, affinity=affinity, quota=quota)


def read_memory(limit: int | None) -> Memory:
    """Read the memory; `limit` is that of the control group."""
    memory = psutil.virtual_memory()
    return Memory(total=memory.total, available=memory.available, limit=limit)


def count_jobs(cores: Cores, memory: Memory, submission_mib: int) -> int:
    """How many submissions `suite grade` runs at a time by default: one a core, as far as the memory is enough.

    `submission_mib` is the most memory that one may use, of which it mostly takes a part.
    """
    return max(1, min(cores.usable, memory.usable * IN_USE // (submission_mib * MIB)))


def default_jobs(submission_mib: int) -> int:
    """The same for this machine as it is now."""
    cgroups = read_cgroups(Path("/"))
    return count_jobs(read_cores(cgroups.cpu_quota), read_memory(cgroups.memory_limit_bytes), submission_mib)


def judge_cores(cores: Cores) -> Finding:
    """Compare the usable cores with those of the machine."""
    said = [text("doctor_cores_usable", usable=cores.usable, machine=cores.machine)]
    if cores.affinity < cores.machine:
        said.append(text("doctor_cores_affinity", affinity=cores.affinity))
    if cores.quota is not None:
        said.append(text("doctor_cores_quota", quota=round(cores.quota, 2)))
    return Finding(
        name="cores",
        area="machine",
        title=text("doctor_cores"),
        status=Status.GOOD if cores.usable == cores.machine else Status.NOTE,
        said=tuple(said),
        facts={
            "machine": cores.machine,
            "affinity": cores.affinity,
            "quota": cores.quota,
            "usable": cores.usable,
        },
    )


def judge_memory(memory: Memory, submission_mib: int, jobs: int) -> Finding:
    """Compare the memory with what `jobs` submissions at a time may use, `submission_mib` each."""
    fit = memory.usable // (submission_mib * MIB)
    said = [text("doctor_memory_seen", total=_gib(memory.total), available=_gib(memory.available))]
    if memory.limit is not None:
        said.append(text("doctor_memory_limit", limit=_gib(memory.limit)))
    if fit < jobs:
        said.append(text("doctor_memory_tight", jobs=jobs, needed=_gib(jobs * submission_mib * MIB)))
    remedy = text("doctor_fewer_jobs", jobs=fit) if fit else text("doctor_free_memory")
    return Finding(
        name="memory",
        area="machine",
        title=text("doctor_memory"),
        status=Status.GOOD if fit >= jobs else Status.NOTE if fit else Status.WEAK,
        said=tuple(said),
        remedies=(remedy,) if fit < jobs else (),
        facts={
            "total_bytes": memory.total,
            "available_bytes": memory.available,
            "limit_bytes": memory.limit,
            "submission_bytes": submission_mib * MIB,
        },
    )


def _gib(count: int) -> float:
    return round(count / GIB, 1)
