"""How much of a disk a folder takes, whatever a submission makes of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from suite.records import Outcome, Text, text

BLOCK_BYTES = 512  # the unit of st_blocks, whatever the file system's own: stat(2)
MAX_DEPTH = 100  # an installed package reaches 20; each level keeps a folder open meanwhile
MAX_FILES = 100_000  # each look takes 0.2 s then, and others wait for it
MIB = 1 << 20
OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def judge_folder(folder: Path, limit_mib: int) -> tuple[Outcome, Text] | None:
    """The limit that a folder exceeds: on blocks, as sizes say nothing of what a file takes, on depth or on files.

    What can't be read is counted as nothing if it has vanished, and raises `OSError` otherwise.
    """
    blocks = 0
    for number, (depth, entry) in enumerate(_walk(folder)):
        blocks += entry.st_blocks
        if depth > MAX_DEPTH:
            return Outcome.LIMIT, text("disk_depth", limit=MAX_DEPTH)
        if number > MAX_FILES:
            return Outcome.LIMIT, text("disk_files", limit=MAX_FILES)
        if blocks * BLOCK_BYTES > limit_mib * MIB:
            return Outcome.LIMIT, text("disk_limit", limit=limit_mib)
    return None


def _walk(folder: Path) -> Iterator[tuple[int, os.stat_result]]:
    """Every entry with its depth, looked up in folders that stay open on the way down: no path is too long."""
    opened = [os.open(folder, OPEN)]
    names = [os.listdir(opened[-1])]  # noqa: PTH208 - a descriptor has no path
    try:
        while opened:
            if not names[-1]:
                os.close(opened.pop())
                names.pop()
                continue
            with suppress(FileNotFoundError, NotADirectoryError):
                name = names[-1].pop()
                entry = os.lstat(name, dir_fd=opened[-1])
                yield len(opened), entry
                if stat.S_ISDIR(entry.st_mode):
                    opened.append(os.open(name, OPEN, dir_fd=opened[-1]))
                    names.append(os.listdir(opened[-1]))  # noqa: PTH208
    finally:
        for descriptor in opened:
            os.close(descriptor)
