"""The files of one submission, read once into memory from a folder or a single file; `archives` reads zips and tars.

No link is followed, and nothing is executed. Folders are entered one by one through their descriptors, so that none
can be replaced by a link meanwhile. What is too much or can't be read is refused as a whole, with the reason. Public:
`read_folder`, `read_file`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from suite.errors import SubmissionError
from suite.records import SourceFile, Text, text
from suite.text.untrusted import clean

IGNORED = ("__pycache__", "__MACOSX", "node_modules", "site-packages")
ENVIRONMENT_MARKS = {"pyvenv.cfg", "conda-meta"}
"""A folder that holds one of these is a virtual environment: the folders in it are left out."""
MAX_FILES = 1000  # more than that is a dataset or an environment, handed in by mistake
MAX_BYTES = 200 << 20
MAX_ENTRIES = 100_000  # files, folders and links, those that are left out included
MAX_DEPTH = 40  # folders in folders; the libraries that copy and remove folders call themselves once for each
MAX_NAME_BYTES = 255  # of Linux's file systems
MAX_PATH_BYTES = 3000  # Linux opens paths of 4095 bytes, and these lie some folders deep when they are run
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW


class RefusedError(SubmissionError):
    """What was handed in can't be read, or not all of it; `problem` says so in words."""

    def __init__(self, problem: Text) -> None:
        super().__init__(problem.key)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What was handed in."""

    files: tuple[SourceFile, ...]
    """Every file that was read."""
    links: tuple[str, ...] = ()
    """Paths of symbolic links and devices, which aren't read."""


def is_ignored(name: str) -> bool:
    """Whether a file or folder is left out for its name: hidden ones, caches, installed packages."""
    return name.startswith(".") or name in IGNORED


def read_file(path: Path, name: str) -> SourceFile:
    """Read a regular file through one descriptor, so that it can't be replaced by a device in between."""
    return _read_file(os.open(path, FILE), name, path.name, MAX_BYTES)


def read_folder(folder: Path) -> Contents:
    """Read a folder's files, without hidden ones, links, caches and virtual environments.

    Raises `RefusedError` where it holds too much, `OSError` where a part of it can't be read.
    """
    files: list[SourceFile] = []
    links: list[str] = []
    size = 0
    for place, entry, parent in _walk(folder):
        inner = (place / entry.name).as_posix()
        if not entry.is_file(follow_symlinks=False):
            links.append(inner)
            continue
        file = _read_file(os.open(entry.name, FILE, dir_fd=parent), inner, folder.name, MAX_BYTES - size)
        files.append(file)
        size += len(file.content)
        check_amount(folder.name, len(files), size)
    return Contents(files=tuple(sorted(files, key=lambda file: file.path)), links=tuple(sorted(links)))


def _read_file(descriptor: int, name: str, whole: str, most: int) -> SourceFile:
    """Read an open file of at most `most` bytes; `whole` is what it is a part of, for the refusal."""
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise RefusedError(text("no_regular_file", path=clean(name)))
        content = stream.read(most + 1)
    if len(content) > most or len(os.fsencode(name)) > MAX_PATH_BYTES:
        raise RefusedError(too_much_of(whole))
    return SourceFile(path=name, content=content)


def _walk(folder: Path) -> Iterator[tuple[PurePosixPath, os.DirEntry[str], int]]:
    """Every entry that is no folder and isn't left out, with path and descriptor of the folder that holds it."""
    descriptors: list[int] = []  # of the folders around the one at hand, and of that
    waiting = [PurePosixPath()]
    seen = 0
    try:
        while waiting:
            place = waiting.pop()
            while len(descriptors) > len(place.parts):
                os.close(descriptors.pop())
            outer = descriptors[-1] if descriptors else None
            descriptors.append(os.open(place.name or folder, FOLDER, dir_fd=outer))
            with os.scandir(descriptors[-1]) as entries:
                found = list(islice(entries, MAX_ENTRIES - seen + 1))
            seen += len(found)
            if seen > MAX_ENTRIES or len(place.parts) > MAX_DEPTH:
                raise RefusedError(too_much_of(folder.name))
            environment = place.parts and not ENVIRONMENT_MARKS.isdisjoint(entry.name for entry in found)
            for entry in sorted(found, key=lambda entry: entry.name):
                if is_ignored(entry.name):
                    continue
                if not entry.is_dir(follow_symlinks=False):
                    yield place, entry, descriptors[-1]
                elif not environment:
                    waiting.append(place / entry.name)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def check_amount(name: str, files: int, size: int) -> None:
    """Raise `RefusedError` for more than a submission may hold."""
    if files > MAX_FILES or size > MAX_BYTES:
        raise RefusedError(too_much_of(name))


def too_much_of(name: str) -> Text:
    """What is said of a submission that holds too much."""
    return text("too_much", path=clean(name), files=MAX_FILES, mebibytes=MAX_BYTES >> 20, depth=MAX_DEPTH)
