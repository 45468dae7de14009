"""Where a store lies: a folder, or a place in object storage such as `s3://bucket/class`.

Both are used as paths: universal-pathlib gives object storage, through fsspec, the methods of `pathlib.Path`.
Only places whose writes are whole or nothing are taken, since other machines read while one writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from suite.errors import UsageError

OBJECT_STORAGE = ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "memory")
"""Protocols of fsspec whose objects appear whole or not at all; `memory` is this process's, for tests."""


def find_place(written: str) -> Path:
    """A folder's path, or what stands for an address; `UsageError` for what can't hold a store."""
    protocol, separator, _ = written.partition("://")
    if not separator:
        return Path(written)
    if protocol not in OBJECT_STORAGE:
        raise UsageError(
            "a store can't lie at {written}: other machines may read while one writes, and only object storage "
            "({protocols}) writes whole or not at all; name a folder, or one of these",
            written=written,
            protocols=", ".join(OBJECT_STORAGE[:-1]),
        )
    try:
        from upath import UPath

        place = UPath(written)
        place.fs  # noqa: B018 - imports what speaks that protocol
    except (ImportError, ValueError) as error:
        raise UsageError(
            "{written} needs the extra objects and fsspec's package for {protocol} ({error}): pip install "
            "'notebook-suite[objects]' s3fs, or gcsfs or adlfs",
            written=written,
            protocol=protocol,
            error=error,
        ) from error
    return cast("Path", place)  # it has the same methods


def is_folder(place: Path) -> bool:
    """Whether it lies in this machine's file system."""
    return isinstance(place, Path)
