"""Weights that were trained elsewhere and handed in beside a notebook: the model is judged by them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Graded, change_settings, grade, write_notebook

pytestmark = [pytest.mark.slow, pytest.mark.nightly, pytest.mark.filterwarnings("ignore")]
pd = pytest.importorskip("pandas")
torch = pytest.importorskip("torch")
READ = """
import pandas as pd
data = pd.read_csv("viviendas.csv")
data = (data - data.mean()) / data.std()
price = data.pop("precio").to_numpy("float32")
"""
TORCH = (
    READ
    + """
import torch
from torch import nn
net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 1))
""",
    """
x, y = torch.tensor(data.to_numpy("float32")), torch.tensor(price)[:, None]
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
losses = []
for epoch in range(40):
    for rows in torch.randperm(len(x)).split(32):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    losses.append(loss.item())
assert len(losses) == 40
""",
    'torch.save(net.state_dict(), "net.pt")',
)
KERAS = (
    READ
    + """
import keras
dense = keras.layers.Dense
model = keras.Sequential([dense(16, "relu"), dense(8, "relu"), dense(1)])
""",
    """
model.compile("adam", "mse")
history = model.fit(data, price, epochs=100, validation_split=0.1, verbose=0)
assert history.history["loss"] and history.history["val_loss"]
""",
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network of the assignment, trained here, as files of both frameworks."""
    folder = tmp_path_factory.mktemp("weights")
    place, found = Path.cwd(), {}
    os.chdir(ROOT / "reference" / "gallery" / "mlp_regression")
    try:
        torch.manual_seed(1)
        exec("\n".join(TORCH[:2]), found)  # the notebook's own lines
    finally:
        os.chdir(place)
    net: Any = found["net"]
    torch.save(net.state_dict(), folder / "net.pt")
    keras = pytest.importorskip("keras")
    dense = keras.layers.Dense
    model = keras.Sequential([keras.Input((4,)), dense(16, "relu"), dense(8, "relu"), dense(1)])
    tensors = [value.detach().numpy() for value in net.parameters()]
    model.set_weights([value.T if value.ndim == 2 else value for value in tensors])
    model.save_weights(folder / "best.weights.h5")
    torch.save({"0.weight": torch.zeros(3, 4)}, folder / "other.pt")
    torch.save(net, folder / "whole.pt")
    return folder


@pytest.fixture(scope="module")
def graded(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """A class of which each has a folder with a notebook and one file."""
    folder = tmp_path_factory.mktemp("class")
    assignment = tmp_path_factory.mktemp("assignments") / "mlp_regression"
    shutil.copytree(ROOT / "reference" / "gallery" / "mlp_regression", assignment)
    change_settings(assignment, {"weights": ["*.pt", "*.weights.h5"]})
    entries = {
        "torch": (TORCH, "net.pt", "net.pt"),
        "keras": (KERAS, "best.weights.h5", "best.weights.h5"),
        "other": (TORCH, "other.pt", "net.pt"),
        "whole": (TORCH, "whole.pt", "net.pt"),
        "none": (TORCH, "net.pt", "net.bin"),
    }
    for name, (cells, file, called) in entries.items():
        (folder / name).mkdir()
        write_notebook(folder / name / "work.ipynb", cells)
        shutil.copy(trained / file, folder / name / called)
    return grade(
        tmp_path_factory.mktemp("report"), folder, "--assignments", assignment.parent, assignment="mlp_regression"
    )


def _metric(graded: Graded, name: str) -> Any:
    return next(verdict for verdict in graded.results[name]["verdicts"] if verdict["check"] == "metric")


@pytest.mark.parametrize("name", ["torch", "keras"])
def test_a_model_is_judged_by_its_file(graded: Graded, name: str) -> None:
    """It predicts what was held back, though its notebook took hardly a step; and the page says so."""
    verdict, result = _metric(graded, name), graded.results[name]
    assert verdict["outcome"] == "pass", verdict
    assert verdict["observed"]["mode"] == "as_submitted"
    assert result["score"] == result["max_score"]
    said = " ".join(result["notes"])
    assert "weights that were handed in" in said
    assert "→ 1 step" in said


@pytest.mark.parametrize(("name", "words"), [("other", "0.weight (16, 4)"), ("whole", "objects or code")])
def test_a_file_that_does_not_fit_costs_the_metric_alone(graded: Graded, name: str, words: str) -> None:
    """What was expected and what was seen is said, in the verdict and as a diagnosis."""
    verdict, result = _metric(graded, name), graded.results[name]
    assert (verdict["outcome"], verdict["points"]) == ("fail", 0)
    assert words in verdict["message"]
    assert [each["cause"] for each in result["diagnoses"]] == ["weights_unfit"]
    assert result["score"] == result["max_score"] - verdict["max_points"]


def test_without_a_file_the_notebook_trains(graded: Graded) -> None:
    """A file under another name is no file of weights."""
    assert _metric(graded, "none")["outcome"] == "pass"
    assert "1 step" not in " ".join(graded.results["none"]["notes"])
