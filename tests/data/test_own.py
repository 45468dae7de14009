"""An assignment's own data, as they are handed out under a budget and as the host trains and tests with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from suite.assignments import HANDED_OUT, AccuracySettings, DataSettings, OwnData
from suite.assignments.data_loading import read_own_data
from suite.data import TrainTestSet, prepare, train_test_sets, write_all_rows


def _read(folder: Path, **settings: object) -> Mapping[str, OwnData]:
    return read_own_data({"own": DataSettings.model_validate(settings)}, (), folder, ())


def _set(folder: Path, own: Mapping[str, OwnData]) -> TrainTestSet:
    settings = AccuracySettings.model_validate({"models": {"net": {"dataset": "own"}}})
    return train_test_sets(settings, prepare((), 0, 0, folder / "prepared", {}, own=own))["net"]


def _table(folder: Path) -> str:
    lines = (f"{n},{n % 7 or ''},{'yx'[n % 2]},{n / 2}\n" for n in range(50))
    (folder / "own.csv").write_text("a,b,kind,c\n" + "".join(lines), "utf-8")
    return "own.csv"


def test_budget_cuts_what_is_handed_out_and_a_second_run_has_all(tmp_path: Path) -> None:
    """Ten rows under the budget, and all that aren't held back where a second run asks for them."""
    own = _read(tmp_path, file=_table(tmp_path), given_as="in/own.csv")
    prepared = prepare((), 10, 0, tmp_path / "cut", {}, own=own)
    assert prepared.is_cut
    assert prepared.description == "own, own.csv, 10 rows"
    assert write_all_rows(prepared, tmp_path / "all") == "own, own.csv, 40 rows"
    few, many = (
        (tmp_path / name / HANDED_OUT / "in" / "own.csv").read_text("utf-8").splitlines() for name in ("cut", "all")
    )
    assert (len(few), len(many), set(few) < set(many)) == (11, 41, True)
    assert not prepare((), 40, 0, tmp_path / "whole", {}, own=own).is_cut


def test_a_table_as_classes_and_as_numbers(tmp_path: Path) -> None:
    """Columns of numbers stand side by side, missing ones are the median, and classes are numbered by alphabet."""
    file = _table(tmp_path)
    classes = _set(tmp_path, _read(tmp_path, file=file, target="kind"))
    assert (classes.kind, classes.inputs.shape, classes.held_out_inputs.shape) == ("classes", (40, 3), (10, 3))
    assert (classes.targets == (classes.inputs[:, 0] % 2 == 0)).all()
    assert np.isfinite(classes.inputs).all()
    numbers = _set(tmp_path, _read(tmp_path, file=file, target=["b", "c"][1:], inputs="a"))
    assert (numbers.kind, numbers.targets.shape) == ("values", (40, 1))
    assert (numbers.held_out_targets == numbers.held_out_inputs / 2).all()


def test_scales_of_a_table(tmp_path: Path) -> None:
    """Each column is scaled by itself, by what may be handed out; one that never changes stays finite."""
    examples = _set(tmp_path, _read(tmp_path, file=_table(tmp_path), target="kind"))
    standard, unit, plain = (examples.scaled(examples.inputs, scale) for scale in examples.scales)
    assert standard.mean(axis=0) == pytest.approx([0] * 3, abs=1e-5)
    assert standard.std(axis=0) == pytest.approx([1] * 3, abs=1e-5)
    assert (unit.min(axis=0).tolist(), unit.max(axis=0).tolist()) == ([0] * 3, [1] * 3)
    assert (plain == examples.inputs).all()
    (tmp_path / "same.csv").write_text("a,b\n" + "1,2\n" * 20, "utf-8")
    same = _set(tmp_path, _read(tmp_path, file="same.csv", target="b", targets_are="numbers"))
    assert np.isfinite(same.scaled(same.inputs, "standard")).all()


def test_images_become_pixels(tmp_path: Path) -> None:
    """Grey ones have one channel, sizes are brought to the one that is asked for, and folders are classes."""
    for number in range(20):
        path = tmp_path / "own" / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((4 + number % 2, 6), number, np.uint8)).save(path)
    examples = _set(tmp_path, _read(tmp_path, file="own", image_size=[4, 6]))
    assert (examples.inputs.shape, examples.inputs.dtype) == ((16, 4, 6, 1), np.uint8)
    assert (examples.inputs[:, 0, 0, 0] % 2 == examples.targets).all()
    assert examples.scales == ((0.0, 255.0),)


def test_texts_become_numbers_of_words(tmp_path: Path) -> None:
    """The most frequent words of what is handed out have numbers; the rest of a row is padding."""
    (tmp_path / "own.txt").write_text("".join(f"{'ab'[n % 2]}\tThe cat, {n}!\n" for n in range(20)), "utf-8")
    examples = _set(tmp_path, _read(tmp_path, file="own.txt", words=5, vocabulary=4))
    assert examples.inputs.tolist() == [[2, 3, 1, 0, 0]] * 16
    assert sorted(examples.targets) == [0] * 8 + [1] * 8


def test_arrays_are_taken_as_they_are(tmp_path: Path) -> None:
    """Of an NPZ file the array with several dimensions is the input; its targets may have several, too."""
    np.savez(tmp_path / "own.npz", x=np.zeros((10, 3, 2)), y=np.zeros((10, 3)), id=np.arange(10))
    examples = _set(tmp_path, _read(tmp_path, file="own.npz", target="y"))
    assert (examples.inputs.shape, examples.targets.shape, examples.kind) == ((8, 3, 2), (8, 3), "values")
