"""The doors to the data: official files are read as they are, damaged ones are refused, and the stand-in is named."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from suite.data import find, prepare
from suite.data.doors import FILES
from suite.data.idx import read_idx
from suite.errors import DataError
from tests.conftest import SHARED

MNIST = SHARED / "data" / "mnist"


def _idx(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """A SUITE_DATA_DIR with five training and two test images, some gzipped."""
    folder = tmp_path / "fashion-mnist"
    folder.mkdir()
    arrays = {
        "x_train": np.arange(5 * 784, dtype=np.uint8).reshape(5, 28, 28),
        "y_train": np.arange(5, dtype=np.uint8),
        "x_test": np.zeros((2, 28, 28), np.uint8),
        "y_test": np.ones(2, np.uint8),
    }
    for key, name in FILES.items():
        raw = _idx(arrays[key])
        if key.startswith("x"):
            (folder / f"{name}.gz").write_bytes(gzip.compress(raw))
        else:
            (folder / name).write_bytes(raw)
    return tmp_path


def test_own_folder_comes_first(own_folder: Path) -> None:
    """SUITE_DATA_DIR wins over every other door."""
    found = find("fashion_mnist", {"SUITE_DATA_DIR": str(own_folder)})
    assert (found.door, found.stand_in) == ("SUITE_DATA_DIR", False)
    assert found.arrays["x_train"].shape == (5, 28, 28)
    assert found.arrays["x_train"][0, 0, 3] == 3


def test_keras_cache(own_folder: Path, tmp_path: Path) -> None:
    """What Keras has downloaded is used."""
    cache = tmp_path / "home" / ".keras" / "datasets"
    cache.mkdir(parents=True)
    (own_folder / "fashion-mnist").rename(cache / "fashion-mnist")
    assert find("fashion_mnist", {"HOME": str(tmp_path / "home")}).door == "Keras cache"


def test_stand_in_has_the_real_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any folder the digits come, in the shapes and range of the real set, and say what they are."""
    monkeypatch.setattr("suite.data.doors._folders", lambda *_: [])
    found = find("fashion_mnist", {})
    assert found.stand_in
    for part in ("train", "test"):
        images, labels = found.arrays[f"x_{part}"], found.arrays[f"y_{part}"]
        assert images.shape == (len(labels), 28, 28)
        assert images.dtype == labels.dtype == np.uint8
        assert images.max() == 255
        assert set(labels) == set(range(10))


def test_budget_cuts_rows(own_folder: Path, tmp_path: Path) -> None:
    """The first rows are kept; 0 keeps all."""
    prepared = prepare("fashion_mnist", 3, 0, tmp_path / "out", {"SUITE_DATA_DIR": str(own_folder)})
    assert "3 + 2 rows" in prepared.description
    assert len(np.load(prepared.folder / "fashion_mnist.x_train.npy")) == 3
    assert len(np.load(prepared.folder / "fashion_mnist.y_test.npy")) == 2


@pytest.mark.parametrize(
    "damage", [b"", b"\x1f\x8bnot gzip", _idx(np.zeros(4, np.uint8))[:-1], b"\0\0\x0d\x01" + b"\0" * 8]
)
def test_damaged_files_are_refused(own_folder: Path, damage: bytes) -> None:
    """A truncated, foreign or empty file is an error that names the file, never silently other data."""
    path = own_folder / "fashion-mnist" / FILES["y_train"]
    path.write_bytes(damage)
    with pytest.raises(DataError, match="train-labels"):
        find("fashion_mnist", {"SUITE_DATA_DIR": str(own_folder)})


def test_images_and_labels_must_fit(own_folder: Path) -> None:
    """Labels of another set are refused."""
    (own_folder / "fashion-mnist" / FILES["y_test"]).write_bytes(_idx(np.zeros(3, np.uint8)))
    with pytest.raises(DataError, match="don't fit"):
        find("fashion_mnist", {"SUITE_DATA_DIR": str(own_folder)})


def test_unknown_dataset_names_the_known_ones() -> None:
    """A typing error in an assignment is answered with the names there are."""
    with pytest.raises(DataError, match="fashion_mnist"):
        find("fashion", {})


@pytest.mark.skipif(not MNIST.is_dir(), reason=f"the MNIST sample isn't at {MNIST}")
def test_official_mnist_files_are_read() -> None:
    """MNIST's own test files, gzipped as published."""
    images = read_idx(MNIST / "t10k-images-idx3-ubyte.gz")
    labels = read_idx(MNIST / "t10k-labels-idx1-ubyte.gz")
    assert images.shape == (10_000, 28, 28)
    assert labels[:5].tolist() == [7, 2, 1, 0, 4]
