"""Zips and tars as files in memory: one submission's, or a class's, of which each submission is read by itself.

No archive is unpacked into a folder, no link is followed, and no more is unpacked of an entry than it announces. What
is damaged or dangerous is refused as a whole, with the reason. Public: `read_archive`, `open_members`, `unpack`,
`is_archive`, `Member`.
"""

from __future__ import annotations

import bz2
import gzip
import io
import mmap
import os
import re
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Literal, TypeAlias

from suite.grading.contents import (
    ENVIRONMENT_MARKS,
    FILE,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_NAME_BYTES,
    MAX_PATH_BYTES,
    Contents,
    RefusedError,
    check_amount,
    is_ignored,
    too_much_of,
)
from suite.records import SourceFile, text
from suite.text.untrusted import clean

ENCRYPTED = 0x1 | 0x40 | 0x2000  # a zip entry's flags: encrypted, strongly encrypted, its header hidden
UTF8_NAME = 0x800
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # Python unpacks the others without a limit
ZIP_ENTRY = b"PK\x01\x02"
TARS = (".tar", ".tgz", ".tbz", ".tbz2", ".tar.gz", ".tar.bz2")
"""What a tar that is read ends in; of the other kinds Python can't limit the memory that unpacking takes."""
GZIP, BZIP2 = b"\x1f\x8b", b"BZh"
MAX_TAR_BYTES = MAX_BYTES + (16 << 20)  # headers of 512 bytes and padding
MAX_CLASS_BYTES = 8 << 30
IN_MEMORY = 16 << 20  # a larger tar is unpacked into a file without a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An entry of an archive."""

    path: PurePosixPath
    """Its path, which doesn't lead out of the archive."""
    kind: Literal["file", "folder", "link"]
    """What it is; devices count as links."""
    size: int
    """Its announced size."""
    read: Callable[[], bytes]
    """Its bytes, at most as many as announced."""


Entries: TypeAlias = Iterator[tuple[str, Callable[[], Member]]]
"""Each entry's name as it is written, and what makes it a member or refuses its path."""


def is_archive(name: str) -> bool:
    """Whether a file of this name is an archive that is read here."""
    return name.strip().lower().endswith((".zip", *TARS))


def read_archive(name: str, content: bytes) -> Contents:
    """The files of one submission's zip or tar, as `read_folder` reads a folder; `RefusedError` if it isn't sound.

    Paths that lead outside, encrypted entries, paths that stand in it twice and announced sizes above the limits
    are refused.
    """
    with _as_refusal(name), _open(name, io.BytesIO(content), content, MAX_TAR_BYTES) as entries:
        return unpack(name, [make() for _, make in entries])


@contextmanager
def open_members(path: Path) -> Iterator[tuple[list[Member], list[str]]]:
    """The entries of a class's archive, which `unpack` reads, and the names of those whose paths are refused.

    `RefusedError` if it can't be opened.
    """
    with ExitStack() as stack:
        with _as_refusal(path.name):
            stream = stack.enter_context(os.fdopen(os.open(path, FILE), "rb"))
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise RefusedError(text("no_regular_file", path=clean(path.name)))
            mapped = stack.enter_context(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
            members: list[Member] = []
            refused: list[str] = []
            for written, make in stack.enter_context(_open(path.name, stream, mapped, MAX_CLASS_BYTES)):
                try:
                    members.append(make())
                except RefusedError:
                    refused.append(written)
            if sum(member.size for member in members) > MAX_CLASS_BYTES:
                raise RefusedError(text("class_too_large", file=clean(path.name), gibibytes=MAX_CLASS_BYTES >> 30))
        yield members, refused


def unpack(name: str, members: Iterable[Member], top: PurePosixPath = PurePosixPath()) -> Contents:  # noqa: B008
    """The files below a folder of an archive, or the file `top` itself; `RefusedError` if they are too much."""
    inside = [(member.path.relative_to(top), member) for member in members if member.path.is_relative_to(top)]
    themselves = [member for path, member in inside if not path.parts and member.kind != "folder"]
    if themselves and len(inside) == 1:
        inside = [(PurePosixPath(top.name), themselves[0])]
    kept = list(_kept(inside))
    parents = {str(parent) for path, _ in kept for parent in PurePosixPath(path).parents}
    twice = len({path for path, _ in kept}) < len(kept) or parents & {path for path, _ in kept}
    if twice or (themselves and len(inside) > 1):
        raise RefusedError(text("zip_twice", file=clean(name)))
    regular = {path: member for path, member in kept if member.kind == "file"}
    check_amount(name, len(regular), sum(member.size for member in regular.values()))
    with _as_refusal(name):
        files = tuple(SourceFile(path=path, content=member.read()) for path, member in sorted(regular.items()))
    return Contents(files=files, links=tuple(path for path, _ in kept if path not in regular))


@contextmanager
def _as_refusal(name: str) -> Iterator[None]:
    """Have whatever reading an archive raises refuse it."""
    try:
        yield
    except (RefusedError, OSError) as error:
        if isinstance(error, RefusedError) or error.errno is not None:
            raise
        raise RefusedError(text("zip_damaged", file=clean(name), reason=clean(str(error)))) from error
    except Exception as error:
        reason = clean(str(error) or type(error).__name__)
        raise RefusedError(text("zip_damaged", file=clean(name), reason=reason)) from error


@contextmanager
def _open(name: str, stream: IO[bytes], content: bytes | mmap.mmap, most: int) -> Iterator[Entries]:
    """The entries of an open archive, of at most `most` bytes where it is a tar."""
    if name.strip().lower().endswith(TARS):
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as plain:
            _unpack_tar(name, stream, plain, most)
            with tarfile.open(fileobj=plain, mode="r:") as tar:
                yield _tar_entries(name, tar)
        return
    if _count(content, ZIP_ENTRY, MAX_ENTRIES + 1) > MAX_ENTRIES:
        raise RefusedError(too_much_of(name))
    with zipfile.ZipFile(stream) as archive:
        yield ((entry.filename, partial(_zip_member, name, archive, entry)) for entry in archive.infolist())


def _count(content: bytes | mmap.mmap, mark: bytes, most: int) -> int:
    """How often a mark occurs, at most `most` times."""
    place, found = content.find(mark), 0
    while place >= 0 and found < most:
        found += 1
        place = content.find(mark, place + len(mark))
    return found


def _zip_member(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member:
    """An entry of a zip; names by Windows and names in UTF-8 that aren't marked so are understood."""
    written = entry.filename
    if not entry.flag_bits & UTF8_NAME:
        with suppress(UnicodeError):
            written = written.encode("cp437").decode("utf-8")
    regular = stat.S_IFMT(entry.external_attr >> 16) in (0, stat.S_IFREG)
    folder = entry.filename.endswith(("/", "\\"))
    return Member(
        path=_inner_path(name, written.replace("\\", "/")),
        kind="folder" if folder else "file" if regular else "link",
        size=entry.file_size,
        read=partial(_read_zip_entry, name, archive, entry),
    )


def _read_zip_entry(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry, whose size was checked; `BadZipFile` where they don't have the announced checksum."""
    if entry.flag_bits & ENCRYPTED:
        raise RefusedError(text("zip_encrypted", file=clean(name)))
    if entry.compress_type not in COMPRESSIONS:
        raise zipfile.BadZipFile("neither stored nor deflated")
    with archive.open(entry) as stream:
        return stream.read(entry.file_size + 1)  # without a size zipfile would unpack first and cut then


def _unpack_tar(name: str, stream: IO[bytes], plain: IO[bytes], most: int) -> None:
    """Write an archive without its compression, as far as it isn't too much."""
    head = stream.read(len(BZIP2))
    stream.seek(0)
    source: IO[bytes] | gzip.GzipFile | bz2.BZ2File = stream
    if head.startswith(GZIP):
        source = gzip.GzipFile(fileobj=stream)
    elif head.startswith(BZIP2):
        source = bz2.BZ2File(stream)
    written = 0
    while part := source.read(1 << 20):
        written += len(part)
        if written > most:
            raise RefusedError(too_much_of(name))
        plain.write(part)
    plain.seek(0)


def _tar_entries(name: str, tar: tarfile.TarFile) -> Entries:
    """The entries of a tar."""
    seen = 0
    while entry := tar.next():
        seen += 1
        if seen > MAX_ENTRIES:
            raise RefusedError(too_much_of(name))
        yield entry.name, partial(_tar_member, name, tar, entry)


def _tar_member(name: str, tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Member:
    return Member(
        path=_inner_path(name, entry.name),
        kind="folder" if entry.isdir() else "file" if entry.isreg() else "link",
        size=entry.size if entry.isreg() else 0,
        read=partial(_read_tar_entry, tar, entry),
    )


def _read_tar_entry(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(entry)
    content = stream.read(entry.size) if stream else b""
    if len(content) < entry.size:
        raise tarfile.ReadError("it was cut off")
    return content


def _inner_path(name: str, written: str) -> PurePosixPath:
    """The path of an entry; `RefusedError` if it leads out of the archive or is too long."""
    path = PurePosixPath(written)
    if path.is_absolute() or ".." in path.parts or re.fullmatch(r"[A-Za-z]:", "".join(path.parts[:1])):
        raise RefusedError(text("zip_outside", file=clean(name), path=clean(written)))
    lengths = [len(os.fsencode(part)) for part in path.parts]
    if len(path.parts) > MAX_DEPTH or max(lengths, default=0) > MAX_NAME_BYTES or sum(lengths) > MAX_PATH_BYTES:
        raise RefusedError(too_much_of(name))
    return path


def _kept(members: list[tuple[PurePosixPath, Member]]) -> Iterator[tuple[str, Member]]:
    """(path, entry) of everything but folders and what a folder's reading leaves out, too."""
    environments = {path.parts[: place + 1] for path, _ in members for place in _marks(path.parts)}
    for path, member in members:
        outer = (path.parts[:length] for length in range(1, len(path.parts) - 1))
        if (
            path.parts
            and member.kind != "folder"
            and not any(map(is_ignored, path.parts))
            and environments.isdisjoint(outer)
        ):
            yield str(path), member


def _marks(parts: tuple[str, ...]) -> Iterable[int]:
    """Positions in a path of the folders that its next part marks as virtual environments."""
    return (place for place, part in enumerate(parts[1:]) if part in ENVIRONMENT_MARKS)
