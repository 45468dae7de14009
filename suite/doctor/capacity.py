"""Cores and memory, as far as this process may use them, and for how many submissions at a time they are enough."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

import psutil

from suite.doctor.diagnosis import Finding, Status
from suite.records import text

MOST_JOBS = 4  # as `suite grade` without --jobs
MIB, GIB = 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """Cores of the machine, and how many of them this process may use."""

    machine: int
    """Logical cores."""
    affinity: int
    """Those that this process may run on."""
    quota: float | None
    """Cores' worth of time that its control group may use; `None` without a limit."""

    @property
    def usable(self) -> int:
        """Whole cores that are really there for grading, at least one."""
        return max(1, min(self.affinity, int(self.affinity if self.quota is None else self.quota)))

    @property
    def jobs(self) -> int:
        """Submissions at a time that `suite grade` takes by default."""
        return min(self.machine, MOST_JOBS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Memory in bytes."""

    total: int
    """The machine's."""
    available: int
    """What can be had now."""
    limit: int | None
    """What the control group may use; `None` without a limit."""

    @property
    def usable(self) -> int:
        """What grading can count on."""
        return min(self.available, self.available if self.limit is None else self.limit)


def read_cores(quota: float | None) -> Cores:
    """Count the cores; `quota` is that of the control group."""
    machine = os.cpu_count() or 1
    affinity = len(os.sched_getaffinity(0)) if sys.platform == "linux" else machine
    return Cores(machine=machine, affinity=affinity, quota=quota)


def read_memory(limit: int | None) -> Memory:
    """Ask for the memory; `limit` is that of the control group."""
    memory = psutil.virtual_memory()
    return Memory(total=memory.total, available=memory.available, limit=limit)


def suggest_jobs(cores: Cores, memory: Memory, submission_mib: int) -> int:
    """Submissions at a time that fit the cores and the memory."""
    return max(1, min(cores.jobs, cores.usable, memory.usable // (submission_mib * MIB)))


def judge_cores(cores: Cores) -> Finding:
    """Compare what there is with what `suite grade` would take."""
    said = [text("doctor_cores_usable", usable=cores.usable, machine=cores.machine)]
    if cores.affinity < cores.machine:
        said.append(text("doctor_cores_affinity", affinity=cores.affinity))
    if cores.quota is not None:
        said.append(text("doctor_cores_quota", quota=round(cores.quota, 2)))
    tight = cores.usable < cores.jobs
    return Finding(
        name="cores",
        area="machine",
        title=text("doctor_cores"),
        status=Status.WEAK if tight else Status.GOOD,
        said=tuple(said),
        remedies=(text("doctor_fewer_jobs", jobs=cores.usable),) if tight else (),
        facts={
            "machine": cores.machine,
            "affinity": cores.affinity,
            "quota": cores.quota,
            "usable": cores.usable,
        },
    )


def judge_memory(memory: Memory, submission_mib: int, jobs: int) -> Finding:
    """Compare it with what so many submissions may use at a time, `submission_mib` each."""
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
