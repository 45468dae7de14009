"""Submissions that are merely broken, or only look so: what each is told, and the marks that it keeps."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.hostile.forgeries import KERAS, RIGHT

STACK = """
def stack():
    return keras.Sequential([
        keras.Input((28, 28)),
        layers.SimpleRNN(10, return_sequences=True),
        layers.SimpleRNN(10, return_sequences=True),
        layers.SimpleRNN(10),
        layers.Dense(10, activation="softmax"),
    ])
"""
DATA = """
import numpy as np
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x, y = x[:128] / 255, y[:128]
"""
EVALUATE = """
model = stack()
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
model.evaluate(x, y)
"""
MODEL = "model = Net()"
FLAT = """
import torch
from torch import nn

class Layer(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.sizes = [inputs * 8, 64, 8, 8]
        self.all = nn.Parameter(torch.randn(sum(self.sizes)) / 5)

    def forward(self, x):
        w, u, b, c = self.all.split(self.sizes)
        h, outputs = x.new_zeros(len(x), 8), []
        for step in x.unbind(1):
            h = torch.tanh(step @ w.view(-1, 8) + h @ u.view(8, 8) + b + c)
            outputs.append(h)
        return torch.stack(outputs, dim=1)

class Flat(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(Layer(28), Layer(8), Layer(8))
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(self.layers(x)[:, -1])
"""
TRAIN = """
model = Net()
optimizer = torch.optim.SGD(model.parameters(), 0.1)
loss = nn.functional.cross_entropy(model(torch.rand(4, 28, 28)), torch.tensor([1, 2, 3, 4]))
loss.backward()
optimizer.step()
"""
MAX = 18.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One submission and what must come of it."""

    file: bytes
    """The notebook."""
    status: str
    """The result's."""
    score: float
    """Points, of 18."""
    word: str
    """Part of the message, or of a diagnosis."""


def as_file(*sources: str, kernel: str = "python3", kind: str = "code") -> bytes:
    """Cells as a notebook."""
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    cells = [
        {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)} | code for source in sources
    ]
    metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": kernel}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}).encode()


def _broken(status: str, score: float, word: str, *sources: str) -> Broken:
    return Broken(file=as_file(*sources), status=status, score=score, word=word)


def _file(status: str, score: float, word: str, file: bytes) -> Broken:
    return Broken(file=file, status=status, score=score, word=word)


ODD = """
class Gate(nn.Module):  # by itself it answers nothing
    def __init__(self):
        super().__init__()
        self.weight, self.rnn = nn.Parameter(torch.ones(28, 28)), nn.RNN(28, 8, batch_first=True)
    def forward(self, x):
        return self.rnn(x @ self.weight)[0][:, -1] if x.shape[1] == 28 else []
class Scale(Gate):  # four vectors of different lengths
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.var = (nn.Parameter(torch.ones(n)) for n in (28, 3, 2, 1))
    def forward(self, x):
        return self.rnn(x * self.a + self.b.sum() + self.c.sum() + self.var)[0][:, -1]
class Odd(Gate):  # no columns, no rows
    def __init__(self):
        super().__init__()
        self.w, self.u, self.b = (nn.Parameter(torch.ones(s)) for s in ((28, 0), (0, 28), (1,)))
    def forward(self, x):
        return self.rnn(x * self.b + (x @ self.w).sum())[0][:, -1]
class Wide(Gate):  # no numbers, and a length that no machine holds
    def __init__(self):
        super().__init__()
        self.empty = nn.Parameter(torch.ones(0, 1 << 31))
"""
"""Models whose layers no formula can be laid beside; the right one after them keeps its marks."""


BROKEN: dict[str, Broken] = {
    # Files
    "no_cells": _file("error", 0, "has no code cells", as_file()),
    "no_bytes": _file("error", 0, "is empty", b""),
    "no_code_cells": _file("error", 0, "has no code cells", as_file("# Only text", kind="markdown")),
    "blank_cells": _file("error", 0, "has no code cells", as_file("", "  \n")),
    "no_json": _file("error", 0, "isn't a valid notebook", as_file(RIGHT, MODEL)[:-20]),
    "other_json": _file("error", 0, "isn't a valid notebook", b'{"cells": 3}'),
    "unknown_kernel": _file("pass", MAX, "right", as_file(RIGHT, MODEL, kernel="julia-1.10")),
    # Code
    "syntax_error": _broken("error", 17.5, "isn't valid Python", RIGHT, MODEL + "\nfor x in range(3)", MODEL, "1"),
    "name_error": _broken("error", 17.33, "NameError", RIGHT, MODEL, "plt.plot([1])"),
    "out_of_order": _broken("error", 17.33, "NameError", MODEL, RIGHT, MODEL),
    "missing_file": _broken("error", 17.33, "FileNotFoundError", RIGHT, MODEL, "open('notas.csv')"),
    "missing_module": _broken("missing dependency", 17.33, "mis_funciones", RIGHT, MODEL, "import mis_funciones"),
    "asks_for_input": _broken("error", 17.33, "input", RIGHT, MODEL, "name = input('Name? ')"),
    "plot_that_blocks": _broken(
        "pass", MAX, "right", RIGHT, MODEL, "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show(block=True)"
    ),
    "warnings": _broken(
        "pass",
        MAX,
        "right",
        RIGHT,
        "import sys, warnings\nwarnings.warn('old')\nprint('!', file=sys.stderr)\nprint('x', file=sys.__stderr__)",
        MODEL,
    ),
    # Models
    "weights_in_one_vector": _broken("inconclusive", 4.2, "nothing confirms its size", FLAT, "model = Flat()"),
    "odd_tensors": _broken("pass", MAX, "right", RIGHT + ODD, "odd = [Gate(), Scale(), Odd(), Wide()]", MODEL),
    "no_model": _broken("fail", 2, "No model was found", "x = 1"),
    "other_name": _broken("pass", MAX, "right", RIGHT, "mi_red_neuronal_2 = Net()"),
    "several_models": _broken("pass", MAX, "right", RIGHT, "a = nn.Linear(3, 3)", "b = Net()", "c = nn.GRU(3, 4)"),
    "never_built": _broken(
        "pass", MAX, "had no weights", KERAS, STACK.replace("        keras.Input((28, 28)),\n", ""), "model = stack()"
    ),
    "never_trained": _broken(
        "pass",
        MAX,
        "random weights",
        KERAS + DATA,
        STACK,
        EVALUATE,
    ),
    "nan_loss": _broken(
        "pass", MAX, "became NaN", RIGHT, TRAIN.replace("loss.backward", "(loss * torch.nan).backward")
    ),
    "overwritten": _broken("pass", MAX, "never trained", RIGHT, TRAIN, "model = Net()"),
}
"""Name to submission; limits on time, memory and the like are in `machine.py`, old code in the cases of diagnoses."""
