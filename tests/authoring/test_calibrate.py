"""Calibration: what is recorded of many runs, what is kept of earlier ones, and what the stored files say."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from suite import assignments
from suite.assignments import COUNTED, Calibration, Distribution, Metric, Protocol, load_calibration
from suite.authoring import calibrate
from suite.authoring.calibrate import (
    LEAST_CURVES,
    CalibrationRun,
    find_band,
    kept,
    kept_band,
    lacking_seeds,
    put,
    summarise,
)
from suite.cli.work.freeze import calibration_as_json
from suite.data.train_test_set import TrainTestSet
from suite.errors import AssignmentError
from suite.records import CurveBand
from tests import calibration_table
from tests.conftest import ROOT

NOTHING = np.zeros((0, 1), np.float32)
TRIAL = CalibrationRun(
    model="stack10",
    framework="keras",
    mode="retrain",
    budget="every",
    protocol=Protocol(optimizer="adam", rate=0.01, batch=128, rows=2000, epochs=3),
    data="real",
    description="fashion_mnist, system package, 60000 + 9000 rows",
    examples=TrainTestSet(
        kind="classes",
        inputs=NOTHING,
        targets=NOTHING,
        held_out_inputs=NOTHING,
        held_out_targets=np.zeros(1000, np.int64),
    ),
    logits=False,
)
REFERENCE = ROOT / "reference"


def test_even_runs_set_the_bound_and_odd_ones_try_it() -> None:
    """A held-out run that lies far below the others is a false fail; the bound doesn't know it."""
    right = [500, 510, 505, 495] * 20
    found = summarise(TRIAL, [*right, 505, 10])
    assert found.bound > 0.4
    assert (found.held_out, found.false_fails) == (41, 1)
    assert found.interval[0] < 1 / 41 < found.interval[1]
    assert summarise(TRIAL, right).false_fails == 0


def test_values_have_bounds_as_counts_have() -> None:
    """A lower bound of a score, an upper one of an error; no ceiling and no zero cuts them."""
    numbers = replace(TRIAL.examples, kind="values")
    for error, sign in ((False, 1), (True, -1)):
        metric = Metric(name="own", smaller_is_better=error, judge=lambda _a, _b: 0.0)
        trial = replace(TRIAL, metric=metric, examples=numbers)
        found = summarise(trial, [5.0, 5.0, 5.1, 5.1, 4.95, 4.95] * 13 + [5.0, 5 - sign * 4.0])
        assert sign * (5 - found.bound) > 0
        assert abs(5 - found.bound) < 0.5
        assert (found.right, found.metric, len(found.values), found.false_fails) == ((), "own", 80, 1)
        assert kept(put(Calibration(), found), trial) == found.values
        assert kept(put(Calibration(), found), replace(trial, metric=COUNTED)) == ()
        few = summarise(trial, [5.0, 5.1, 4.9] * 3)
        assert few.bound == pytest.approx(5 - sign * 2.5, abs=0.1)


def test_runs_are_kept_while_nothing_changed() -> None:
    """More seeds go on where fewer ended; another protocol, data set or number of held-out rows begins anew."""
    found = put(Calibration(), summarise(TRIAL, [500, 510, 490]))
    assert kept(found, TRIAL) == (500, 510, 490)
    assert kept(found, replace(TRIAL, model="stack8")) == ()
    assert kept(found, replace(TRIAL, description="from elsewhere")) == ()
    assert kept(found, replace(TRIAL, protocol=TRIAL.protocol.model_copy(update={"epochs": 4}))) == ()
    fewer = replace(TRIAL.examples, held_out_targets=np.zeros(10, np.int64))
    assert kept(found, replace(TRIAL, examples=fewer)) == ()
    assert len(put(found, summarise(TRIAL, [500, 510, 490, 480])).distributions) == 1


def test_losses_are_kept_beside_the_runs() -> None:
    """The band lies between quantiles at each step; one of more runs stays, and a single training makes none."""
    losses = [[2.0 + run / 100, 1.0 + run / 1000] for run in range(41)]
    band = find_band(losses, None)
    assert band == CurveBand(runs=41, low=(2.01, 1.001), high=(2.39, 1.039))
    assert find_band(losses[:20], band) == band
    assert find_band(losses[:1], None) is None
    found = put(Calibration(), summarise(TRIAL, [500, 510, 490], band))
    assert kept_band(found, TRIAL) == band
    assert kept_band(found, replace(TRIAL, description="from elsewhere")) is None
    assert kept_band(Calibration(), TRIAL) is None


@pytest.mark.parametrize(
    ("known", "runs", "seeds", "lacking"),
    [
        (0, None, 3, [0, 1, 2]),
        (2, None, 3, [0, 1, 2]),
        (100, None, 60, list(range(LEAST_CURVES))),
        (100, LEAST_CURVES, 60, []),
        (100, LEAST_CURVES, 102, [100, 101]),
    ],
)
def test_trainings_without_losses_are_repeated(known: int, runs: int | None, seeds: int, lacking: list[int]) -> None:
    """An older file gets curves by some trainings more, and its runs stay as they are."""
    band = None if runs is None else CurveBand(runs=runs, low=(1.0,), high=(2.0,))
    assert lacking_seeds(known, band, seeds) == lacking


def test_runs_that_are_known_stay_when_curves_are_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bound, mean and runs of an older file are the same afterwards, whatever a repeated training reaches."""
    before = put(Calibration(), summarise(TRIAL, [500, 510, 490] * 10))
    saved: list[Calibration] = []
    monkeypatch.setattr(calibrate, "open_references", lambda _plan: nullcontext((None, None)))
    monkeypatch.setattr(calibrate, "trials", lambda *_: [TRIAL])
    monkeypatch.setattr(calibrate, "_run", lambda _references, _trial, seed: (7, [2.0 + seed, 1.0]))
    calibrate.calibrate(SimpleNamespace(assignment=None, budget=""), 30, before, (), saved.append, lambda *_: None)
    (old,), (new,) = before.distributions, saved[-1].distributions
    assert new.losses is not None
    assert new.losses.runs == LEAST_CURVES
    assert new.model_copy(update={"losses": None}) == old


def test_file_comes_back(tmp_path: Path) -> None:
    """What is written is read; nothing is no calibration, and something else is an error with a remedy."""
    band = CurveBand(runs=3, low=(2.0, 1.5), high=(2.5, 2.0))
    found = put(Calibration(versions={"python": "3"}), summarise(TRIAL, [500, 510, 490], band))
    path = tmp_path / "calibration.json"
    assert load_calibration(path) == Calibration()
    path.write_text(calibration_as_json(found), "utf-8")
    assert load_calibration(path) == found
    path.write_text('{"schema_version": 2}', "utf-8")
    with pytest.raises(AssignmentError, match="--calibrate"):
        load_calibration(path)


@pytest.mark.parametrize("name", assignments.known(REFERENCE))
def test_stored_calibration_is_of_today(name: str) -> None:
    """Each examined reference has its distribution, on real data and stand-in, and fails under 1 % of right work.

    A calibration says by which protocol it was made; one that the assignment no longer has is out of date.
    """
    assignment = assignments.load(name, REFERENCE)
    settings = assignment.accuracy
    kinds = ("real", "stand-in") if assignment.datasets else ("real",)
    for model_id, model in settings.models.items():
        trial = replace(TRIAL, protocol=model.retrain or settings.retrain)
        for framework in ("keras", "torch"):
            for kind in kinds:
                found = assignment.calibration.find(model_id, framework, "retrain", "quick", kind)
                assert found is not None, (model_id, framework, kind)
                assert found.protocol == trial.words
                assert found.interval[1] ** settings.trainings < 0.01
                assert found.bound > 0
                assert _is_sound(found, trial.protocol.epochs)
    assert json.loads((assignment.folder / "calibration.json").read_bytes())["schema_version"] == 1


def _is_sound(found: Distribution, epochs: int) -> bool:
    """Whether the losses, if they were kept, are of enough trainings, in order and for as many steps in each epoch."""
    if found.losses is None:
        return True
    pairs = list(zip(found.losses.low, found.losses.high, strict=True))
    enough = found.losses.runs >= LEAST_CURVES and len(pairs) % epochs == 0
    return enough and all(0 <= low <= high for low, high in pairs)


def test_the_page_says_what_is_stored() -> None:
    """The table of docs/accuracy.md is that of the files; `python -m tests.calibration_table` writes it anew."""
    assert calibration_table.stored() == calibration_table.table()
