"""Datasets are recognised by their loaders, tables by the files that are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.authoring.proposal.data import find_datasets, find_tables
from tests.authoring.proposal.notebooks import code, master_of

LOADERS = {
    "keras": ("tf.keras.datasets.fashion_mnist.load_data()", ("fashion_mnist",)),
    "keras by import": ("from keras.datasets import mnist\nmnist.load_data()", ("mnist",)),
    "torchvision": ("torchvision.datasets.CIFAR10(root='x')", ("cifar10",)),
    "tensorflow datasets": ("tfds.load('ag_news_subset')", ("ag_news",)),
    "openml": ("fetch_openml('mnist_784')", ("mnist",)),
    "none": ("mnist = 1\nMNISTER('x')", ()),
}


@pytest.mark.parametrize(("source", "expected"), LOADERS.values(), ids=LOADERS)
def test_datasets(tmp_path: Path, source: str, expected: tuple[str, ...]) -> None:
    assert find_datasets(master_of(tmp_path, *code(source))) == expected


def test_a_table_and_its_target(tmp_path: Path) -> None:
    (tmp_path / "my houses.csv").write_text("area;price;age\n1;2;3\n", "utf-8")
    read = "table = pd.read_csv('my houses.csv')\n"
    for source, target in {"y = table.pop('price')": "price", "table['area']": "area", "": "age"}.items():
        found = find_tables(master_of(tmp_path, *code(read + source)))
        assert found == {"my_houses": {"file": "my houses.csv", "target": target}}
