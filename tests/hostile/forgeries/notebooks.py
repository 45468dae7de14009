"""Honest notebooks, what a forgery states, and the code that more than one kind of attack begins with."""

from __future__ import annotations

from dataclasses import dataclass

TORCH = """
import torch
from torch import nn
"""
WIDE = TORCH + "import gc, sys, builtins, numpy as np\n"
KERAS = """
import keras
from keras import layers, ops
"""
LINEAR = "model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))\n"
KERAS_LINEAR = "model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])\n"
KERAS_WRONG = """
rnns = [layers.SimpleRNN(8, activation="relu", return_sequences=more) for more in (True, True, False)]
model = keras.Sequential([keras.Input((28, 28)), *rnns, layers.Dense(10)])
"""
RIGHT = (
    TORCH
    + """
class Net(nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.stack = nn.RNN(28, 8, num_layers=3, batch_first=True, **options)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(self.stack(x)[0][:, -1])
"""
)
CAUGHT = "try:\n    raise ValueError('a mistake')\nexcept ValueError:\n    pass\n"

TWINS: dict[str, tuple[str, ...]] = {
    "nothing": ("x = 1",),
    "linear": (TORCH, LINEAR),
    "keras_linear": (KERAS, KERAS_LINEAR),
    "keras_claimed": (KERAS, KERAS_WRONG),
    "last_layer": (TORCH, "model = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.Linear(8, 10))"),
    "caught": ("x = 1", CAUGHT, CAUGHT),
    "claimed": (RIGHT, "model = Net(nonlinearity='relu')"),
    "right": (RIGHT, "model = Net()"),
}
"""Honest notebooks: no model, another one, mistakes that are caught, right layers with a wrong function, right work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """One attempt to earn what isn't earned."""

    twin: str
    """The honest notebook that earns no less."""
    cells: tuple[str, ...]
    """Its code cells."""
    status: str
    """Regular expression that the status matches."""


def forgery(twin: str, status: str, *cells: str) -> Forgery:
    """Make one of its twin, its status and its cells."""
    return Forgery(twin=twin, cells=cells, status=status)


FAKE_MODEL = """
import numpy as np
from suite.inside.worker import answers as answer
from suite.codec import Frame

SHAPES = {"a": [(8, 28), (8, 8), (8,), (8,)], "b": [(8, 8), (8, 8), (8,), (8,)],
          "c": [(8, 8), (8, 8), (8,), (8,)], "fc": [(10, 8), (10,)]}

def describe(*_):
    model = {"name": "model", "framework": "torch", "class_name": "Net", "cell": 0, "finished": True,
             "called_with": [], "answered_with": 0, "words": 0}
    return {"models": [model], "shell_lines": [], "capped": [], "versions": {"python": "3"},
            "observations": {"trainings": [], "remarks": [], "states": []}}

def weights(*_):
    arrays, layers = {}, []
    for name, shapes in SHAPES.items():
        heads = [{"key": f"{name}{n}", "name": str(n), "trainable": True} for n in range(len(shapes))]
        arrays |= {f"{name}{n}": np.zeros(shape, "float32") for n, shape in enumerate(shapes)}
        layers.append({"name": name, "kind": "RNN", "options": {}, "weights": heads, "buffers": []})
    return Frame(body={"layers": layers}, arrays=arrays)

def probe(*_):
    calls = [[name, [3, 28, 8]] for name in "abc"] + [["fc", [3, 10]]]
    return Frame(body={"problem": "", "calls": calls}, arrays={"0": np.ones((3, 10), "float32")})

def predict(_entry, question):
    rows = len(question.arrays["x0.0"])
    made = {f"y{n}.0": np.random.rand(rows, 10).astype("float32") for n in range(question.body["calls"])}
    return Frame(body={"problem": "", "layers": []}, arrays=made)

def predict_each(entry, question):
    made = {}
    for n, tensor in enumerate([None, *question.body["tensors"]]):
        arrays = {name: value for name, value in question.arrays.items() if not name.startswith("v")}
        if tensor is not None:
            arrays[f"w{tensor}"] = question.arrays[f"v{tensor}"]
        found = predict(entry, Frame(body=question.body | {"calls": 1, "listen": False}, arrays=arrays)).arrays
        made |= {f"y{n}.{name.partition('.')[2]}": value for name, value in found.items()}
    return Frame(body={"problem": "", "layers": []}, arrays=made)

def recipes(*_):
    return Frame(body={"parts": []})

def train(_entry, question):
    kept = {name: array for name, array in question.arrays.items() if name.startswith("w")}
    return Frame(body={"problem": "", "layers": []}, arrays=kept)

def layer(_entry, question):
    given = {name: value for name, value in question.arrays.items() if name.startswith("w")}
    units = min(given[max(given, key=lambda name: int(name[1:]))].shape)
    rows = question.arrays["x0.0"].astype("float32")
    made = np.tanh(rows.mean(-1, keepdims=True) + sum(np.sin(v).mean() for v in given.values()) + np.arange(units))
    return Frame(body={"problem": "", "layers": []}, arrays={"y0.0": made.astype("float32")})

def reply(body, arrays=None):
    kind = body["question"]
    if kind == "describe":
        return Frame(body=describe() | {"number": body["number"]})
    made = {"probe": probe, "weights": weights, "predict": predict, "predict each": predict_each,
            "recipes": recipes, "layer": layer, "train": train}[kind](
        None, Frame(body=body, arrays=arrays or {})
    )
    return Frame(body=made.body | {"number": body["number"]}, arrays=made.arrays)
"""
"""Answers of the right form about a model that isn't there."""
