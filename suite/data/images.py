"""Image sets in the IDX files of MNIST, or in the archive that Keras keeps."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from suite.data.dataset import DatasetPart, Parts
from suite.data.idx import read_idx
from suite.errors import DataError

FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
IMAGE_RANK = 3  # rows, height, width


def read_images(folder: Path) -> Parts:
    """Read what lies in a folder: x `(rows, 28, 28)` and y `(rows,)`, both uint8, of each part that is complete."""
    archive = folder / "mnist.npz"
    if archive.is_file():
        return _read_archive(archive)
    parts = {}
    for part, names in FILES.items():
        paths = [path for name in names for path in (folder / f"{name}.gz", folder / name) if path.is_file()]
        if len(paths) >= len(names):
            x, y = (read_idx(next(p for p in paths if p.name.startswith(name))) for name in names)
            parts[part] = _fit(x, y, folder)
    return parts


def _read_archive(path: Path) -> Parts:
    """Keras's `mnist.npz`."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {part: _fit(archive[f"x_{part}"], archive[f"y_{part}"], path) for part in FILES}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} isn't Keras's MNIST archive: {error}; delete it and fetch it again") from error


def _fit(x: np.ndarray, y: np.ndarray, where: Path) -> DatasetPart:
    """Images and labels that belong together."""
    if x.ndim != IMAGE_RANK or y.shape != x.shape[:1]:
        raise DataError(f"{where}: images {x.shape} don't fit labels {y.shape}; delete the files and fetch them again")
    return {"x": x, "y": y}
