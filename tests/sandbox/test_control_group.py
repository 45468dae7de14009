"""Control groups of version 2, as far as this machine hands any down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from suite import temporary
from suite.assignments import Limits, load
from suite.records import Outcome
from suite.sandbox import control_group as group
from tests.conftest import ROOT

MOUNTS = "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n24 1 8:1 / / rw - ext4 /dev/vda rw\n"


@pytest.fixture
def limits() -> Limits:
    return load("stacked_rnn", ROOT / "reference").limits


def test_our_own_group_is_found() -> None:
    """The group's path is joined to where cgroup v2 is mounted, less the part that the mount leaves out."""
    assert group._own_folder(MOUNTS, "0::/user.slice/x.scope\n") == Path("/sys/fs/cgroup/user.slice/x.scope")
    inside = MOUNTS.replace(" / /sys", " /docker/7 /sys")
    assert group._own_folder(inside, "0::/docker/7/a\n") == Path("/sys/fs/cgroup/a")
    assert group._own_folder(MOUNTS, "8:pids:/\n") is None
    assert group._own_folder("", "0::/\n") is None


def test_limits_are_written_where_the_controllers_are(tmp_path: Path, limits: Limits) -> None:
    """Each limit goes to its file, and a file that the kernel doesn't offer isn't made."""
    for name in ("memory.max", "memory.oom.group", "pids.max"):
        (tmp_path / name).touch()
    group.ControlGroup(tmp_path, limits)
    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    tasks = limits.processes + limits.threads
    assert written == {"memory.max": str(limits.memory_mib << 20), "memory.oom.group": "1", "pids.max": str(tasks)}


def test_a_kill_for_memory_is_told(tmp_path: Path, limits: Limits) -> None:
    """The kernel's own count of kills decides."""
    made = group.ControlGroup(tmp_path, limits)
    assert made.breach() is None
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 12\noom 1\noom_kill 0\n")
    assert made.breach() is None
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 12\noom 1\noom_kill 3\n")
    breach = made.breach()
    assert breach is not None
    assert breach[0] is Outcome.MEMORY


def test_groups_of_killed_runs_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those whose folder is gone, and no others."""
    monkeypatch.setattr(group, "delegated", lambda: tmp_path)
    monkeypatch.setattr(temporary, "SOCKET_ROOT", tmp_path / "tmp")
    elsewhere = f"nb-run-elsewhere.{os.getpid()}"
    for name in ("nb-run-dead", "nb-run-living", elsewhere, "grader", "tmp/nb-run-living"):
        (tmp_path / name).mkdir(parents=True)
    assert group.remove_leftovers() == ["nb-run-dead"]
    assert {path.name for path in tmp_path.iterdir()} == {"nb-run-living", elsewhere, "grader", "tmp"}


def test_a_group_ends_with_all_that_is_in_it(monkeypatch: pytest.MonkeyPatch, limits: Limits) -> None:
    """On the real file system: a process that was taken in, and its child, end with the group."""
    own = group._own_folder(group.MOUNTS.read_text(), group.OWN.read_text())
    offered = (own / "cgroup.controllers").read_text().split() if own else []
    monkeypatch.setattr(group, "CONTROLLERS", offered[:1])
    group.delegated.cache_clear()
    if group.delegated() is None:
        pytest.skip("cgroup v2 isn't delegated to this process")
    try:
        with group.open_group("nb-test", limits) as made:
            assert made is not None
            script = "import subprocess, sys; input(); subprocess.run(['sleep', '60'])"
            process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE)
            made.adopt(process.pid)
            process.stdin.write(b"\n")
            process.stdin.close()
        assert process.wait(timeout=5) == -9
    finally:
        group.delegated.cache_clear()
