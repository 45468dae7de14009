"""The doors to a dataset, tried in order; none needs the network.

A door is a folder that may hold the four IDX files of an image set; the last one, the stand-in, is always there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from suite.data.idx import read_idx
from suite.data.standin import digits
from suite.errors import DataError

FILES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSet:
    """Where an image set may lie."""

    folder: str
    """Its folder under `SUITE_DATA_DIR` and in the system's datasets."""
    keras_folder: str
    """Its folder in Keras's cache."""
    torchvision_folder: str
    """Its folder under a torchvision root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A dataset in memory and the door that it came through."""

    door: str
    """Name of the door, as reports say it."""
    arrays: dict[str, np.ndarray[Any, Any]]
    """x_train, y_train, x_test, y_test: `(rows, 28, 28)` uint8 and `(rows,)` uint8."""
    stand_in: bool
    """Whether it is the embedded stand-in."""


DATASETS = {
    "fashion_mnist": ImageSet(
        folder="fashion-mnist", keras_folder="fashion-mnist", torchvision_folder="FashionMNIST/raw"
    ),
}


def find(name: str, environment: Mapping[str, str]) -> Found:
    """Open the first door behind which all four files lie; `environment` gives SUITE_DATA_DIR and HOME."""
    if name not in DATASETS:
        raise DataError(f"no dataset is called {name!r}; known: {', '.join(DATASETS)}")
    for door, folder in _folders(DATASETS[name], environment):
        if paths := _idx_files(folder):
            arrays = {key: read_idx(path) for key, path in paths.items()}
            _validate(arrays, folder)
            return Found(door=door, arrays=arrays, stand_in=False)
    return Found(door="stand-in digits", arrays=digits(), stand_in=True)


def _folders(dataset: ImageSet, environment: Mapping[str, str]) -> list[tuple[str, Path]]:
    """The folders to look into, with the name of each door."""
    home = Path(environment.get("HOME", "/"))
    doors = [
        ("Keras cache", home / ".keras/datasets" / dataset.keras_folder),
        ("torchvision cache", home / ".cache/torchvision" / dataset.torchvision_folder),
        ("system package", Path("/usr/share/datasets") / dataset.folder),
    ]
    if own := environment.get("SUITE_DATA_DIR"):
        own_folders = (Path(own) / dataset.folder, Path(own) / dataset.torchvision_folder)
        doors[:0] = [("SUITE_DATA_DIR", folder) for folder in own_folders]
    return doors


def _idx_files(folder: Path) -> dict[str, Path]:
    """The four files, plain or gzipped; empty unless all are there."""
    found = {
        key: path for key, name in FILES.items() for path in (folder / name, folder / f"{name}.gz") if path.is_file()
    }
    return found if len(found) == len(FILES) else {}


def _validate(arrays: Mapping[str, np.ndarray[Any, Any]], folder: Path) -> None:
    """Images and labels must belong together."""
    for part in ("train", "test"):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if images.ndim != 3 or labels.shape != images.shape[:1]:  # noqa: PLR2004 - rows, height, width
            raise DataError(f"{folder}: {part} images {images.shape} don't fit labels {labels.shape}; fetch it again")
