"""An assignment with a CSV of its own: what notebooks find, what they can't find, and how well models predict it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from suite.cli import main
from tests.conftest import Graded, grade, run_suite, write_notebook

pytestmark = pytest.mark.slow
TOML = """
title = "Wine"
runtime = "torch"

[data.wine]
file = "wine.csv"
target = "kind"
given_as = "data/wine.csv"

[[tasks]]
id = "net"
answers = "logits or probabilities"
probes = [{ inputs = [{ shape = [2] }] }]

[checks]
runs = { points = 2 }
function = { points = 3 }
accuracy = { points = 5 }

[accuracy.modes]
quick = "as_submitted"

[accuracy.models.net]
dataset = "wine"
logits = true
floor = 0.85

[budgets.quick]
train_rows = 300
epochs = 0
"""
NET = """
import torch
from torch import nn
torch.manual_seed(0)

def build_net():
    return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 3))
"""
READ = """
import os
import pandas as pd
table = pd.read_csv("data/wine.csv")
x = table[["acid", "sugar"]].to_numpy("float32")
y = torch.as_tensor(table.kind.astype("category").cat.codes.to_numpy("int64"))
"""
SCALE = "x = (x - x.mean(0)) / x.std(0)\n"
TRAIN = """
net, x = build_net(), torch.as_tensor(x)
optimizer = torch.optim.Adam(net.parameters(), 0.03)
for _ in range(200):
    optimizer.zero_grad()
    nn.functional.cross_entropy(net(x), y).backward()
    optimizer.step()
"""
SEARCH = """
import sys
OF_THE_MACHINE = {"/proc", "/sys", "/usr", sys.prefix, sys.base_prefix}  # hundreds of thousands of files
found = []
for folder, folders, names in os.walk("/"):
    folders[:] = [each for each in folders if os.path.join(folder, each) not in OF_THE_MACHINE]
    found += [os.path.join(folder, name) for name in names if name == "wine.csv"]
lines = {line for path in found for line in open(path)}
assert len(lines) == 301, (found, len(lines))
assert len(table) == 300
"""
CLASS = {
    "right": NET + READ + SCALE + TRAIN + SEARCH,
    "untrained": NET + READ + SCALE + "net = build_net()",
    "unscaled": NET + READ + TRAIN,
    "shuffled": NET + READ + SCALE + "y = y[torch.randperm(len(y))]\n" + TRAIN,
}


@pytest.fixture(scope="module")
def assignments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assignment with 500 rows of three kinds, of which 100 are held back; one column is a thousand times larger."""
    folder = tmp_path_factory.mktemp("own") / "wine"
    folder.mkdir()
    generator = np.random.default_rng(0)
    kind = generator.integers(0, 3, 500)
    acid, sugar = generator.normal(kind == 1, 0.2), 50_000 + 1000 * generator.normal(kind == 2, 0.2)
    rows = (f"{a:.5f},{s:.3f},{'pqr'[k]}\n" for a, s, k in zip(acid, sugar, kind, strict=True))
    (folder / "wine.csv").write_text("acid,sugar,kind\n" + "".join(rows), "utf-8")
    (folder / "assignment.toml").write_text(TOML, "utf-8")
    (folder / "model_torch.py").write_text(NET, "utf-8")
    done = run_suite("freeze", "wine", "--assignments", folder.parent)
    assert done.returncode == 0, done.stderr
    return folder.parent


@pytest.fixture(scope="module")
def graded(assignments: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Right work, and three ways of learning nothing."""
    folder = tmp_path_factory.mktemp("class")
    for name, source in CLASS.items():
        write_notebook(folder / f"{name}.ipynb", [source])
    own = folder / "zipped"
    (own / "data").mkdir(parents=True)
    write_notebook(own / "work.ipynb", [CLASS["right"]])
    (own / "data" / "wine.csv").write_bytes((assignments / "wine" / "wine.csv").read_bytes())
    return grade(tmp_path_factory.mktemp("report"), folder, "--assignments", assignments, assignment="wine")


def _marks(graded: Graded, name: str) -> dict[str, float]:
    return {verdict["check"]: verdict["points"] for verdict in graded.results[name]["verdicts"]}


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["right", "zipped"])
def test_right_work_finds_the_rows_that_the_budget_leaves(graded: Graded, name: str) -> None:
    """300 rows lie beside the notebook, whatever it brought; no other rows lie anywhere, and it predicts the others."""
    verdicts = graded.results[name]["verdicts"]
    assert _marks(graded, name) == {"runs": 2, "function": 3, "accuracy": 5}, verdicts
    assert "wine, wine.csv, 300 rows" in graded.results[name]["data"]


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["untrained", "unscaled", "shuffled"])
def test_what_was_not_learnt_earns_nothing(graded: Graded, name: str) -> None:
    """A model that wasn't trained, or on unscaled or wrong data, predicts too few of the held-out rows."""
    verdicts = graded.results[name]["verdicts"]
    assert _marks(graded, name) == {"runs": 2, "function": 3, "accuracy": 0}, verdicts


def test_students_get_what_is_not_held_back(assignments: Path, tmp_path: Path) -> None:
    """`suite data give` writes the file as notebooks find it under the full budget."""
    done = CliRunner().invoke(main, ["data", "give", "wine", str(tmp_path), "--assignments", str(assignments)])
    assert done.exit_code == 0, done.output
    given = (tmp_path / "data" / "wine.csv").read_text("utf-8").splitlines()
    assert len(given) == 401
    assert set(given) < set((assignments / "wine" / "wine.csv").read_text("utf-8").splitlines())
