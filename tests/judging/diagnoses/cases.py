"""Notebooks with one mistake each, as students make them, and right ones that come close to it."""

from __future__ import annotations

from dataclasses import dataclass

TORCH = """
import torch
from torch import nn
from torchvision import datasets, transforms
torch.manual_seed(1)
torch.set_num_threads(1)
"""
DATA = """
to_tensor = transforms.ToTensor()
train = datasets.FashionMNIST("data", train=True, download=True, transform=to_tensor)
test = datasets.FashionMNIST("data", train=False, download=True, transform=to_tensor)
some = torch.utils.data.Subset(train, range(128))
loader = torch.utils.data.DataLoader(some, batch_size=32, shuffle=True)
test_loader = torch.utils.data.DataLoader(torch.utils.data.Subset(test, range(64)), batch_size=32)
"""
NET = """
class Net(nn.Module):
    def __init__(self, hidden=8):
        super().__init__()
        self.a = nn.RNN(28, hidden, batch_first=True)
        self.b = nn.RNN(hidden, hidden, batch_first=True)
        self.c = nn.RNN(hidden, hidden, batch_first=True)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(hidden, 10)

    def forward(self, x):
        x = x.squeeze(1)
        out = self.c(self.b(self.a(x)[0])[0])[0]
        return self.fc(self.dropout(out[:, -1]))
"""
LOOP = """
for images, labels in loader:
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
"""
START = """
model = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
"""
EVALUATE = """
right = 0
with torch.no_grad():
    for images, labels in test_loader:
        right += (model(images).argmax(1) == labels).sum().item()
print(right)
"""
KERAS = """
import numpy as np
import keras
from keras import layers
(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train[:128] / 255, x_test[:64] / 255
y_train, y_test = y_train[:128], y_test[:64]
"""
STACK = """
model = keras.Sequential([
    keras.Input((28, 28)),
    layers.SimpleRNN(10, return_sequences=True),
    layers.SimpleRNN(10, return_sequences=True),
    layers.SimpleRNN(10),
    layers.Dense(10, activation="softmax"),
])
"""
LIGHT = """
model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10, activation="softmax")])
"""  # where it doesn't matter what is trained
COMPILE = "model.compile(loss='sparse_categorical_crossentropy', optimizer='adam')"
FIT = "model.fit(x_train, y_train, epochs=1, batch_size=64)"
BATCH_LAST = "self.fc(self.dropout(out[:, -1]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One notebook and what is to be recognised in it."""

    cells: tuple[str, ...]
    """Its code cells."""
    cause: str
    """The one cause, style apart; empty where there is none."""
    cell: int = -1
    """Index of the cell that the diagnosis points at."""
    words: str = ""
    """What its message says."""


def _case(cause: str, cell: int, words: str, *cells: str) -> Case:
    return Case(cells=cells, cause=cause, cell=cell, words=words)


def _net(old: str, new: str) -> str:
    assert old in NET
    return NET.replace(old, new)


def _loop(old: str, new: str, start: str = START) -> tuple[str, ...]:
    assert old in LOOP + start
    return TORCH + DATA, NET, start.replace(old, new), LOOP.replace(old, new)


WRONG: dict[str, Case] = {
    "keras_no_sequences": _case(
        "missing_return_sequences",
        1,
        "set return_sequences=True in layer 1",
        KERAS,
        STACK.replace(", return_sequences=True", "", 1),
    ),
    "keras_no_sequences_functional": _case(
        "missing_return_sequences",
        1,
        "was given (None, 10)",
        KERAS,
        "x = keras.Input((28, 28))\ny = layers.SimpleRNN(10)(layers.SimpleRNN(10)(x))\nmodel = keras.Model(x, y)",
    ),
    "torch_time_first": _case(
        "wrong_batch_first",
        1,
        "takes the examples of a batch for steps",
        TORCH,
        NET.replace(", batch_first=True", ""),
        "model = Net()",
    ),
    "torch_channel": _case(
        "channel_not_squeezed", 3, "got 4D", TORCH + DATA, _net("x = x.squeeze(1)", "pass"), START, LOOP
    ),
    "keras_channel": _case(
        "channel_not_squeezed",
        1,
        "(None, 28, 28, 1)",
        KERAS,
        "x = keras.Input((28, 28, 1))\ny = layers.SimpleRNN(10)(x)\nmodel = keras.Model(x, layers.Dense(10)(y))",
    ),
    "torch_every_step": _case(
        "wrong_last_step", 1, "once for every time step", TORCH, _net("out[:, -1]", "out"), "model = Net()"
    ),
    "torch_last_image": _case(
        "wrong_last_step", 1, "last example of the batch", TORCH, _net("out[:, -1]", "out[-1]"), "model = Net()"
    ),
    "torch_first_step": _case(
        "wrong_last_step", 1, "reads the first step", TORCH, _net("out[:, -1]", "out[:, 0]"), "model = Net()"
    ),
    "torch_softmax": _case(
        "softmax_before_cross_entropy",
        1,
        "was given probabilities",
        TORCH + DATA,
        _net(BATCH_LAST, f"torch.softmax({BATCH_LAST}, dim=1)"),
        START,
        LOOP,
    ),
    "keras_linear_output": _case(
        "logits_as_probabilities",
        2,
        "no activation",
        KERAS,
        LIGHT.replace(', activation="softmax"', ""),
        COMPILE + "\n" + FIT,
    ),
    "keras_one_hot": _case(
        "labels_one_hot",
        3,
        "was given one-hot rows",
        KERAS,
        LIGHT,
        "y_train = keras.utils.to_categorical(y_train)",
        COMPILE + "\n" + FIT,
    ),
    "torch_one_hot": _case(
        "labels_one_hot",
        3,
        "was given one-hot rows",
        *_loop("(images), labels)", "(images), nn.functional.one_hot(labels, 10))"),
    ),
    "keras_too_few_outputs": _case(
        "label_beyond_outputs", 2, "A label is 9", KERAS, LIGHT.replace("Dense(10", "Dense(9"), COMPILE + "\n" + FIT
    ),
    "torch_too_few_outputs": _case(
        "label_beyond_outputs", 3, "A label is 9", TORCH + DATA, _net("(hidden, 10)", "(hidden, 9)"), START, LOOP
    ),
    "keras_small_table": _case(
        "word_beyond_table",
        1,
        "= 9 is not in [0, 9)",
        KERAS,
        "layers.Embedding(9, 2)(np.array([[3, 9]]))",
    ),
    "keras_sparse": _case(
        "labels_sparse", 2, "was given class numbers", KERAS, LIGHT, COMPILE.replace("sparse_", "") + "\n" + FIT
    ),
    "torch_no_eval": _case(
        "eval_forgotten", 4, "while Dropout was in training mode", TORCH + DATA, NET, START, LOOP, EVALUATE
    ),
    "torch_no_eval_batch_norm": _case(
        "eval_forgotten",
        4,
        "while BatchNorm was in training mode",
        TORCH + DATA,
        _net("nn.Dropout(0.2)", "nn.BatchNorm1d(hidden)"),
        START,
        LOOP,
        EVALUATE,
    ),
    "torch_test_loader": _case(
        "trained_on_test_set", 3, "on batches of the test set", *_loop("in loader", "in test_loader")
    ),
    "keras_test_set": _case(
        "trained_on_test_set", 3, "fit() was given x_test", KERAS, LIGHT, COMPILE, FIT.replace("train", "test")
    ),
    "torch_replaced_model": _case(
        "wrong_parameters",
        2,
        "another model",
        TORCH + DATA,
        NET,
        START + "model = Net()",
        LOOP,
    ),
    "torch_other_model": _case(
        "wrong_parameters",
        2,
        "none of its weights ever had a gradient",
        *_loop("Adam(model", "Adam(other", START.replace("model = Net()", "model, other = Net(), Net()")),
    ),
    "torch_cleared": _case(
        "wrong_parameters",
        3,
        "zero_grad() stands between",
        *_loop("    optimizer.step()", "    optimizer.zero_grad()\n    optimizer.step()"),
    ),
    "torch_nan": _case(
        "loss_not_finite",
        3,
        "became NaN",
        *_loop("criterion(model(images), labels)", "criterion(model(images), labels) * torch.nan"),
    ),
    "keras_nan": _case(
        "loss_not_finite", 2, "became NaN", KERAS, LIGHT, COMPILE + "\nmodel.fit(x_train * np.nan, y_train, verbose=0)"
    ),
    "torch_rate_low": _case("rate_far_off", 3, "at rate 1e-08", *_loop("lr=1e-3", "lr=1e-8")[:3], LOOP * 6),
    "keras_rate_high": _case(
        "rate_far_off",
        2,
        "at rate 50",
        KERAS,
        LIGHT,
        "model.compile(loss='sparse_categorical_crossentropy', optimizer=keras.optimizers.Adam(50.0))\n"
        "model.fit(x_train, y_train, batch_size=4, verbose=0)",
    ),
    "torch_never_trained": _case("never_trained", 2, "no training step was ever taken", TORCH, NET, START),
    "torch_never_stepped": _case(
        "never_trained", 2, "optimizer.step() never ran", *_loop("    optimizer.step()\n", "")
    ),
    "keras_never_trained": _case(
        "never_trained",
        2,
        "figures are those of random weights",
        KERAS,
        LIGHT,
        COMPILE + "\nmodel.evaluate(x_test, y_test)",
    ),
    "torch_overwritten": _case(
        "trained_model_overwritten", 5, "never trained", TORCH + DATA, NET, START, LOOP, "model.eval()", "model = Net()"
    ),
    "keras_overwritten": _case(
        "trained_model_overwritten", 3, "never trained", KERAS, LIGHT, COMPILE + "\n" + FIT, LIGHT
    ),
    "keras_unbuilt": _case(
        "never_built", 1, "had no weights", KERAS, STACK.replace("    keras.Input((28, 28)),\n", "")
    ),
    "colab_path": _case(
        "foreign_path",
        2,
        "/content/drive/MyDrive/frases.txt is a path of another machine",
        KERAS,
        STACK,
        "from google.colab import drive\ndrive.mount('/content/drive')\nopen('/content/drive/MyDrive/frases.txt')",
    ),
    "kaggle_path": _case(
        "foreign_path",
        1,
        "its name alone: train.csv",
        KERAS,
        "import pandas\npandas.read_csv('/kaggle/input/train.csv')",
    ),
    "download": _case(
        "no_network",
        1,
        "(example.com), and the grader has no network. This assignment has the data fashion_mnist",
        KERAS,
        "import pandas\npandas.read_csv('https://example.com/a.csv')",
    ),
    "get_file": _case(
        "no_network", 1, "(example.com)", KERAS, "keras.utils.get_file('a.zip', 'https://example.com/a.zip')"
    ),
    "requests": _case("no_network", 1, "(example.com)", KERAS, "import requests\nrequests.get('https://example.com')"),
    "torchvision_download": _case(
        "no_network", 1, "has no network", TORCH, "datasets.CIFAR10('data', train=True, download=True)"
    ),
    "other_dataset": _case("no_network", 1, "has no network", KERAS, "keras.datasets.imdb.load_data()"),
    "tfds": _case("no_network", 1, "(iris)", KERAS, "import tensorflow_datasets\ntensorflow_datasets.load('iris')"),
    "openml": _case(
        "no_network", 1, "has no network", KERAS, "from sklearn.datasets import fetch_openml\nfetch_openml('iris')"
    ),
}
"""Name to notebook with one cause."""

OLD: dict[str, Case] = {
    "lr": _case(
        "removed_api",
        2,
        "Write learning_rate=",
        KERAS,
        STACK,
        "model.compile(loss='sparse_categorical_crossentropy', optimizer=keras.optimizers.Adam(lr=0.001))",
        FIT,
    ),
    "batch_input_shape": _case(
        "removed_api",
        1,
        "keras.Input(batch_shape=...)",
        KERAS,
        STACK.replace("    keras.Input((28, 28)),\n", "").replace(
            "10, r", "10, batch_input_shape=(None, 28, 28), r", 1
        ),
    ),
    "np_utils": _case("removed_api", 1, "to_categorical", KERAS, "from keras.utils import np_utils", STACK),
    "recurrent": _case("removed_api", 1, "Write keras.layers", KERAS, "from keras.layers.recurrent import LSTM", STACK),
    "cudnn": _case(
        "removed_api", 1, "Write LSTM, GRU", KERAS, "from keras.layers import CuDNNLSTM\nCuDNNLSTM(3)", STACK
    ),
    "cudnn_attribute": _case("removed_api", 1, "Write LSTM, GRU", KERAS, "layer = layers.CuDNNLSTM(3)", STACK),
    "tensorflow_1": _case(
        "removed_api",
        1,
        "without a session",
        KERAS,
        "import tensorflow as tf\nx = tf.placeholder(tf.float32, [None, 28])",
        STACK,
    ),
    "torchtext": _case(
        "removed_api", 1, "a dict of words", TORCH, "from torchtext.data import Field", NET, "model = Net()"
    ),
    "data_0": _case(
        "removed_api",
        2,
        "Write .item()",
        TORCH,
        NET + "model = Net()",
        "loss = model(torch.ones(1, 28, 28)).sum()\nprint(loss.data[0])",
    ),
    "iter_next": _case(
        "removed_api", 1, "next(iterator)", TORCH + DATA, "images, labels = iter(loader).next()", NET + "model = Net()"
    ),
    "decay": _case(
        "ignored_option",
        2,
        "silently ignores",
        KERAS,
        STACK,
        "model.compile(loss='sparse_categorical_crossentropy', optimizer=keras.optimizers.SGD(0.1, decay=1e-6))",
    ),
    "input_shape": _case(
        "dated_input_shape",
        1,
        "keras.Input((28, 28))",
        KERAS,
        STACK.replace("    keras.Input((28, 28)),\n", "").replace("10, return", "10, input_shape=(28, 28), return", 1),
    ),
}
"""Old code: name to notebook, of which Keras 2 may run some."""

OLD_MARKS: dict[str, tuple[str, float]] = {
    "lr": ("pass", 18),  # on Keras 2, which ignores it
    "batch_input_shape": ("pass", 18),  # on Keras 2
    "np_utils": ("error", 17.33),
    "recurrent": ("missing dependency", 17.33),
    "cudnn": ("error", 17.33),
    "cudnn_attribute": ("error", 17.33),
    "tensorflow_1": ("error", 17.33),
    "torchtext": ("missing dependency", 17.5),
    "data_0": ("error", 17.33),
    "iter_next": ("error", 17.33),
    "decay": ("pass", 18),
    "input_shape": ("pass", 18),
}
"""Status and points of old code beside a right model: it costs the cell that stops, and nothing else."""

RIGHT: dict[str, tuple[str, ...]] = {
    "torch_trained": (TORCH + DATA, NET, START, LOOP, "model.eval()\n" + EVALUATE),
    "torch_time_turned": (
        TORCH,
        NET.replace(", batch_first=True", "")
        .replace("x.squeeze(1)", "x.squeeze(1).permute(1, 0, 2)")
        .replace("out[:, -1]", "out[-1]"),
        "model = Net()",
    ),
    "torch_saves_its_loss": (
        TORCH + DATA,
        NET.replace("super().__init__()", "super().__init__()\n        self.loss = nn.functional.cross_entropy", 1),
        START.replace("nn.CrossEntropyLoss()", "model.loss"),
        LOOP,
        "import copy\ntorch.save(model, 'model.pt')\nbest = copy.deepcopy(model)\nscript = torch.jit.script(Net())",
    ),
    "torch_built_only": (TORCH, NET, "model = Net()\nprint(len(list(model.parameters())))"),
    "torch_log_softmax": (
        TORCH + DATA,
        _net(BATCH_LAST, f"torch.log_softmax({BATCH_LAST}, dim=1)"),
        START.replace("nn.CrossEntropyLoss()", "nn.NLLLoss()"),
        LOOP,
    ),
    "torch_softmax_to_look_at": (
        TORCH + DATA,
        NET,
        START,
        LOOP,
        "model.eval()\nprint(torch.softmax(model(images), dim=1).max())",
    ),
    "torch_two_models": (
        TORCH + DATA,
        NET,
        START,
        LOOP,
        "other = Net(6)\noptimizer = torch.optim.SGD(other.parameters(), lr=0.1)",
        LOOP.replace("model(", "other("),
    ),
    "keras_trained": (KERAS, STACK, COMPILE, "%time " + FIT, "model.evaluate(x_test, y_test)\n!ls"),
    "keras_one_hot": (
        KERAS,
        LIGHT,
        """
model.compile(loss='categorical_crossentropy', optimizer='adam')
rows = keras.utils.to_categorical
model.fit(x_train, rows(y_train), validation_data=(x_test, rows(y_test)))
""",
    ),
    "keras_from_logits": (
        KERAS,
        LIGHT.replace(', activation="softmax"', ""),
        "model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), optimizer='sgd')\n" + FIT,
    ),
    "keras_own_loop": (
        KERAS,
        LIGHT,
        """
import tensorflow as tf
optimizer = keras.optimizers.Adam(1e-3)
for step in range(2):
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(y_train[:32], model(x_train[:32]))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
model.compile(loss='sparse_categorical_crossentropy')
model.evaluate(x_test, y_test)
""",
    ),
    "keras_name_error": (KERAS, LIGHT, "print(undefined)"),
}
"""Notebooks in which there is nothing to recognise."""
