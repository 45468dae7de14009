"""A class as it comes: odd names, broken files, unusual right answers, cheap attacks; each gets what is its own."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Graded, grade

pytestmark = pytest.mark.slow

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(self.rnn(x)[0][:, -1])
"""
RIGHT = {
    "main_guard": NET
    + """
def build_model():
    return Net()

def main():
    model = build_model()

if __name__ == "__main__":
    main()
""",
    "attribute": NET
    + """
class Trainer:
    def __init__(self):
        self.model = Net()

trainer = Trainer()
""",
    "nested": NET + "found = {'models': {'first': [Net()]}}",
    "exits": NET + "import sys\nmodel = Net()\nsys.exit(0)",
    "arguments": NET + "import argparse\nargparse.ArgumentParser().parse_args()\nmodel = Net()",
    "own_path": NET + "from pathlib import Path\nassert Path(__file__).is_file()\nmodel = Net()",
    "double": NET + "model = Net().double()",
    "half": NET + "model = Net().to(torch.bfloat16)",
    "chatty": NET + "print('x' * 5_000_000)\nmodel = Net()",
    "raises_in_class": NET
    + """
class Odd:
    @property
    def __class__(self):
        raise RuntimeError('no class')

odd = Odd()
model = Net()
""",
}
WRONG = {
    "surrogate": "raise ValueError('\\ud800')",
    "long_error": "raise Exception('in a.build( input_shape IndexError ' * 5000)",
    "chatty_error": "print('x' * 5_000_000)\nraise ValueError('hidden')",
    "silenced": "get_ipython().showtraceback = lambda *a, **k: None\nraise ValueError('hidden')",
    "bad_message": """
kernel = get_ipython().kernel
kernel.send_response(kernel.iopub_socket, 'display_data', {'data': 3})
raise ValueError
""",
}


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All of them, graded as one class."""
    folder = tmp_path_factory.mktemp("class")
    for name, source in (RIGHT | WRONG).items():
        (folder / f"{name}.py").write_text(source, "utf-8")
    (folder / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\nname = 'a\xf1o'\n" + NET.encode() + b"model = Net()")
    (folder / os.fsdecode(b"munoz\xf1.py")).write_text("x = 1")
    cell = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": "x = 1"}
    notebook = {"nbformat": 4, "nbformat_minor": None, "metadata": {}, "cells": [cell]}
    (folder / "minor.ipynb").write_text(json.dumps(notebook))
    (folder / "malformed.ipynb").write_text(json.dumps(notebook | {"cells": [1]}))
    for name in ("same.ipynb", "same (2).ipynb"):
        (folder / name).write_text(json.dumps(notebook | {"nbformat_minor": 4}))
    (folder / "same.py").write_text("raise KeyError")
    (folder / "wrapped" / "entrega" / "final").mkdir(parents=True)
    (folder / "wrapped" / "entrega" / "final" / "p.py").write_text(NET + "model = Net()", "utf-8")
    return grade(tmp_path_factory.mktemp("report"), folder)


@pytest.mark.parametrize("name", [*RIGHT, "latin", "wrapped"])
def test_right_work_in_unusual_forms(messy: Graded, name: str) -> None:
    """However a right model is written, it gets full marks."""
    result = messy.results[name]
    assert (result["status"], result["score"]) == ("pass", 18), result["verdicts"]


@pytest.mark.parametrize("name", WRONG)
def test_a_cell_that_raises_earns_nothing(messy: Graded, name: str) -> None:
    """No trick with outputs or messages hides an exception, and none disturbs the class."""
    assert messy.results[name]["status"] == "error"
    assert messy.results[name]["score"] == 0


def test_everyone_is_there_once(messy: Graded) -> None:
    """Names that collide are told apart, also from names that look like numbered ones."""
    names = messy.results.keys()
    assert {"same", "same (2)", "same (3)"} <= names
    assert len(names) == len(RIGHT) + len(WRONG) + len(
        ["latin", "munoz", "minor", "malformed", "same", "same", "same", "wrapped"]
    )
    statuses = sorted(messy.results[name]["message"] for name in ("same", "same (2)", "same (3)"))
    assert sum("KeyError" in status for status in statuses) == 1


def test_malformed_notebook_and_foreign_name(messy: Graded) -> None:
    """A notebook that nbformat stumbles over, and a name that isn't UTF-8, cost nobody else a mark."""
    assert "isn't a valid notebook" in messy.results["malformed"]["message"]
    assert messy.results["minor"]["verdicts"][0]["outcome"] == "pass"  # its cells are all right
    assert messy.results["munoz?"]["verdicts"][0]["outcome"] == "pass"
    assert messy.code == 0


def test_report_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A report path inside a file is wrong usage, said in one line."""
    (tmp_path / "file").write_text("")
    (tmp_path / "a.py").write_text("x = 1")
    graded = grade(tmp_path / "file" / "report", tmp_path / "a.py")
    assert graded.code == 2
    assert "Traceback" not in graded.stderr
