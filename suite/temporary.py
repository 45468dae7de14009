"""Temporary folders that are removed when their owner is gone, even if it was killed.

Each folder holds a file that its owner keeps locked. The kernel drops the lock when the owner ends, however that comes
about, so a folder whose lock is free belongs to nobody: the next command removes it with the processes that live in it.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from suite.endings import at_end, halt_if_ending
from suite.files import remove_tree

PREFIX = "nb-"
OWNER = "owner"
SOCKET_ROOT = Path("/tmp")  # noqa: S108 - a Unix socket's path has at most 107 bytes, so it can't lie under a deep TMPDIR
YOUNG_SECONDS = 60  # an empty folder may be about to get its lock
KILL_SECONDS = 5
HOMES = ("HOME", "TMPDIR")
"""Environment variables by which a sandbox tells its processes where their folders are."""

_held: dict[Path, int] = {}


@contextmanager
def open_temporary(kind: str, root: Path | None = None) -> Iterator[Path]:
    """A folder of this process, removed at the end of the block."""
    folder = _claim(kind, root or Path(tempfile.gettempdir()))
    try:
        yield folder
    finally:
        _discard(folder)


def socket_root() -> Path:
    """Where folders lie that hold Unix sockets."""
    return SOCKET_ROOT if SOCKET_ROOT.is_dir() else Path(tempfile.gettempdir())


def is_in_use(name: str) -> bool:
    """Whether there is a folder of that name; what is named after one, such as a control group, ends before it."""
    return any((root / name).exists() for root in (SOCKET_ROOT, Path(tempfile.gettempdir())))


def remove_leftovers() -> list[str]:
    """Remove this user's folders whose owners are gone, with their processes; returns the folders' names."""
    removed = []
    for root in {SOCKET_ROOT, Path(tempfile.gettempdir())}:
        for folder in sorted(root.glob(f"{PREFIX}*")):
            with suppress(OSError):
                if _remove_if_left(folder):
                    removed.append(folder.name)
    return removed


def _claim(kind: str, root: Path) -> Path:
    """Make a folder and lock it; another one if it was taken for a leftover before it was locked."""
    while True:
        halt_if_ending()
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{kind}-", dir=root))
        with suppress(FileNotFoundError, BlockingIOError):
            descriptor = _lock(folder / OWNER, os.O_CREAT)
            if (folder / OWNER).exists():
                os.write(descriptor, b"%d\n" % os.getpid())
                _held[folder] = descriptor
                return folder
            os.close(descriptor)


def _lock(path: Path, flags: int = 0) -> int:
    """Open a file and lock it; `BlockingIOError` if another process has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _discard(folder: Path) -> None:
    """Remove one of our folders; the lock goes last, so that whatever is left can still be told to be a leftover."""
    _empty(folder)
    descriptor = _held.pop(folder, None)
    if descriptor is not None:
        os.close(descriptor)


def _empty(folder: Path) -> None:
    """Remove a folder whose lock we hold."""
    with suppress(OSError):
        folder.chmod(0o700)
        for path in [each for each in folder.iterdir() if each.name != OWNER]:
            with suppress(OSError):
                if path.is_dir() and not path.is_symlink():
                    remove_tree(path)
                else:
                    path.unlink()
        if [path.name for path in folder.iterdir()] == [OWNER]:
            (folder / OWNER).unlink()
            folder.rmdir()


def _remove_if_left(folder: Path) -> bool:
    """Remove a folder if it is this user's and its owner is gone; whether it was."""
    status = folder.lstat()
    if status.st_uid != os.geteuid() or not folder.is_dir() or folder.is_symlink():
        return False
    if not (folder / OWNER).exists():
        if time.time() - status.st_mtime < YOUNG_SECONDS:
            return False
        folder.rmdir()  # a folder with contents and without a lock isn't ours to judge
        return True
    descriptor = _lock(folder / OWNER)
    try:
        _kill([process for process in psutil.process_iter() if _lives_in(process, folder)])
        _empty(folder)
    finally:
        os.close(descriptor)
    return True


def _lives_in(process: psutil.Process, folder: Path) -> bool:
    """Whether a process of this user was started for a run in that folder."""
    try:
        if process.pid == os.getpid() or process.uids().effective != os.geteuid():
            return False
        environment = process.environ()
    except (psutil.Error, OSError):
        return False
    return any(Path(environment.get(name, "/")).is_relative_to(folder) for name in HOMES)


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=KILL_SECONDS)


def _leave_nothing() -> None:
    """Kill everything that this process started, and remove its folders; twice, for what another thread just began."""
    for _ in range(2):
        _kill(psutil.Process().children(recursive=True))
        for folder in list(_held):
            _empty(folder)


at_end(_leave_nothing)
