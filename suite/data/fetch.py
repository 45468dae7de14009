"""Downloads a dataset's official files on the host, before grading; sandboxes never do."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from suite.data.dataset import Dataset, OfficialFile
from suite.errors import DataError, Words

CHUNK_BYTES = 1 << 16
TIMEOUT_SECONDS = 30

Advance = Callable[[str, int, int], None]
"""Called with a file's name, the bytes so far and the bytes in all (0 if the server doesn't say)."""


def fetch(dataset: Dataset, folder: Path, advance: Advance) -> list[Path]:
    """Download missing files; raises `DataError` if a server doesn't answer or a checksum differs."""
    target = folder / dataset.folder
    target.mkdir(parents=True, exist_ok=True)
    return [_fetch_file(file, target / file.name, advance) for file in dataset.files]


def is_intact(file: OfficialFile, path: Path) -> bool:
    """Whether a file exists and is the published one."""
    return path.is_file() and _md5(path) == file.md5


def _fetch_file(file: OfficialFile, path: Path, advance: Advance) -> Path:
    """Download a file under a temporary name beside its destination; rename it once its checksum is right."""
    if is_intact(file, path):
        advance(file.name, path.stat().st_size, path.stat().st_size)
        return path
    part = path.with_name(f"{path.name}.part")
    try:
        with urllib.request.urlopen(file.url, timeout=TIMEOUT_SECONDS) as answer, part.open("wb") as stream:  # noqa: S310
            total, done = int(answer.headers.get("Content-Length") or 0), 0
            while chunk := answer.read(CHUNK_BYTES):
                stream.write(chunk)
                done += len(chunk)
                advance(file.name, done, total)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        remedy = Words("try again, or put the file into {folder} by hand", folder=path.parent)
        raise DataError(
            "{url} can't be downloaded: {error}; {remedy}", url=file.url, error=error, remedy=remedy
        ) from error
    if (seen := _md5(part)) != file.md5:
        part.unlink()
        raise DataError(
            "{url} should have MD5 {md5} and has {seen}; nothing was kept; try again",
            url=file.url,
            md5=file.md5,
            seen=seen,
        )
    return part.replace(path)


def _md5(path: Path) -> str:
    """MD5, which the publishers use: it detects broken downloads, not forgeries."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
