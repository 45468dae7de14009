"""CIFAR and IMDB: the publishers' files are read without pickle, damaged ones refused, and stand-ins can be learnt."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

from suite.data import Dataset, prepare
from suite.data.cifar import CIFAR10, CIFAR100
from suite.data.imdb import ARCHIVE, IMDB
from suite.errors import DataError

CIFAR = {"cifar10": (CIFAR10, 1, 10), "cifar100": (CIFAR100, 2, 100)}


def _records(rows: int, labels: int) -> bytes:
    """Rows whose last label is their number, with a red, a green and a blue plane of one value each."""
    planes = b"".join(bytes([value]) * 1024 for value in (10, 20, 30))
    return b"".join(bytes([row] * labels) + planes for row in range(rows))


def _pack(path: Path, files: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def _files(dataset: Dataset, labels: int) -> dict[str, bytes]:
    if dataset is CIFAR10:
        train = {f"cifar-10-batches-bin/data_batch_{number}.bin": _records(2, labels) for number in range(1, 6)}
        return train | {"cifar-10-batches-bin/test_batch.bin": _records(3, labels)}
    return {"cifar-100-binary/train.bin": _records(10, labels), "cifar-100-binary/test.bin": _records(3, labels)}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", CIFAR)
def test_binary_files(tmp_path: Path, name: str, packed: bool) -> None:  # noqa: FBT001 - pytest passes by name
    """Archive and unpacked folder give the same images with channels last, and labels in a column."""
    dataset, labels, _ = CIFAR[name]
    files = _files(dataset, labels)
    if packed:
        _pack(tmp_path / dataset.files[0].name, files)
    else:
        for file, content in files.items():
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_bytes(content)
    parts = dataset.read(tmp_path)
    assert (parts["train"]["x"].shape, parts["test"]["x"].shape) == ((10, 32, 32, 3), (3, 32, 32, 3))
    assert parts["test"]["x"][0, 5, 7].tolist() == [10, 20, 30]
    assert parts["test"]["y"].tolist() == [[0], [1], [2]]


@pytest.mark.parametrize("name", CIFAR)
def test_damaged_images_are_refused(tmp_path: Path, name: str) -> None:
    """A file of another length, or no archive, is an error that says what to do."""
    dataset, labels, _ = CIFAR[name]
    assert dataset.read(tmp_path) == {}
    _pack(tmp_path / dataset.files[0].name, {file: content[:-1] for file, content in _files(dataset, labels).items()})
    with pytest.raises(DataError, match="binary version; delete it"):
        dataset.read(tmp_path)
    (tmp_path / dataset.files[0].name).write_bytes(b"no archive")
    with pytest.raises(DataError, match="damaged"):
        dataset.read(tmp_path)


@pytest.mark.parametrize("name", CIFAR)
def test_stand_in_of_stripes(name: str) -> None:
    """All classes, equally often, in the real shapes; a neighbour in the training part tells most of them."""
    from sklearn.neighbors import KNeighborsClassifier

    dataset, labels, classes = CIFAR[name]
    parts = dataset.stand_in()
    train, test = parts["train"], parts["test"]
    assert (train["x"].shape, train["x"].dtype, len(dataset.classes.split())) == ((2000, 32, 32, 3), np.uint8, classes)
    assert len(train) == labels + 1
    assert set(np.bincount(test["y"][:, 0])) == {len(test["y"]) // classes}
    waves = [np.abs(np.fft.rfft2(part["x"].mean(-1)))[:, 1:, :9].reshape(len(part["x"]), -1) for part in (train, test)]
    colours = [part["x"].mean((1, 2)) * 300 for part in (train, test)]
    seen, asked = (np.hstack(pair) for pair in zip(waves, colours, strict=True))
    found = KNeighborsClassifier(3).fit(seen, train["y"][:, 0]).score(asked, test["y"][:, 0])
    assert found > 0.6, found


def test_reviews_of_the_archive(tmp_path: Path) -> None:
    """Labelled reviews of both parts, shuffled, and none of those without a label."""
    files = {
        f"aclImdb/{part}/{label}/{number}_{number}.txt": f"A {label} film, it's {number}".encode()
        for part in ("train", "test")
        for label in ("pos", "neg")
        for number in range(5)
    }
    _pack(tmp_path / ARCHIVE, files | {"aclImdb/train/unsup/0_0.txt": b"?", "aclImdb/train/pos.txt": b"?"})
    parts = IMDB.read(tmp_path)
    for part in parts.values():
        assert all((b"pos" in text) == label for text, label in zip(part["text"], part["label"], strict=True))
        assert part["label"].tolist() != sorted(part["label"])
    assert IMDB.rank_words is not None
    words = IMDB.rank_words(parts).tolist()
    assert set(words[:3]) == {b"a", b"film", b"it's"}
    (tmp_path / ARCHIVE).write_bytes(b"no archive")
    with pytest.raises(DataError, match="damaged"):
        IMDB.read(tmp_path)


def test_reviews_stand_in(tmp_path: Path) -> None:
    """A word tells what a review is; words are listed for the loader, the most frequent first."""
    prepare(["imdb"], 100, 100, tmp_path, {"SUITE_STAND_IN": "1"}, held_out_rows=100)
    words = np.load(tmp_path / "imdb.words.npy").tolist()
    assert {b"good", b"bad", b"the"} < set(words)
    texts, labels = (np.load(tmp_path / f"imdb.train.{column}.npy") for column in ("text", "label"))
    good = np.array([b"best" in text or b"great" in text or b"superb" in text for text in texts])
    assert (labels[good] == 1).all()
    assert good.sum() > 30
