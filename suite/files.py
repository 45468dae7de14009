"""Writes files so that none is ever half written, names them safely, and removes folders however deep."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from suite.endings import at_end, halt_if_ending
from suite.errors import StorageError, Words

NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)

_unfinished: set[str] = set()


def write_atomically(path: Path, content: bytes | Iterable[bytes], *, durable: bool = False) -> None:
    """Write a file so that a reader or a crash sees the old one or the new one, never half.

    What comes in pieces is written piece by piece, so that it needn't be in memory as a whole. A durable one is on the
    disk when this returns, so that a power cut doesn't lose it either. What is no path of this machine is a place in
    object storage, which writes whole or not at all.
    """
    halt_if_ending()
    pieces = [content] if isinstance(content, bytes) else content
    if not isinstance(path, Path):
        _put(path, b"".join(pieces))
        return
    with naming(path):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        _unfinished.add(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.writelines(pieces)
                if durable:
                    stream.flush()
                    os.fsync(stream.fileno())
            os.chmod(name, 0o644)  # noqa: PTH101 - mkstemp gives 0600
            Path(name).replace(path)
            if durable:
                sync_folder(path.parent)
        except OSError:
            _remove(name)
            raise
        finally:
            _unfinished.discard(name)


def _put(place: Path, content: bytes) -> None:
    """Write into object storage; `StorageError` for whatever its package raises."""
    try:
        place.write_bytes(content)
    except Exception as error:
        raise StorageError(
            "{place} can't be written: {error}; see that it can be reached and run the same command again: it "
            "goes on where it stopped",
            place=place,
            error=error,
        ) from error


def sync_folder(folder: Path) -> None:
    """Have the disk know the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Have an error of the block name the path; `StorageError` where the disk is full or read-only."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            raise StorageError(storage_problem(error, path)) from error
        if error.errno is None:
            raise
        raise type(error)(error.errno, error.strerror, str(path)) from error


def storage_problem(error: OSError, path: str | Path | Words) -> Words:
    """What is said where a disk is full or read-only."""
    return Words(
        "{path} can't be written: {reason}; make room there and run the same command again: it goes on where it "
        "stopped",
        path=path,
        reason=error.strerror,
    )


def safe_name(name: str, most: int = 80) -> str:
    """A name that no system takes for a path or an option."""
    kept = "".join(char if char.isalnum() or char in " .-" else " " for char in name)
    return " ".join(kept.split()).strip(". -")[:most].strip() or "student"


def apart(names: Iterable[str]) -> list[str]:
    """The names, numbered where two are the same or differ in case alone."""
    taken: set[str] = set()
    found = []
    for wanted in names:
        name, count = wanted, 2
        while name.casefold() in taken:
            name, count = f"{wanted}-{count}", count + 1
        taken.add(name.casefold())
        found.append(name)
    return found


def hash_files(folder: Path, paths: Iterable[Path]) -> str:
    """SHA-256 of files of a folder with their paths in it, in any order."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(b"%b\0%b\0" % (path.relative_to(folder).as_posix().encode(), path.read_bytes()))
    return digest.hexdigest()


def let_others_read(folder: Path) -> None:
    """Let a worker that runs as another user read a folder and all that lies in it, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def remove_tree(folder: Path) -> None:
    """Remove a folder and all that lies in it, following no link; what can't be removed is left.

    A submission may nest folders deeper than a path can name or the stack can hold, so each folder that is found is
    first moved up to the top. Names are looked up in open folders only, of which there are never more than three.
    """
    with suppress(OSError), _open_folder(str(folder)) as top:
        waiting = _empty(top, top)
        while waiting:
            name = waiting.pop()
            with suppress(OSError):
                with _open_folder(name, top) as inner:
                    waiting += _empty(inner, top)
                os.rmdir(name, dir_fd=top)
    with suppress(OSError):
        folder.rmdir()


def _empty(folder: int, top: int) -> list[str]:
    """Remove a folder's files and move its folders to `top`; returns their new names."""
    moved: list[str] = []
    for name in os.listdir(folder):
        with suppress(OSError):
            if not stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode):
                os.remove(name, dir_fd=folder)
                continue
            with _open_folder(name, folder):  # only a folder that may be written can be moved
                new = f"{secrets.token_hex(8)}.removed"
            os.rename(name, new, src_dir_fd=folder, dst_dir_fd=top)
            moved.append(new)
    return moved


@contextmanager
def _open_folder(name: str, parent: int | None = None) -> Iterator[int]:
    """A descriptor of a folder, which is made readable and writable first."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        opened = os.open(name, flags, dir_fd=parent)
    except PermissionError:
        os.chmod(name, stat.S_IRWXU, dir_fd=parent)
        opened = os.open(name, flags, dir_fd=parent)
    try:
        os.fchmod(opened, stat.S_IRWXU)
        yield opened
    finally:
        os.close(opened)


def _remove(name: str) -> None:
    with suppress(OSError):
        os.unlink(name)  # noqa: PTH108 - as mkstemp names it


def _remove_unfinished() -> None:
    for name in list(_unfinished):
        _remove(name)


at_end(_remove_unfinished)
