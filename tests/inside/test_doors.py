"""Datasets by the doors that notebooks use: what the frameworks' own loaders give, in the shapes that they document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from suite.data import loader_names, prepare
from suite.frameworks import all_frameworks

pytestmark = pytest.mark.slow
BEGIN = """
import json, sys
from pathlib import Path
from suite.inside.worker import ahead
from suite.inside.frameworks import load
from suite.inside.frameworks.prepared_data import PREPARED

order = json.load(sys.stdin)
ahead.prepare(order["worker"])
PREPARED.folder = Path(order["folder"])
for framework in load(order["worker"]["frameworks"]):
    framework.open_data()
found = {}
"""
KERAS = """
from keras.datasets import cifar10, cifar100, imdb
import keras, numpy as np
for name, module in (("cifar10", cifar10), ("cifar100", cifar100)):
    (x, y), (u, v) = module.load_data()
    found[name] = [x.shape, y.shape, u.shape, v.shape, str(x.dtype), str(y.dtype), int(y.max())]
(_, fine), _ = cifar100.load_data()
(_, coarse), _ = cifar100.load_data(label_mode="coarse")
found["coarse"] = [coarse.shape, int(coarse.max()), bool((fine // 5 == coarse).all())]
try:
    cifar100.load_data("medium")
except ValueError as error:
    found["medium"] = "label_mode" in str(error)

(x, y), (u, v) = imdb.load_data()
found["imdb"] = [x.shape, str(x.dtype), type(x[0]).__name__, u.shape, sorted(set(y.tolist())), x[0][0]]
index = imdb.get_word_index()
back = {number + 3: word for word, number in index.items()}
known = {*back, 2}  # Keras itself takes the rarest word for an unknown one
found["words"] = [sorted(index.values()) == list(range(1, len(index) + 1)), known.issuperset(x[0][1:])]
(x, y), (u, v) = keras.datasets.imdb.load_data(num_words=10, maxlen=60, skip_top=4)
found["few"] = [max(map(max, x)), max(map(len, x)) < 60, len(x) < 300, sorted({n for row in x for n in row})[0]]
(x, _), _ = imdb.load_data(start_char=None, index_from=1, oov_char=None, num_words=5)
found["bare"] = sorted({number for row in x for number in row})
found["padded"] = keras.utils.pad_sequences(x, maxlen=20).shape
"""
TENSORFLOW_DATASETS = """
import tensorflow_datasets as tfds
for name in ("cifar10", "cifar100", "imdb_reviews"):
    parts, info = tfds.load(name, as_supervised=True, with_info=True)
    inputs, label = next(iter(parts["train"].as_numpy_iterator()))
    labels = info.features["label"]
    found["tfds " + name] = [getattr(inputs, "shape", type(inputs).__name__), label.shape, labels.num_classes,
                             labels.names[:2], info.splits["test"].num_examples]
"""
TORCH = """
from torchvision import datasets, transforms
for name in ("CIFAR10", "CIFAR100"):
    data = getattr(datasets, name)("data", True, transforms.ToTensor(), download=True)
    test = getattr(datasets, name)(root="data", train=False)
    image, label = data[0]
    kinds = [type(label).__name__, type(data.targets).__name__]
    found[name] = [len(data), len(test), list(image.shape), kinds, data.data.shape, test[0][0].size, data.classes[-1]]
    found[name].append(data.class_to_idx[data.classes[-1]])
try:
    datasets.CIFAR10()
except TypeError as error:
    found["no root"] = str(error)
"""
OPENML = """
from sklearn.datasets import fetch_openml
x, y = fetch_openml("CIFAR_10", return_X_y=True, as_frame=False)
frame = fetch_openml("CIFAR_10").frame
red = PREPARED.column("cifar10", "train", "x")[0, :, :, 0].ravel()
names = [*frame.columns[:2], frame.columns[-1]]
found["openml"] = [x.shape, y.shape, y[0], (x[0, :1024] == red).all().item(), names]
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 and 100 rows of each stand-in."""
    folder = tmp_path_factory.mktemp("data")
    prepare(["cifar10", "cifar100", "imdb"], 300, 100, folder, {"SUITE_STAND_IN": "1"})
    return folder


def _look(prepared: Path, code: str, runtime: str = "keras") -> dict[str, Any]:
    """What code finds in a process whose loaders are patched."""
    frameworks = [framework.inside for framework in all_frameworks().values()]
    worker = {"runtime": runtime, "frameworks": frameworks, "loaders": loader_names()}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code + "\nprint('FOUND', json.dumps(found))"],
        input=json.dumps({"worker": worker, "folder": str(prepared)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "FOUND" in done.stdout, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.partition("FOUND ")[2])
    return found


@pytest.mark.nightly
@pytest.mark.parametrize("runtime", ["keras", "keras2"])
def test_keras(prepared: Path, runtime: str) -> None:
    """Labels stand in a column, `label_mode` chooses one, and reviews are lists of numbers that the options shape."""
    found = _look(prepared, KERAS, runtime)
    assert found["cifar10"] == [[300, 32, 32, 3], [300, 1], [100, 32, 32, 3], [100, 1], "uint8", "uint8", 9]
    assert found["cifar100"] == [[300, 32, 32, 3], [300, 1], [100, 32, 32, 3], [100, 1], "uint8", "uint8", 99]
    assert found["coarse"] == [[300, 1], 19, True]
    assert found["medium"]
    assert found["imdb"] == [[300], "object", "list", [100], [0, 1], 1]
    assert found["words"] == [True, True]
    assert found["few"] == [9, True, True, 2]
    assert found["bare"] == [2, 3, 4]
    assert found["padded"] == [300, 20]


@pytest.mark.nightly
def test_tensorflow_datasets(prepared: Path) -> None:
    """Labels are single numbers, and the features know the classes by name."""
    found = _look(prepared, TENSORFLOW_DATASETS)
    assert found["tfds cifar10"] == [[32, 32, 3], [], 10, ["airplane", "automobile"], 100]
    assert found["tfds cifar100"] == [[32, 32, 3], [], 100, ["apple", "aquarium_fish"], 100]
    assert found["tfds imdb_reviews"] == ["bytes", [], 2, ["neg", "pos"], 100]


@pytest.mark.nightly
def test_torchvision(prepared: Path) -> None:
    """Images in PIL's form or transformed, labels as a list of whole numbers, and the names of the classes."""
    found = _look(prepared, TORCH, "torch")
    shape = [300, 32, 32, 3]
    assert found["CIFAR10"] == [300, 100, [3, 32, 32], ["int", "list"], shape, [32, 32], "truck", 9]
    assert found["CIFAR100"] == [300, 100, [3, 32, 32], ["int", "list"], shape, [32, 32], "worm", 99]
    assert "root" in found["no root"]


def test_openml(prepared: Path) -> None:
    """Both parts in one table: the planes of red, green and blue, one after the other, and the class as text."""
    found = _look(prepared, OPENML)
    assert found["openml"] == [[400, 3072], [400], "0", True, ["a0", "a1", "class"]]
