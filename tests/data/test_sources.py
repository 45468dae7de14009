"""Where data comes from: official files are read as they are, damaged ones are refused, and the stand-in is named."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from suite.data import all_datasets, find, prepare
from suite.data.images import FILES
from suite.errors import DataError
from tests.conftest import SHARED

SAMPLES = SHARED / "data"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the data samples aren't at {SAMPLES}")


def _idx(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """A SUITE_DATA_DIR with five training and two test images, images gzipped and labels not."""
    folder = tmp_path / "fashion-mnist"
    folder.mkdir()
    for part, rows in (("train", 5), ("test", 2)):
        images, labels = FILES[part]
        pixels = np.arange(rows * 784, dtype=np.uint8).reshape(rows, 28, 28)
        (folder / f"{images}.gz").write_bytes(gzip.compress(_idx(pixels)))
        (folder / labels).write_bytes(_idx(np.arange(rows, dtype=np.uint8)))
    return tmp_path


def test_own_folder_comes_first(own_folder: Path) -> None:
    """SUITE_DATA_DIR wins over every other place."""
    found = find("fashion_mnist", {"SUITE_DATA_DIR": str(own_folder)})
    assert (found.source, found.stand_in) == ("SUITE_DATA_DIR", False)
    assert found.parts["train"]["x"].shape == (5, 28, 28)
    assert found.parts["train"]["x"][0, 0, 3] == 3


def test_keras_cache(own_folder: Path, tmp_path: Path) -> None:
    """What Keras has downloaded is used: IDX files for Fashion-MNIST, an archive for MNIST."""
    cache = tmp_path / "home" / ".keras" / "datasets"
    cache.mkdir(parents=True)
    (own_folder / "fashion-mnist").rename(cache / "fashion-mnist")
    images, labels = np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8)
    np.savez(cache / "mnist.npz", x_train=images, y_train=labels, x_test=images[:1], y_test=labels[:1])
    environment = {"HOME": str(tmp_path / "home")}
    assert find("fashion_mnist", environment).source == "Keras cache"
    found = find("mnist", environment)
    assert found.source == "Keras cache"
    assert found.parts["test"]["x"].shape == (1, 28, 28)


@pytest.mark.parametrize("name", ["fashion_mnist", "mnist"])
def test_image_stand_in_has_the_real_shapes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any folder the digits come, in the shapes and range of the real set, and say what they are."""
    monkeypatch.setattr("suite.data.sources.folders", lambda *_: [])
    found = find(name, {})
    assert found.stand_in
    for part in found.parts.values():
        assert part["x"].shape == (len(part["y"]), 28, 28)
        assert part["x"].dtype == part["y"].dtype == np.uint8
        assert part["x"].max() == 255
        assert set(part["y"]) == set(range(10))


@pytest.mark.slow
def test_news_stand_in_is_learnable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The generated corpus has titles, descriptions and four equally frequent labels, and is always the same."""
    monkeypatch.setattr("suite.data.sources.folders", lambda *_: [])
    first, second = find("ag_news", {}).parts["train"], find("ag_news", {}).parts["train"]
    assert list(first) == ["title", "description", "label"]
    assert np.bincount(first["label"]).tolist() == [1000] * 4
    assert (first["title"] == second["title"]).all()
    assert b"team" in b" ".join(first["title"][first["label"] == 1])


def test_budget_cuts_rows(own_folder: Path, tmp_path: Path) -> None:
    """The first rows are kept."""
    prepared = prepare(["fashion_mnist"], 3, 1, tmp_path / "out", {"SUITE_DATA_DIR": str(own_folder)})
    assert prepared.description == "fashion_mnist, SUITE_DATA_DIR, 3 + 1 rows"
    assert len(np.load(prepared.folder / "fashion_mnist.train.x.npy")) == 3
    assert len(np.load(prepared.folder / "fashion_mnist.test.y.npy")) == 1


def test_one_part_alone_is_a_sample(own_folder: Path) -> None:
    """Where only the test files lie, they are cut in two, and the source says that it is a sample."""
    for name in FILES["train"]:
        for path in (own_folder / "fashion-mnist").glob(f"{name}*"):
            path.unlink()
    found = find("fashion_mnist", {"SUITE_DATA_DIR": str(own_folder)})
    assert found.source == "SUITE_DATA_DIR, a sample"
    assert [len(found.parts[part]["y"]) for part in ("train", "test")] == [2, 0]


DAMAGES = (b"", b"\x1f\x8bnot gzip", _idx(np.zeros(4, np.uint8))[:-1], b"\0\0\x0d\x01" + b"\0" * 8)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files_are_refused(own_folder: Path, damage: bytes) -> None:
    """A truncated, foreign or empty file is an error that names the file, never silently other data."""
    (own_folder / "fashion-mnist" / FILES["train"][1]).write_bytes(damage)
    with pytest.raises(DataError, match="train-labels"):
        find("fashion_mnist", {"SUITE_DATA_DIR": str(own_folder)})


def test_images_and_labels_must_fit(own_folder: Path) -> None:
    """Labels of another set are refused."""
    (own_folder / "fashion-mnist" / FILES["test"][1]).write_bytes(_idx(np.zeros(3, np.uint8)))
    with pytest.raises(DataError, match="don't fit"):
        find("fashion_mnist", {"SUITE_DATA_DIR": str(own_folder)})


OFFICIAL = '"3","Oil up","A ""record"", again"\n"1","Talks","x"\n"2","Win","y"\n"4","Chip","z"\n'
WITH_HEADER = (
    'title,description,class\nOil up,"A ""record"", again",Business\nTalks,x,World\nWin,y,Sports\nChip,z,Sci/Tech\n'
)


@pytest.mark.parametrize("text", [OFFICIAL, WITH_HEADER])
def test_news_formats(tmp_path: Path, text: str) -> None:
    """The publishers' CSV and the one with a header give the same rows."""
    (tmp_path / "ag_news").mkdir()
    for part in ("train", "test"):
        (tmp_path / "ag_news" / f"{part}.csv").write_text(text, "utf-8")
    part = find("ag_news", {"SUITE_DATA_DIR": str(tmp_path)}).parts["train"]
    assert part["label"].tolist() == [2, 0, 1, 3]
    assert part["description"][0] == b'A "record", again'


@pytest.mark.parametrize("text", ["", "a,b\n", '"5","t","d"\n', "x,y,z\n"])
def test_damaged_news_are_refused(tmp_path: Path, text: str) -> None:
    """An empty file, other columns or other classes are an error that names the file."""
    (tmp_path / "ag_news").mkdir()
    (tmp_path / "ag_news" / "test.csv").write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"test\.csv"):
        find("ag_news", {"SUITE_DATA_DIR": str(tmp_path)})


def test_unknown_dataset_names_the_known_ones() -> None:
    """A typing error in an assignment is answered with the names there are."""
    with pytest.raises(DataError, match="fashion_mnist"):
        find("fashion", {})


@needs_samples
def test_samples_are_read() -> None:
    """MNIST's own test files and the news sample, split in two."""
    environment = {"SUITE_DATA_DIR": str(SAMPLES)}
    images, news = find("mnist", environment), find("ag_news", environment)
    assert images.parts["train"]["y"][:5].tolist() == [7, 2, 1, 0, 4]
    assert sum(len(part["y"]) for part in images.parts.values()) == 10_000
    assert sum(len(part["label"]) for part in news.parts.values()) == 7600


def test_every_dataset_states_its_download() -> None:
    """Each official file has an address and an MD5 of 32 digits, and the files are those that the reader wants."""
    for dataset in all_datasets().values():
        assert dataset.files
        assert all(len(file.md5) == 32 and file.url.startswith("http") for file in dataset.files)
