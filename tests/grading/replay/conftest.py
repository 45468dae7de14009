"""A small class, graded once: a right model, a wrong one, and a file that can't be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Graded, grade

NET = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = nn.RNN(28, 8, num_layers={layers}, batch_first=True)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(self.stack(x)[0][:, -1])

net = Net()
"""


@pytest.fixture(scope="package")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Its report, with the files beside it in `class`."""
    base = tmp_path_factory.mktemp("monday")
    (base / "class").mkdir()
    (base / "class" / "right.py").write_text(NET.format(layers=3), "utf-8")
    (base / "class" / "wrong.py").write_text(NET.format(layers=2), "utf-8")
    (base / "class" / "torn.ipynb").write_text('{"cells": [', "utf-8")
    return grade(base / "report", base / "class")


@pytest.fixture
def class_folder(graded: Graded) -> Path:
    """Where the submissions lie."""
    return graded.report.parent / "class"
