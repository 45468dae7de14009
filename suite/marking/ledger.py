"""The ledger: one file of JSON lines in a report's folder, to which lines are added and from which none is taken.

A line is written at once and is on the disk when `append` returns. A command that is killed while it writes leaves at
worst one line cut off, which nobody reads: the next line begins on its own.
"""

from __future__ import annotations

import errno
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from suite.files import naming, sync_folder
from suite.marking.entries import ADAPTER, AnyEntry, WithdrawalEntry

LEDGER = "ledger.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLedger:
    """All that was entered."""

    entries: tuple[AnyEntry, ...] = ()
    """In the order in which they were entered, without those that were withdrawn."""
    damaged: tuple[int, ...] = ()
    """Numbers of the lines that can't be read, from 1; not the last one if it was cut off."""
    cut_off: bool = False
    """Whether the last line was cut off while it was written."""


def read_ledger(folder: Path) -> ClassLedger:
    """The ledger of a report's folder; an empty one if there is no file."""
    try:
        with naming(folder / LEDGER):
            content = (folder / LEDGER).read_bytes()
    except FileNotFoundError:
        return ClassLedger()
    return parse(content)


def parse(content: bytes) -> ClassLedger:
    """The ledger in these bytes."""
    *lines, last = content.split(b"\n")
    read = {number: _read(line) for number, line in enumerate(lines, 1) if line.strip()}
    entries = [entry for entry in read.values() if entry is not None]
    withdrawn = {entry.entry for entry in entries if isinstance(entry, WithdrawalEntry)}
    return ClassLedger(
        entries=tuple(entry for entry in entries if entry.id not in withdrawn),
        damaged=tuple(number for number, entry in read.items() if entry is None),
        cut_off=bool(last.strip()),
    )


def append(folder: Path, *entries: AnyEntry) -> None:
    """Add entries, all or none; they are on the disk when this returns. Any number of commands may do so at once."""
    path = folder / LEDGER
    lines = b"".join(entry.model_dump_json().encode() + b"\n" for entry in entries)
    if not lines:
        return
    with naming(path):
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _write(descriptor, lines)
        finally:
            os.close(descriptor)
        if is_new:
            sync_folder(folder)


def copy_ledger(folder: Path, target: Path) -> None:
    """Add to the ledger of another folder what it lacks of this one's; nothing if the two are one."""
    known = {entry.id for entry in read_ledger(target).entries}
    append(target, *(entry for entry in read_ledger(folder).entries if entry.id not in known))


def _read(line: bytes) -> AnyEntry | None:
    try:
        return ADAPTER.validate_json(line)
    except ValidationError:
        return None


def _write(descriptor: int, lines: bytes) -> None:
    """Write behind what is there; a disk on which the lines don't fit is left as it was."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        lines = b"\n" + lines
    try:
        is_whole = os.write(descriptor, lines) == len(lines)
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise
    if not is_whole:
        os.ftruncate(descriptor, size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
