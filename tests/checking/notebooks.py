"""An assignment of two tasks, and notebooks of students who did it: wrong ones and the mended one."""

from __future__ import annotations

from pathlib import Path

from suite.assignments import Expected, ExpectedLayer, ExpectedModel, load
from suite.checking.public_file import write_public
from tests.conftest import write_notebook

TOML = """title = { en = "Small nets", es = "Redes pequeñas" }
runtime = "torch"

[[tasks]]
id = "net"
title = { en = "A net", es = "Una red" }
probes = [{ inputs = [{ shape = [6] }] }]

[[tasks]]
kind = "function"
id = "half"
arguments = [{ shape = ["n", 3] }]
sizes = { n = [1, 4] }
"""
NET = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(6, 5)
        self.two = nn.Linear(5, 3)

    def forward(self, x):
        return self.two(torch.relu(self.one(x)))
"""
HALF = "def half(x):\n    return x / 2"
CHECK = "%load_ext suite\n%check"
MENDED = (NET, "net = Net()", HALF, CHECK)
WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "other outputs": (
        (NET.replace("Linear(5, 3)", "Linear(5, 4)"), *MENDED[1:]),
        "returns (None, 4), expected (None, 3)",
    ),
    "another name": ((*MENDED[:2], HALF.replace("half", "hafl"), CHECK), "called half; it has hafl"),
    "a cell that raises": ((NET, "net = Nett()", HALF.replace("x / 2", "x.halved"), CHECK), "Code cell 2 stopped"),
}
"""Three wrong notebooks, each with a piece of what it is told."""


def write_told(folder: Path, public: str = "outputs") -> Path:
    """The instructor's file."""
    own = folder / "own" / "small"
    own.mkdir(parents=True)
    (own / "assignment.toml").write_text(f'public = "{public}"\n{TOML}', "utf-8")
    (own / "functions.py").write_text(HALF, "utf-8")
    (own / "model_torch.py").write_text(f"{NET}\n\ndef build_net():\n    return Net()\n", "utf-8")
    layers = tuple(
        ExpectedLayer(kind="Linear", parameters=count, output_shape=(None, size), weights=weights)
        for count, size, weights in ((35, 5, ((5, 6), (5,))), (18, 3, ((3, 5), (3,))))
    )
    model = ExpectedModel(parameters=53, outputs=((None, 3),), layers=layers, golden=())
    expected = Expected(versions={}, models={"net": {"torch": model}})
    path = folder / "small.check.json"
    path.write_text(write_public(load("small", folder / "own"), expected, "en"), "utf-8")
    return path


def write_work(folder: Path, cells: tuple[str, ...], name: str = "work.ipynb") -> Path:
    """A student's notebook."""
    path = folder / name
    write_notebook(path, cells)
    return path
