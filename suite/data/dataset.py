"""What a dataset is to the suite: registered by the entry point group `datasets`, in one module each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from suite.data.train_test_set import Array, TargetKind, TrainTestSet

DatasetPart: TypeAlias = Mapping[str, np.ndarray[Any, Any]]
"""Columns of one part by name; each row is an example."""
Parts: TypeAlias = Mapping[str, DatasetPart]
"""The parts `train` and `test`, or those that exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialFile:
    """One file of the official download."""

    url: str
    """Where it is published."""
    md5: str
    """Checksum as given by its publishers or by the frameworks' loaders."""

    @property
    def name(self) -> str:
        """File name."""
        return self.url.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One dataset: where it is stored, how it is read, by which names notebooks load it, what models learn from it."""

    name: str
    """Name that assignments use."""
    folder: str
    """Its folder under `SUITE_DATA_DIR`, in the fetched data and among the system's datasets."""
    read: Callable[[Path], Parts]
    """Reads a folder; returns an empty mapping if the files are missing."""
    stand_in: Callable[[], Parts]
    """Makes the embedded stand-in, with the same columns and shapes."""
    inputs: str
    """Column with a model's inputs."""
    targets: str
    """Column with the right answers."""
    loaders: Mapping[str, str]
    """Its name in each loader that notebooks may use: `keras.datasets`, `torchvision.datasets` (a subclass of its
    `MNIST` or `CIFAR10`), `sklearn.datasets.fetch_openml`, `tensorflow_datasets`; `tensorflow_datasets.inputs` and
    `.targets` are the names of its columns there, where they differ, `keras.datasets.<option>.<value>` is the column of
    the targets with that option, and `keras.datasets.words` the regular expression of a word, where Keras gives numbers
    of words."""
    reads: str
    """Format of its rows, as the accuracy settings name it."""
    as_set: Callable[[DatasetPart, DatasetPart], TrainTestSet]
    """Turns the training part and the held-out rows into a model's train and test set."""
    classes: str = ""
    """Names of its classes by number, with spaces between them; empty where loaders have none."""
    rank_words: Callable[[Parts], Array] | None = None
    """Lists the words of its texts as bytes, the most frequent first, where a loader numbers them."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Documented number of rows of the parts `train` and `test`, on which notebooks count; where fewer are here or are
    given, rows are repeated up to it."""
    caches: Mapping[str, str] = field(default_factory=dict)
    """Folders of the frameworks' caches, relative to the home folder, by name of the cache."""
    files: tuple[OfficialFile, ...] = ()
    """The official download."""
    package: str = ""
    """Debian and Ubuntu package that contains it; empty if none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeDataset:
    """Examples that the host generates, for exercises that have a rule instead of data; no notebook loads them."""

    name: str
    """Name that the accuracy settings use."""
    kind: TargetKind
    """What the targets are."""
    make: Callable[[int, int], tuple[Array, Array]]
    """Makes inputs and targets from a number of rows and a seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDataset:
    """A dataset in memory and where it came from."""

    source: str
    """Name of the source, for reports."""
    parts: Parts
    """Training and test part."""
    stand_in: bool
    """Whether it is the embedded stand-in."""
