"""MNIST and Fashion-MNIST: grey images of 28 × 28 in IDX files, or in the archive that Keras keeps.

The embedded stand-in is scikit-learn's real 8 × 8 digits (`sklearn.datasets.load_digits`, 1,797 digits from the UCI
"Optical Recognition of Handwritten Digits" set), enlarged. URLs and checksums: torchvision.datasets.mnist.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from suite.data.dataset import Dataset, DatasetPart, OfficialFile, Parts
from suite.data.idx import read_idx
from suite.data.train_test_set import SCALES_OF_IMAGES, TrainTestSet
from suite.errors import DataError

FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
IMAGE_RANK = 3  # rows, height, width
DIGIT_ROWS = {"train": slice(0, 1437), "test": slice(1437, None)}  # four fifths and one
DOCUMENTED_ROWS = {"train": 60_000, "test": 10_000}  # of both datasets
PIXEL_MAX = 16
IMAGE_SIDE = 28


def read_images(folder: Path) -> Parts:
    """Read a folder: x `(rows, 28, 28)` and y `(rows,)`, both uint8, of each part that is complete."""
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
        raise DataError(
            "{path} isn't Keras's MNIST archive: {error}; delete it and fetch it again", path=path, error=error
        ) from error


def _fit(x: np.ndarray, y: np.ndarray, where: Path) -> DatasetPart:
    """Check that images and labels fit together; `DataError` if not."""
    if x.ndim != IMAGE_RANK or y.shape != x.shape[:1]:
        raise DataError(
            "{where}: images {images} don't fit labels {labels}; delete the files and fetch them again",
            where=where,
            images=x.shape,
            labels=y.shape,
        )
    return {"x": x, "y": y}


def digits() -> Parts:
    """The stand-in: x `(rows, 28, 28)` in [0, 255] and y `(rows,)`, both uint8."""
    from sklearn.datasets import load_digits  # a second to import, and only the stand-in needs it

    source = load_digits()
    order = np.random.default_rng(0).permutation(len(source.target))
    small, labels = source.images[order], source.target[order].astype(np.uint8)
    nearest = np.arange(IMAGE_SIDE) * small.shape[1] // IMAGE_SIDE
    images = (small[:, nearest][:, :, nearest] * 255 / PIXEL_MAX).astype(np.uint8)
    return {part: {"x": images[rows], "y": labels[rows]} for part, rows in DIGIT_ROWS.items()}


def as_set(train: DatasetPart, held_out: DatasetPart) -> TrainTestSet:
    """Unscaled pixels, which each model scales in its own way, and classes."""
    return TrainTestSet(
        kind="classes",
        inputs=train["x"],
        targets=train["y"].astype(np.int64),
        held_out_inputs=held_out["x"],
        held_out_targets=held_out["y"].astype(np.int64),
        scaled_by_model=True,
        scales=SCALES_OF_IMAGES,
    )


def _image_set(  # noqa: PLR0913, PLR0917 - what differs between the two
    name: str, title: str, openml: str, cache: str, url: str, checksums: tuple[str, str, str, str], package: str = ""
) -> Dataset:
    """One of the two datasets; `checksums` are those of the training images and labels, then of the test ones."""
    names = (name for part in FILES.values() for name in part)
    return Dataset(
        name=name,
        folder=name.replace("_", "-"),
        read=read_images,
        stand_in=digits,
        inputs="x",
        targets="y",
        loaders={
            "keras.datasets": name,
            "torchvision.datasets": title,
            "tensorflow_datasets": name,
            "tensorflow_datasets.inputs": "image",
            "tensorflow_datasets.targets": "label",
            "sklearn.datasets.fetch_openml": openml,
        },
        reads="images",
        as_set=as_set,
        rows=DOCUMENTED_ROWS,
        caches={"Keras cache": cache},
        files=tuple(OfficialFile(url=f"{url}/{file}.gz", md5=md5) for file, md5 in zip(names, checksums, strict=True)),
        package=package,
    )


FASHION_MNIST = _image_set(
    "fashion_mnist",
    "FashionMNIST",
    "Fashion-MNIST",
    ".keras/datasets/fashion-mnist",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    (
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310",
    ),
    package="dataset-fashion-mnist",
)
MNIST = _image_set(
    "mnist",
    "MNIST",
    "mnist_784",
    ".keras/datasets",
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    (
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3",
        "ec29112dd5afa0611ce80d1b7f02629c",
    ),
)
