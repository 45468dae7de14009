"""The folder of a report: one command at a time writes there, and never over what somebody else put there.

A file in `.suite/` is locked as long as a command works on the folder, another lists every file that the suite wrote
with its hash. The kernel drops the lock of a command that was killed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from suite.errors import UsageError, Words
from suite.files import naming, remove_tree, write_atomically
from suite.records.evidence_json import FOLDER as EVIDENCE
from suite.text.untrusted import clean, listed

OWN = ".suite"
LOCK, WRITTEN, NEW = "lock", "written.json", "new-"
PAGES = "submissions"
PROBE_BYTES = 1 << 16
"""What must fit in before a class is run: a report of one submission is larger."""


@contextmanager
def hold(folder: Path) -> Iterator[Words | None]:
    """Have the folder for this command alone; found out before any work is done: whether it can be written.

    `UsageError` names the command that has it. The value is the command that had it and ended before its time; `None`
    if none did.
    """
    for place in (folder, folder / OWN, folder / EVIDENCE):
        with naming(place):
            place.mkdir(parents=True, exist_ok=True)
    with _locked(folder / OWN / LOCK, folder) as before:
        _remove_unfinished(folder)
        for place in (folder, folder / EVIDENCE, folder / OWN, *filter(Path.is_dir, [folder / PAGES])):
            with naming(place), tempfile.TemporaryFile(dir=place, buffering=0) as stream:
                _write_all(stream.fileno(), PROBE_BYTES)
        yield before


def holder_of(folder: Path) -> Words | None:
    """The command that works on the folder now; `None` if none does."""
    try:
        descriptor = os.open(folder / OWN / LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        if os.fstat(descriptor).st_size:  # what nobody works on isn't locked, so that nobody who begins finds it so
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _describe(folder / OWN / LOCK)
    finally:
        os.close(descriptor)
    return None


def refuse_others(folder: Path, names: Iterable[str], *, force: bool) -> None:
    """Raise `UsageError` if writing one of these files would overwrite what the suite didn't write."""
    written = _read_written(folder)
    others = [name for name in names if _is_foreign(folder / name, written.get(name, ()))]
    if others and not force:
        raise UsageError(
            "{folder} holds what the suite didn't write, or what was changed since: {shown}; nothing was "
            "overwritten: move it away, name another folder, or overwrite it with --force",
            folder=folder,
            shown=listed(others, 5),
        )


@contextmanager
def open_new(folder: Path) -> Iterator[Path]:
    """An empty folder for files that `move_in` then moves into the report's."""
    with naming(folder):
        (folder / OWN).mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=NEW, dir=folder / OWN))
    try:
        yield new
    finally:
        remove_tree(new)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a report's folder holds of an earlier writing."""

    folder: Path
    """The report's."""
    written: Mapping[str, Sequence[str]]
    """Hashes of what the suite wrote there, by name."""

    @classmethod
    def than(cls, new: Path) -> Earlier:
        """What lies where the files of a new folder will be moved to; nothing for a folder of another kind."""
        folder = new.parent.parent
        return cls(folder, _read_written(folder) if new.name.startswith(NEW) and new.parent.name == OWN else {})

    def holds(self, name: str, ending: bytes) -> bool:
        """Whether a file lies there as the suite wrote it, and ends so."""
        path = self.folder / name
        if name not in self.written or _is_foreign(path, self.written[name]) or not path.is_file():
            return False
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - len(ending)))
            return stream.read() == ending


def move_in(new: Path, folder: Path, *, force: bool) -> None:
    """Move every file of a new folder to the same place in the report's, each at once."""
    names = sorted(path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file())
    refuse_others(folder, names, force=force)
    before = _read_written(folder)
    hashes = {name: [_hash(new / name)] for name in names}
    _write_written(folder, before | {name: [*before.get(name, ()), *hashes[name]] for name in names})
    for name in names:
        with naming(folder / name):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).replace(folder / name)
    _write_written(folder, before | hashes)


@contextmanager
def _locked(path: Path, folder: Path) -> Iterator[Words | None]:
    """Hold the lock, with a line in its file that says who does; it stays where a command ended before its time."""
    with naming(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        try:
            with naming(path):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                "{folder} is in use by another command: {command}; wait until it has ended, or name another folder",
                folder=folder,
                command=_describe(path),
            ) from error
        before = _describe(path) if os.fstat(descriptor).st_size else None
        holder = {
            "process": os.getpid(),
            "host": platform.node(),
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
            "command": " ".join(["suite", *sys.argv[1:]]),
        }
        with naming(path):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield before
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _describe(path: Path) -> Words:
    """Who holds a lock, as far as its file says."""
    try:
        holder = json.loads(path.read_bytes())
        told = {name: clean(str(holder[name]), 200) for name in ("process", "host", "command")}
        since = clean(str(holder["since"]).replace("T", " "))  # a day and a time, where a moment is told as its day
    except (OSError, ValueError, KeyError, TypeError):
        return Words("it doesn't say which")
    return Words("process {process} on {host}, since {since} ({command})", since=since, **told)


def _remove_unfinished(folder: Path) -> None:
    """Remove what a command that was killed was writing; only the holder of the lock may."""
    for new in (folder / OWN).glob(f"{NEW}*"):
        remove_tree(new)
    for place in (folder / EVIDENCE, folder / OWN):
        for path in place.glob(".*.json.*"):
            with suppress(OSError):
                path.unlink()


def _is_foreign(path: Path, hashes: Iterable[str]) -> bool:
    """Whether something lies there that isn't as the suite wrote it."""
    if os.path.lexists(path.parent) and not path.parent.is_dir():
        return True
    if not os.path.lexists(path):
        return False
    try:
        return path.is_symlink() or not path.is_file() or _hash(path) not in hashes
    except OSError:
        return True


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_written(folder: Path) -> dict[str, list[str]]:
    """Every file that the suite wrote there with its hash, and with two while it is replaced."""
    try:
        document: Any = json.loads((folder / OWN / WRITTEN).read_bytes())
        return {str(name): [str(each) for each in hashes] for name, hashes in document["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _write_written(folder: Path, files: dict[str, list[str]]) -> None:
    write_atomically(folder / OWN / WRITTEN, json.dumps({"schema_version": 1, "files": files}).encode())


def _write_all(descriptor: int, size: int) -> None:
    """Write zeros; a file system may take less than it is given before it says that it is full."""
    while size > 0:
        size -= os.write(descriptor, bytes(size))
