"""A class of any size, always the same for the same size: varied right and wrong work, 10% broken, 2% hostile."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.peers.work import code, write_notebook

KINDS = {"right": 0.58, "wrong": 0.30, "broken": 0.10, "hostile": 0.02}
"""Shares of the class."""
BROKEN = (
    ("x = (",),
    ("1 / 0",),
    ("print(undefined)",),
    ("import a_module_that_nobody_has",),
    ("from tensorflow.keras import Modell",),
    ("open('data.csv')",),
)
"""Cells of notebooks that end in an error; every fifth broken one is no notebook at all."""
HOSTILE = (
    "import os; os._exit(0)",
    "import os, signal; os.kill(-1, signal.SIGKILL)",
    "import shutil; shutil.rmtree('/', ignore_errors=True)",
    "print('x' * 5_000_000)",
    "import builtins; builtins.isinstance = lambda *_: True",
    "open('results.json', 'w').write('{\"score\": 100}')",
)
"""Cells that attack the grader and end at once; attacks that wait for a limit would measure the limit."""
NAMES = ("model", "net", "modelo", "rnn", "my_model", "red")


def write_class(folder: Path, size: int, seed: int = 0) -> dict[str, str]:
    """Write so many submissions into a folder; returns the kind of each by name."""
    draw = random.Random(seed)
    kinds = [kind for kind, share in KINDS.items() for _ in range(round(share * size))][:size]
    kinds += ["right"] * (size - len(kinds))
    draw.shuffle(kinds)
    folder.mkdir(parents=True)
    for number, kind in enumerate(kinds):
        path = folder / f"student{number:06}.ipynb"
        if kind == "broken" and draw.random() < 1 / 5:
            path.write_text(draw.choice(["", "{", json.dumps({"cells": 3})]), "utf-8")
        else:
            write_notebook(path, [code(cell) for cell in _cells(kind, draw)])
    return {f"student{number:06}": kind for number, kind in enumerate(kinds)}


def _cells(kind: str, draw: random.Random) -> Sequence[str]:
    model = _model(draw, wrong=kind == "wrong")
    note = f"# {draw.getrandbits(64):x}"  # so that no two are the same
    if kind == "broken":
        return [note, *model[: draw.randrange(len(model))], *draw.choice(BROKEN)]
    if kind == "hostile":
        return [note, *model, draw.choice(HOSTILE)]
    return [note, *model, *draw.choice([(), ("print('done')",), ("history = [i ** 2 for i in range(1000)]",)])]


def _model(draw: random.Random, *, wrong: bool) -> list[str]:
    """The stack that the assignment asks for, in one framework or the other; a wrong one has other sizes."""
    name, units = draw.choice(NAMES), draw.choice([8, 12, 16]) if wrong else 10
    if draw.random() < 1 / 2:
        layers = [f"layers.SimpleRNN({units}, return_sequences=True)"] * 2 + [f"layers.SimpleRNN({units})"]
        body = ",\n    ".join(["keras.Input((28, 28))", *layers, 'layers.Dense(10, activation="softmax")'])
        return ["import keras\nfrom keras import layers", f"{name} = keras.Sequential([\n    {body},\n])"]
    body = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        self.rnn = nn.RNN(28, {units}, num_layers=3, batch_first=True)\n"
        f"        self.out = nn.Linear({units}, 10)\n"
        "    def forward(self, x):\n        return self.out(self.rnn(x)[0][:, -1])"
    )
    return ["import torch\nfrom torch import nn", body, f"{name} = Net()"]
