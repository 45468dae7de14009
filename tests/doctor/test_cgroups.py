"""Control groups, read from the kernel's files as machines of each kind have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.doctor import Status
from suite.doctor.cgroups import Cgroups, judge_cgroups, read_cgroups
from tests.doctor.sentences import in_english

GIB = 1 << 30


def _machine(root: Path, group: str, mounts: str, **files: str) -> Path:
    """Lay down the kernel's files of a machine."""
    for path, content in {"proc/self/cgroup": group, "proc/self/mountinfo": mounts, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return root


V2_MOUNT = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n"
V2_OWN = "user.slice/user-1000.slice/user@1000.service"


@pytest.fixture
def v2(tmp_path: Path) -> Path:
    """A systemd user's group on cgroup v2, with limits further up."""
    top = "sys/fs/cgroup"
    files = {
        f"{top}/{V2_OWN}/cgroup.controllers": "cpu memory pids\n",
        f"{top}/{V2_OWN}/cpu.max": "max 100000\n",
        f"{top}/{V2_OWN}/memory.max": "max\n",
        f"{top}/user.slice/cpu.max": "150000 100000\n",
        f"{top}/user.slice/memory.max": f"{3 * GIB}\n",
        f"{top}/cgroup.controllers": "cpu io memory pids\n",
    }
    return _machine(tmp_path, f"0::/{V2_OWN}\n", V2_MOUNT, **files)


def test_cgroup_v2_delegated(v2: Path) -> None:
    """Where our group is ours to write, its controllers are; limits of the groups above bind as well."""
    cgroups = read_cgroups(v2, may_write=lambda path: path.is_relative_to(v2 / "sys/fs/cgroup" / V2_OWN))
    assert cgroups == Cgroups(
        version="v2",
        controllers=("cpu", "memory", "pids"),
        delegated=("cpu", "memory", "pids"),
        cpu_quota=1.5,
        memory_limit_bytes=3 * GIB,
    )
    assert judge_cgroups(cgroups).status is Status.GOOD


def test_cgroup_v2_not_delegated(v2: Path) -> None:
    """The folder alone isn't enough: processes must be movable within it."""
    cgroups = read_cgroups(v2, may_write=lambda path: path.name != "cgroup.procs")
    assert (cgroups.version, cgroups.controllers, cgroups.delegated) == ("v2", ("cpu", "memory", "pids"), ())
    assert "Delegate=yes" in in_english(judge_cgroups(cgroups))


def test_cgroup_hybrid(tmp_path: Path) -> None:
    """With v2 beside v1 the controllers and their limits are on v1."""
    mounts = (
        "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
        "35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
        "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd\n"
        "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
    )
    group = "4:memory:/docker/abc/inner\n2:cpu,cpuacct:/elsewhere\n1:name=systemd:/\n0::/\n"
    files = {
        "sys/fs/cgroup/unified/cgroup.controllers": "hugetlb\n",
        "sys/fs/cgroup/cpu/elsewhere/cpu.cfs_quota_us": "50000\n",
        "sys/fs/cgroup/cpu/elsewhere/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "sys/fs/cgroup/memory/inner/memory.limit_in_bytes": "9223372036854771712\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{GIB}\n",
    }
    cgroups = read_cgroups(_machine(tmp_path, group, mounts, **files))
    assert (cgroups.version, cgroups.cpu_quota, cgroups.memory_limit_bytes) == ("hybrid", 0.5, GIB)
    finding = judge_cgroups(cgroups)
    assert finding.status is Status.NOTE
    assert "Hybrid" in in_english(finding)
    assert "systemd.unified_cgroup_hierarchy=1" in in_english(finding)


def test_no_cgroups(tmp_path: Path) -> None:
    """A machine without them, or one that isn't Linux, has no limits of theirs."""
    cgroups = read_cgroups(tmp_path)
    assert (cgroups.version, cgroups.cpu_quota, cgroups.memory_limit_bytes) == ("none", None, None)
    assert "None are mounted" in in_english(judge_cgroups(cgroups))
