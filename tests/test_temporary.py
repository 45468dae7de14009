"""Temporary folders: a killed owner's are removed with their processes, a living one's never."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from suite import temporary
from suite.temporary import OWNER, open_temporary, remove_leftovers
from tests.conftest import ROOT

HOLD = """
import subprocess, sys
from pathlib import Path
from suite.temporary import open_temporary
with open_temporary("run", Path(sys.argv[1])) as folder:
    (folder / "some" / "files").mkdir(parents=True)
    (folder / "some" / "files" / "of it").write_text("x")
    home = {"HOME": str(folder / "home")}
    child = subprocess.Popen(["sleep", "60"], env=home, start_new_session=True, stdout=subprocess.DEVNULL)
    print(folder, child.pid, flush=True)
    input()
"""


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Only folders under this one are looked at."""
    monkeypatch.setattr(temporary, "SOCKET_ROOT", tmp_path)
    monkeypatch.setattr(temporary.tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def owner(root: Path) -> Iterator[tuple[subprocess.Popen[str], Path, int]]:
    """Another process with a folder, and a process that lives in it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with process:
        assert process.stdout is not None
        folder, child = process.stdout.readline().split()
        yield process, Path(folder), int(child)
        process.kill()
    if Path("/proc", child).exists():
        os.kill(int(child), signal.SIGKILL)


def test_a_folder_ends_with_its_block(root: Path) -> None:
    with open_temporary("run") as folder:
        (folder / "deep" / "er").mkdir(parents=True)
        assert folder.parent == root
        assert remove_leftovers() == []
    assert list(root.iterdir()) == []


def test_a_living_owner_keeps_its_folder(owner: tuple[subprocess.Popen[str], Path, int]) -> None:
    """With everything in it."""
    _, folder, child = owner
    assert remove_leftovers() == []
    assert (folder / "some" / "files" / "of it").exists()
    assert Path("/proc", str(child)).exists()


@pytest.mark.slow
def test_a_killed_owner_leaves_nothing(owner: tuple[subprocess.Popen[str], Path, int]) -> None:
    """Neither folder nor process; the next command removes both."""
    process, folder, child = owner
    process.kill()
    process.wait()
    assert remove_leftovers() == [folder.name]
    assert not folder.exists()
    state = Path("/proc", str(child), "stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"
    assert remove_leftovers() == []


def test_a_signal_leaves_nothing(root: Path) -> None:
    """Not even what another thread begins when the first thing that it waited for is killed."""
    script = """
import subprocess, sys, threading, time
from pathlib import Path
from suite import endings
from suite.temporary import open_temporary
endings.catch_signals()

def again():
    while True:
        with open_temporary("run", Path(sys.argv[1])) as folder:
            (folder / "file").touch()
            subprocess.run(["sleep", "60"], stdout=subprocess.DEVNULL)

for _ in range(4):
    threading.Thread(target=again, daemon=True).start()
while len(list(Path(sys.argv[1]).glob("nb-*/file"))) < 4:
    time.sleep(0.01)
print("ready", flush=True)
time.sleep(60)
"""
    command = [sys.executable, "-c", script, str(root)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        children = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 128 + signal.SIGTERM
    assert list(root.iterdir()) == []
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)


def test_what_has_no_lock_is_left_alone(root: Path) -> None:
    """It may be somebody else's; but an empty one that is old was never used."""
    for name in ("nb-full", "nb-young", "nb-old", "nb-linked"):
        (root / name).mkdir()
    (root / "nb-full" / "file").touch()
    os.utime(root / "nb-old", (0, 0))
    (root / "nb-link").symlink_to(root / "nb-linked")
    (root / "nb-linked" / OWNER).symlink_to(root / "nb-full" / "file")
    (root / "nb-file").touch()
    assert remove_leftovers() == ["nb-old"]
    assert {path.name for path in root.iterdir()} == {"nb-full", "nb-young", "nb-linked", "nb-link", "nb-file"}


def test_another_users_is_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "nb-theirs").mkdir()
    (root / "nb-theirs" / OWNER).touch()
    monkeypatch.setattr(temporary.os, "geteuid", lambda: os.getuid() + 1)
    assert remove_leftovers() == []
    monkeypatch.undo()


def test_a_half_removed_folder_is_removed_next_time(root: Path) -> None:
    """The lock is removed last."""
    folder = root / "nb-run-half"
    folder.mkdir()
    (folder / OWNER).touch()
    assert remove_leftovers() == [folder.name]
