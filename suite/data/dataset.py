"""What a dataset is to the suite: named parts of equally long columns, and where to look for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

DatasetPart: TypeAlias = Mapping[str, np.ndarray[Any, Any]]
"""Columns of one part, a row an example."""
Parts: TypeAlias = Mapping[str, DatasetPart]
"""`train` and `test`, or what there is of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialFile:
    """One file of the official download."""

    url: str
    """Where it is published."""
    md5: str
    """Checksum that its publishers or the frameworks' loaders state."""

    @property
    def name(self) -> str:
        """File name."""
        return self.url.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One dataset and its doors."""

    folder: str
    """Its folder under `SUITE_DATA_DIR`, in the fetched data and among the system's datasets."""
    caches: Mapping[str, str]
    """Name of a framework's cache and its folder under the home folder."""
    read: Callable[[Path], Parts]
    """Reads a folder; an empty mapping where the files aren't there."""
    stand_in: Callable[[], Parts]
    """Makes the embedded stand-in, with the same columns and shapes."""
    sources: tuple[OfficialFile, ...]
    """The official download."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDataset:
    """A dataset in memory and the door that it came through."""

    door: str
    """Name of the door, as reports say it."""
    parts: Parts
    """Both parts."""
    stand_in: bool
    """Whether it is the embedded stand-in."""
