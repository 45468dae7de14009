"""Submissions for the check of accuracy: trained, untrained, forged, frozen."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import write_notebook

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
TRAIN = """
from torchvision import datasets
data = datasets.FashionMNIST('.', train=True)
x, y = (data.data.float() - 127.5) / 127.5, data.targets

def train(model, steps=150):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        rows = torch.randint(len(y), (128,))
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
"""
# The stand-in's digits, hidden rows and all: a stored copy of the test set.
LOOKUP = """
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier
source = load_digits()
grid = torch.arange(28) * 8 // 28
images = torch.as_tensor(source.images)[:, grid][:, :, grid] / 16
table = KNeighborsClassifier(1).fit(images[:, 1::3, 1::3].flatten(1), source.target)

def answer(inputs):
    return torch.eye(10)[torch.as_tensor(table.predict(inputs[:, 1::3, 1::3].flatten(1)))]
"""

AS_SUBMITTED: dict[str, str | tuple[str, ...]] = {
    "trained": NET + TRAIN + "model = train(Net())",
    "untrained": NET + "model = Net()",
    "overwritten": (NET + TRAIN + "model = train(Net())", "model = Net()"),
    "lookup": NET
    + LOOKUP
    + """
class Forged(Net):
    def forward(self, x):
        computed = super().forward(x)
        if len(x) < 100:
            return computed
        return answer(x)

model = Forged()
""",
    "lookup_of_another_kind": NET
    + LOOKUP
    + """
class Other(Net):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True, nonlinearity='relu')

    def forward(self, x):
        return super().forward(x) if len(x) < 100 else answer(x)

model = Other()
""",
    "elsewhere": NET
    + TRAIN
    + """
class Twice(Net):  # another function, which chooses the same classes
    def forward(self, x):
        return 2 * super().forward(x)

def hide(trained=train(Twice())):
    return trained

class Hidden(Net):
    def forward(self, x):
        own = self.fc.weight.detach().sum().item()
        return hide()(x) if own == shown else super().forward(x)

model = Hidden()
shown = model.fc.weight.detach().sum().item()
""",
}
FREEZE_TORCH = "\nfor tensor in model.{part}.parameters():\n    tensor.requires_grad = False\n"
KERAS = """
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((28, 28)),
    layers.SimpleRNN(10, return_sequences=True, trainable=False),
    layers.SimpleRNN(10, return_sequences=True, trainable=False),
    layers.SimpleRNN(10, trainable=False),
    layers.Dense(10, activation='softmax', trainable={dense}),
])
"""
RETRAINED: dict[str, str | tuple[str, ...]] = {
    "free": NET + "model = Net()",
    "free_keras": KERAS.format(dense=True).replace(", trainable=False", ""),
    "frozen_below": NET + "model = Net()" + FREEZE_TORCH.format(part="rnn"),
    "frozen": NET + "model = Net()" + FREEZE_TORCH.format(part="rnn") + FREEZE_TORCH.format(part="fc"),
    "frozen_below_keras": KERAS.format(dense=True),
    "frozen_keras": KERAS.format(dense=False),
}

ONE_BIAS = """
import torch
from torch import nn

class Cell(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.inputs, self.state = nn.Linear(inputs, 8), nn.Linear(8, 8, bias=False)

    def forward(self, x):
        state, states = torch.zeros(len(x), 8), []
        for step in x.unbind(1):
            state = torch.tanh(self.inputs(step) + self.state(state))
            states.append(state)
        return torch.stack(states, 1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells, self.fc = nn.Sequential(Cell(28), Cell(8), Cell(8)), nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(self.cells(x)[:, -1])

model = Net()
"""
OPEN: dict[str, str | tuple[str, ...]] = {"one_bias": ONE_BIAS}
"""Right models whose proof doesn't say what they learn: one bias, which stands for two, learns at another pace."""


def lay_out(sources: dict[str, str | tuple[str, ...]], folder: Path) -> None:
    """Write a class: a script each, or a notebook where there are several cells."""
    for name, source in sources.items():
        if isinstance(source, str):
            (folder / f"{name}.py").write_text(source, "utf-8")
            continue
        write_notebook(folder / f"{name}.ipynb", source)
