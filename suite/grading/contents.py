"""The files of one submission, read once into memory from a folder, a zip or a single file.

Nothing is unpacked on the disk, no link is followed, and nothing is executed. Folders are entered one by one through
their descriptors, so that none can be replaced by a link meanwhile. What is too much, damaged or dangerous is refused
as a whole, with the reason. Public: `read_folder`, `read_file`, `read_zip`.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
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
ENCRYPTED = 0x1 | 0x40 | 0x2000  # a zip entry's flags: encrypted, strongly encrypted, its header hidden
UTF8_NAME = 0x800
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # Python unpacks the others without a limit
ZIP_ENTRY = b"PK\x01\x02"


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
        _check_amount(folder.name, len(files), size)
    return Contents(files=tuple(sorted(files, key=lambda file: file.path)), links=tuple(sorted(links)))


def _read_file(descriptor: int, name: str, whole: str, most: int) -> SourceFile:
    """Read an open file of at most `most` bytes; `whole` is what it is a part of, for the refusal."""
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise RefusedError(text("no_regular_file", path=clean(name)))
        content = stream.read(most + 1)
    if len(content) > most or len(os.fsencode(name)) > MAX_PATH_BYTES:
        raise RefusedError(_too_much(whole))
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
                raise RefusedError(_too_much(folder.name))
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


def read_zip(name: str, content: bytes) -> Contents:
    """Unpack a zip in memory, as `read_folder` reads a folder; `RefusedError` if it isn't sound.

    Paths that lead outside, encrypted entries, paths that stand in it twice and announced sizes above the limits
    are refused; no more is unpacked of an entry than it announces.
    """
    if content.count(ZIP_ENTRY) > MAX_ENTRIES:
        raise RefusedError(_too_much(name))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _unpack(name, archive)
    except RefusedError:
        raise
    except Exception as error:
        reason = clean(str(error) or type(error).__name__)
        raise RefusedError(text("zip_damaged", file=clean(name), reason=reason)) from error


def _unpack(name: str, archive: zipfile.ZipFile) -> Contents:
    """The contents of an open zip."""
    kept = list(_entries(name, archive))
    regular = {path: entry for path, entry in kept if stat.S_IFMT(entry.external_attr >> 16) in (0, stat.S_IFREG)}
    links = tuple(path for path, _ in kept if path not in regular)
    parents = {str(parent) for path, _ in kept for parent in PurePosixPath(path).parents}
    if len({path for path, _ in kept}) < len(kept) or parents & {path for path, _ in kept}:
        raise RefusedError(text("zip_twice", file=clean(name)))
    _check_amount(name, len(regular), sum(entry.file_size for entry in regular.values()))
    if any(entry.flag_bits & ENCRYPTED for entry in regular.values()):
        raise RefusedError(text("zip_encrypted", file=clean(name)))
    if any(entry.compress_type not in COMPRESSIONS for entry in regular.values()):
        raise zipfile.BadZipFile("neither stored nor deflated")
    files = [SourceFile(path=path, content=_read_entry(archive, entry)) for path, entry in sorted(regular.items())]
    return Contents(files=tuple(files), links=links)


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry, whose size was checked; `BadZipFile` where they don't have the announced checksum."""
    with archive.open(entry) as stream:
        return stream.read(entry.file_size + 1)  # without a size zipfile would unpack first and cut then


def _entries(name: str, archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """(path, entry) of everything but folders and what a folder's reading leaves out, too."""
    entries = [(_zip_path(name, entry), entry) for entry in archive.infolist()]
    environments = {path.parts[: place + 1] for path, _ in entries for place in _marks(path.parts)}
    for path, entry in entries:
        outer = (path.parts[:length] for length in range(1, len(path.parts) - 1))
        if (
            path.parts
            and not entry.filename.endswith(("/", "\\"))
            and not any(map(is_ignored, path.parts))
            and environments.isdisjoint(outer)
        ):
            yield str(path), entry


def _marks(parts: tuple[str, ...]) -> Iterable[int]:
    """Positions in a path of the folders that its next part marks as virtual environments."""
    return (place for place, part in enumerate(parts[1:]) if part in ENVIRONMENT_MARKS)


def _zip_path(name: str, entry: zipfile.ZipInfo) -> PurePosixPath:
    """An entry's path; names by Windows and names in UTF-8 that aren't marked so are understood."""
    written = entry.filename
    if not entry.flag_bits & UTF8_NAME:
        with suppress(UnicodeError):
            written = written.encode("cp437").decode("utf-8")
    path = PurePosixPath(written.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.fullmatch(r"[A-Za-z]:", "".join(path.parts[:1])):
        raise RefusedError(text("zip_outside", file=clean(name), path=clean(written)))
    lengths = [len(os.fsencode(part)) for part in path.parts]
    if len(path.parts) > MAX_DEPTH or max(lengths, default=0) > MAX_NAME_BYTES or sum(lengths) > MAX_PATH_BYTES:
        raise RefusedError(_too_much(name))
    return path


def _check_amount(name: str, files: int, size: int) -> None:
    """Raise `RefusedError` for more than a submission may hold."""
    if files > MAX_FILES or size > MAX_BYTES:
        raise RefusedError(_too_much(name))


def _too_much(name: str) -> Text:
    """What is said of a submission that holds too much."""
    return text("too_much", path=clean(name), files=MAX_FILES, mebibytes=MAX_BYTES >> 20, depth=MAX_DEPTH)
