"""A regression on a CSV with an MLP: right work predicts what was held back, and leaks and missing steps lose marks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Graded, grade, run_suite, write_notebook

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # a class of a minute; test_own_data.py has the like in less
TOML = """
title = "Prices of houses"
runtime = "torch"

[data.houses]
file = "houses.csv"
target = "price"

[[tasks]]
id = "net"
probes = [{ inputs = [{ shape = [3] }] }]

[checks]
runs = { points = 1 }
shapes = { points = 2 }
function = { points = 2 }
metric = { points = 5 }

[accuracy.modes]
quick = "as_submitted"

[accuracy.models.net]
dataset = "houses"
cutoffs = [[0.3, 0], [0.8, 1]]

[budgets.quick]
epochs = 0
"""
TORCH = """
import torch
from torch import nn

def build_net():
    return nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 1))
"""
KERAS = """
import keras

def build_net():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(1)])
"""
READ = """
import pandas as pd
torch.manual_seed(1)
houses = pd.read_csv("houses.csv")
assert len(houses) == 400
columns = ["rooms", "area", "year"]
x, y = houses[columns].to_numpy("float32"), houses[["price"]].to_numpy("float32")
"""
SCALE = "x, y = [(each - each.mean(0)) / each.std(0) for each in (x, y)]\n"
UNIT = "x, y = [(each - each.min(0)) / (each.max(0) - each.min(0)) for each in (x, y)]\n"
TRAIN = """
net, x, y = build_net(), torch.as_tensor(x), torch.as_tensor(y)
optimizer = torch.optim.Adam(net.parameters(), 0.02)
for _ in range(STEPS):
    optimizer.zero_grad()
    nn.functional.mse_loss(net(x), y).backward()
    optimizer.step()
"""
LONG = TRAIN.replace("STEPS", "400")
RIGHT = {"standard": TORCH + READ + SCALE + LONG, "unit": TORCH + READ + UNIT + LONG}
WRONG = {
    "unscaled": TORCH + READ + LONG,
    "untrained": TORCH + READ + SCALE + "net = build_net()",
    "target_among_the_inputs": TORCH + READ.replace('"year"]', '"price"]') + SCALE + LONG,
    "shuffled": TORCH + READ + SCALE + "y = y[torch.randperm(len(y))]\n" + LONG,
}
PARTLY = {
    "short": TORCH + READ + SCALE + TRAIN.replace("STEPS", "4"),
}


@pytest.fixture(scope="module")
def assignments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assignment with 500 houses, of which 100 are held back, and references in both frameworks."""
    folder = tmp_path_factory.mktemp("own") / "houses"
    folder.mkdir()
    generator = np.random.default_rng(0)
    rooms, area, year = (
        generator.integers(1, 8, 500),
        generator.uniform(30, 300, 500),
        generator.uniform(1900, 2020, 500),
    )
    price = 100_000 + 900 * area + 20_000 * rooms + 0.02 * (year - 1960) ** 2 * area + generator.normal(0, 15_000, 500)
    rows = zip(rooms, area, year, price, strict=True)
    table = "".join(f"{r},{a:.1f},{y:.0f},{p:.2f}\n" for r, a, y, p in rows)
    (folder / "houses.csv").write_text("rooms,area,year,price\n" + table, "utf-8")
    (folder / "assignment.toml").write_text(TOML, "utf-8")
    (folder / "model_torch.py").write_text(TORCH, "utf-8")
    (folder / "model_keras.py").write_text(KERAS, "utf-8")
    done = run_suite("freeze", "houses", "--assignments", folder.parent)
    assert done.returncode == 0, done.stderr
    return folder.parent


@pytest.fixture(scope="module")
def graded(assignments: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Right work, half of it, and what loses marks."""
    folder = tmp_path_factory.mktemp("class")
    for name, source in (RIGHT | WRONG | PARTLY).items():
        write_notebook(folder / f"{name}.ipynb", [source])
    return grade(tmp_path_factory.mktemp("report"), folder, "--assignments", assignments, assignment="houses")


def _marks(graded: Graded, name: str) -> dict[str, float]:
    return {verdict["check"]: verdict["points"] for verdict in graded.results[name]["verdicts"]}


@pytest.mark.parametrize("name", RIGHT)
def test_right_work_predicts_what_was_held_back(graded: Graded, name: str) -> None:
    """However inputs and prices are scaled, all points are earned."""
    assert _marks(graded, name) == {"runs": 1, "shapes": 2, "function": 2, "metric": 5}, graded.results[name]
    verdict = graded.results[name]["verdicts"][-1]
    assert verdict["message"].startswith("The model as submitted reaches r2 0.")
    assert "100 held-out rows" in verdict["message"]


@pytest.mark.parametrize("name", WRONG)
def test_leaks_and_missing_steps_lose_marks(graded: Graded, name: str) -> None:
    """The model is right, and what it learnt doesn't predict other rows."""
    marks = _marks(graded, name)
    assert marks == {"runs": 1, "shapes": 2, "function": 2, "metric": 0}, graded.results[name]["verdicts"][-1]


def test_points_between_the_cutoffs(graded: Graded) -> None:
    """A training that ended early earns what its value is worth."""
    assert 0 < _marks(graded, "short")["metric"] < 5, graded.results["short"]["verdicts"][-1]


def test_both_references_learn_numbers(assignments: Path) -> None:
    """Calibration trains by squared error in either framework; values and bounds are those of the metric."""
    done = run_suite("freeze", "houses", "--assignments", assignments, "--calibrate", "--seeds", "6")
    assert done.returncode == 0, done.stderr
    found = json.loads((assignments / "houses" / "calibration.json").read_text("utf-8"))["distributions"]
    retrained = {each["framework"]: each for each in found if each["mode"] == "retrain"}
    assert set(retrained) == {"keras", "torch"}
    for each in retrained.values():
        assert (each["metric"], each["right"], len(each["values"])) == ("r2", [], 6)
        assert 0.2 < each["mean"] < 1
        assert each["bound"] < each["mean"]
