"""Kernel settings, cores, memory and GPUs of machines other than this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.doctor import Status
from suite.doctor.capacity import Cores, Memory, count_jobs, default_jobs, judge_cores, judge_memory
from suite.doctor.devices import read_gpus
from suite.doctor.kernel import BLOCKING, UserNamespaces, judge_user_namespaces
from tests.doctor.sentences import in_english

GIB = 1 << 30


@pytest.mark.parametrize("setting", BLOCKING)
def test_kernel_settings_have_remedies(setting: str) -> None:
    """Each setting that forbids user namespaces is answered with the value that allows them."""
    forbids, allows = BLOCKING[setting]
    settings = dict.fromkeys(BLOCKING, None) | {setting: forbids}
    finding = judge_user_namespaces(UserNamespaces(supported=True, settings=settings, works=False, superuser=False))
    assert finding.status is Status.WEAK
    assert f"sudo sysctl -w {setting}={allows}" in in_english(finding)


def test_container_that_forbids_namespaces() -> None:
    """Settings that allow what the trial is refused point at the container."""
    settings = dict.fromkeys(BLOCKING, None)
    finding = judge_user_namespaces(UserNamespaces(supported=True, settings=settings, works=False, superuser=True))
    assert "seccomp=unconfined" in in_english(finding)


def test_fewer_cores_than_the_machine_has() -> None:
    """Affinity and quota count: a container with the time of 1.5 cores grades one at a time."""
    cores = Cores(machine=16, affinity=8, quota=1.5)
    memory = Memory(total=64 * GIB, available=60 * GIB, limit=None)
    assert (cores.usable, count_jobs(cores, memory, 4096)) == (1, 1)
    assert "1 of 16 can be used" in in_english(judge_cores(cores))


@pytest.mark.parametrize(("cores", "free", "jobs"), [(2, 60, 2), (64, 100, 64), (64, 10, 10), (4, 0, 1)])
def test_jobs_fit_cores_and_memory(cores: int, free: int, jobs: int) -> None:
    """One submission a core, each with a GiB; never none."""
    machine = Cores(machine=cores, affinity=cores, quota=None)
    memory = Memory(total=128 * GIB, available=free * GIB, limit=None)
    assert count_jobs(machine, memory, 4096) == jobs
    assert default_jobs(4096) >= 1


@pytest.mark.parametrize(
    ("free", "status", "word"), [(60, "good", "free"), (9, "note", "--jobs 2"), (3, "weak", "Close")]
)
def test_memory_for_the_submissions(free: int, status: str, word: str) -> None:
    """What so many submissions may use is compared with what is free."""
    finding = judge_memory(Memory(total=64 * GIB, available=free * GIB, limit=None), 4096, jobs=4)
    assert finding.status == status
    assert word in in_english(finding)


def test_gpus_without_a_framework(tmp_path: Path) -> None:
    """The program knows most; where it fails the driver's files name the model, else there are device files."""
    program = tmp_path / "bin" / "nvidia-smi"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'NVIDIA H200, 143771 MiB, 570.1'\n")
    program.chmod(0o755)
    (tmp_path / "dev").mkdir()
    for name in ("nvidia0", "nvidiactl"):
        (tmp_path / "dev" / name).touch()
    assert read_gpus(tmp_path, str(program.parent)) == ("NVIDIA H200, 143771 MiB, 570.1",)
    assert read_gpus(tmp_path, "") == ("/dev/nvidia0",)
    card = tmp_path / "proc/driver/nvidia/gpus/0000:01:00.0/information"
    card.parent.mkdir(parents=True)
    card.write_text("Model: \t\t NVIDIA A2\nIRQ: 1\n")
    program.write_text("#!/bin/sh\nexit 9\n")
    assert read_gpus(tmp_path, str(program.parent)) == ("NVIDIA A2",)
