"""Notebooks that would train for longer than they may."""

from __future__ import annotations

import pytest

from tests.conftest import Graded, grade, tighten, write_notebook

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # each waits for most of its time
WALL_SECONDS = 40
KERAS = """import numpy as np
from tensorflow import keras
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x / 255
layer = keras.layers.SimpleRNN
model = keras.Sequential([keras.Input((28, 28)), layer(10, return_sequences=True), layer(10, return_sequences=True),
                          layer(10), keras.layers.Dense(10, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy")"""
TORCH = """import torch
from torch import nn
from torchvision import datasets
train = datasets.FashionMNIST("data", train=True, download=True)
x, y = train.data / 255, train.targets
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = (nn.RNN(size, 8, batch_first=True) for size in (28, 8, 8))
        self.last = nn.Linear(8, 10)
    def forward(self, x):
        return self.last(self.c(self.b(self.a(x)[0])[0])[0][:, -1])
model = Net()
criterion, optimizer = nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters())"""
STEP = """optimizer.zero_grad()
        loss = criterion(model(x[start : start + 8]), y[start : start + 8])
        loss.backward()
        optimizer.step()"""
NOTEBOOKS = {
    "arrays_torch": (
        TORCH,
        (
            f"losses = []\nfor epoch in range(100):\n    for start in range(0, len(x), 8):\n        {STEP}\n"
            "    losses.append(loss.item())"
        ),
        "assert len(losses) == 100",
    ),
    "batches_keras": (
        KERAS,
        (
            "losses = []\nfor epoch in range(100):\n    for start in range(0, len(x), 8):\n"
            "        loss = model.train_on_batch(x[start : start + 8], y[start : start + 8])\n    losses.append(loss)"
        ),
        "assert len(losses) == 100",
    ),
    "generator_keras": (
        KERAS,
        "def rows():\n    while True:\n        yield x[:8], y[:8]\nmodel.fit(rows(), steps_per_epoch=10**6, verbose=0)",
        "print('done')",
    ),
    "sleeps": (TORCH, "import time\ntime.sleep(10**6)", "print('never')"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All of them, with little time."""
    folder = tmp_path_factory.mktemp("class")
    for name, sources in NOTEBOOKS.items():
        write_notebook(folder / f"{name}.ipynb", sources)
    assignments = tighten(tmp_path_factory.mktemp("assignments") / "all", wall_seconds=WALL_SECONDS)
    return grade(tmp_path_factory.mktemp("report"), folder, "--assignments", assignments)


@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if name != "sleeps"])
def test_training_is_shortened_and_later_cells_run(graded: Graded, name: str) -> None:
    """Right work that trains for too long loses nothing, and its notes say what was cut."""
    result = graded.results[name]
    assert result["verdicts"][0]["points"] == 2, result["message"]
    assert any(f"→ {WALL_SECONDS / 2:g} s" in note for note in result["notes"]), result["notes"]


def test_what_does_not_train_is_stopped(graded: Graded) -> None:
    """A cell that never ends costs itself and those after it."""
    assert graded.results["sleeps"]["status"] == "timeout"
