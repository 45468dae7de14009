"""What a dataset is to the suite: registered by the entry point group `datasets`, in one module each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from suite.data.train_test_set import Array, TargetKind, TrainTestSet

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
    """One dataset: where it lies, how it is read, by which names notebooks load it, what models learn of it."""

    name: str
    """As assignments name it."""
    folder: str
    """Its folder under `SUITE_DATA_DIR`, in the fetched data and among the system's datasets."""
    read: Callable[[Path], Parts]
    """Reads a folder; an empty mapping where the files aren't there."""
    stand_in: Callable[[], Parts]
    """Makes the embedded stand-in, with the same columns and shapes."""
    inputs: str
    """Column of what a model reads."""
    targets: str
    """Column of the answers."""
    loaders: Mapping[str, str]
    """Its name in each loader that notebooks may use: `keras.datasets`, `torchvision.datasets` (a subclass of its
    `MNIST`), `tensorflow_datasets`."""
    reads: str
    """How its rows are read, as the settings of accuracy name it."""
    as_set: Callable[[DatasetPart, DatasetPart], TrainTestSet]
    """What a model learns from the training part, and is examined with, in the form that it reads."""
    caches: Mapping[str, str] = field(default_factory=dict)
    """Name of a framework's cache and its folder under the home folder."""
    files: tuple[OfficialFile, ...] = ()
    """The official download."""
    package: str = ""
    """Package of Debian and Ubuntu that brings it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeDataset:
    """Examples that the host makes, where an exercise is a rule and has no data: no notebook loads them."""

    name: str
    """How the settings of accuracy name it."""
    kind: TargetKind
    """What the targets are."""
    make: Callable[[int, int], tuple[Array, Array]]
    """Inputs and targets of so many rows, from a seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDataset:
    """A dataset in memory and where it came from."""

    source: str
    """Name of the place, as reports say it."""
    parts: Parts
    """Both parts."""
    stand_in: bool
    """Whether it is the embedded stand-in."""
