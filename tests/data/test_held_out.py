"""Rows of the test part that no sandbox is given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from suite.assignments import AccuracySettings
from suite.data import prepare, train_test_sets, write_all_rows

STAND_IN = {"SUITE_STAND_IN": "1"}


@pytest.mark.parametrize("test_rows", [0, 50])
def test_held_out_rows_are_in_no_file(tmp_path: Path, test_rows: int) -> None:
    """Whatever the budget gives, the held-out rows lie in no file that a sandbox maps."""
    prepared = prepare(["fashion_mnist"], 100, test_rows, tmp_path, STAND_IN, held_out_rows=1000)
    held_out = prepared.held_out["fashion_mnist"]
    assert len(held_out["y"]) == 180  # half of the stand-in's test part
    given = np.concatenate([np.load(path) for path in sorted(tmp_path.glob("*.x.npy"))])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"fashion_mnist.{part}.{column}.npy" for part in ("train", "test") for column in "xy"
    )
    seen = {image.tobytes() for image in given}
    assert not any(image.tobytes() in seen for image in held_out["x"])


def test_without_held_out_rows_all_are_given(tmp_path: Path) -> None:
    """An assignment that examines nothing keeps nothing back."""
    prepared = prepare(["fashion_mnist"], 100, 360, tmp_path, STAND_IN)
    assert len(prepared.held_out["fashion_mnist"]["y"]) == 0
    assert len(np.load(tmp_path / "fashion_mnist.test.y.npy")) == 360


def test_train_test_sets(tmp_path: Path) -> None:
    """Images, words, symbols and bits become inputs and targets that fit each other."""
    reads = {"images": "mnist", "words": "ag_news", "symbols": "", "bits": ""}
    models = {name: {"reads": name, "dataset": dataset} for name, dataset in reads.items()}
    settings = AccuracySettings.model_validate({"models": models, "held_out_rows": 100})
    prepared = prepare(["mnist", "ag_news"], 10, 10, tmp_path, STAND_IN, held_out_rows=100)
    found = train_test_sets(settings, prepared)
    shapes = {name: (each.held_out_inputs.shape, each.held_out_targets.shape) for name, each in found.items()}
    assert shapes == {
        "images": ((100, 28, 28), (100,)),
        "words": ((100, 20), (100,)),
        "symbols": ((100, 3, 5), (100,)),
        "bits": ((100, 4, 1), (100, 4, 1)),
    }
    images, words, symbols = (found[name] for name in ("images", "words", "symbols"))
    scaled = images.scaled(images.inputs, images.scales[0])
    assert (scaled.min(), scaled.max(), scaled.dtype) == (0, 1, np.float32)
    assert words.scaled(words.inputs, words.scales[0]).dtype == np.int64
    assert ((symbols.inputs[:, -1].argmax(axis=-1) + 1) % 5 == symbols.targets).all()


def test_images_with_channels_first(tmp_path: Path) -> None:
    """As a PyTorch convolution takes them; grey images have no channels to move."""
    models = {name: {"dataset": name, "channels_first": True} for name in ("cifar10", "mnist")}
    settings = AccuracySettings.model_validate({"models": models, "held_out_rows": 20})
    found = train_test_sets(settings, prepare(["cifar10", "mnist"], 10, 10, tmp_path, STAND_IN, held_out_rows=20))
    last = settings.model_copy(
        update={"models": {"cifar10": settings.models["cifar10"].model_copy(update={"channels_first": False})}}
    )
    usual = train_test_sets(last, prepare(["cifar10"], 10, 10, tmp_path / "b", STAND_IN, held_out_rows=20))["cifar10"]
    moved = found["cifar10"]
    assert (moved.inputs.shape[1:], moved.held_out_inputs.shape) == ((3, 32, 32), (20, 3, 32, 32))
    np.testing.assert_array_equal(moved.held_out_inputs[:, 2], usual.held_out_inputs[..., 2])
    assert found["mnist"].held_out_inputs.shape == (20, 28, 28)


@pytest.mark.parametrize("held_out_rows", [0, 1000])
def test_uncut_parts_have_their_documented_rows(tmp_path: Path, held_out_rows: int) -> None:
    """A notebook that counts on 60,000 and 10,000 rows finds as many; others stand in for those that are held out."""
    prepared = prepare(["fashion_mnist"], 0, 0, tmp_path, STAND_IN, held_out_rows=held_out_rows)
    test = np.load(tmp_path / "fashion_mnist.test.x.npy")
    assert (len(np.load(tmp_path / "fashion_mnist.train.y.npy")), len(test)) == (60_000, 10_000)
    given = {image.tobytes() for image in prepared.parts["fashion_mnist"]["test"]["x"]}
    assert {image.tobytes() for image in test} == given
    assert "repetitions" in prepared.description
    assert not prepared.is_cut


def test_cut_parts_have_the_rows_of_the_budget(tmp_path: Path) -> None:
    """A budget repeats nothing, and a second run may have all rows."""
    prepared = prepare(["fashion_mnist"], 100, 50, tmp_path / "cut", STAND_IN, held_out_rows=1000)
    assert prepared.description == "fashion_mnist, stand-in, 100 + 50 rows"
    assert prepared.is_cut
    assert write_all_rows(prepared, tmp_path / "all").startswith("fashion_mnist, stand-in, 60000 + 10000 rows")
    assert len(np.load(tmp_path / "all" / "fashion_mnist.test.y.npy")) == 10_000
