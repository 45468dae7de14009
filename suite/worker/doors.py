"""The doors to the data: the frameworks' own loaders, answered from the folder that the host prepared.

Student code calls `keras.datasets.mnist.load_data()`, `torchvision.datasets.MNIST(...)` or
`tfds.load('ag_news_subset')` as ever; a dataset that wasn't prepared still goes the
framework's way and fails for want of a network.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import wrapt

KERAS_LIBRARIES = ("keras", "tf_keras")
KERAS_SETS = ("mnist", "fashion_mnist")
TORCHVISION_SETS = {"MNIST": "mnist", "FashionMNIST": "fashion_mnist"}
STAND_INS = Path(__file__).parent / "offline"
"""Modules that take the place of packages whose only use in a notebook is to fetch data."""


def install(folder: Path) -> None:
    """Patch each loader when its module is imported."""
    for dataset in KERAS_SETS:
        if _is_prepared(folder, dataset):
            for library in KERAS_LIBRARIES:
                wrapt.register_post_import_hook(_keras_door(folder, dataset), f"{library}.src.datasets.{dataset}")
    wrapt.register_post_import_hook(_torchvision_door(folder), "torchvision.datasets.mnist")
    wrapt.register_post_import_hook(lambda module: setattr(module, "FOLDER", folder), "tensorflow_datasets")
    sys.path.append(str(STAND_INS))


def _is_prepared(folder: Path, dataset: str) -> bool:
    return any(folder.glob(f"{dataset}.train.*.npy"))


def _read(folder: Path, dataset: str, part: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Images `(rows, 28, 28)` and labels `(rows,)`, both uint8."""
    return np.load(folder / f"{dataset}.{part}.x.npy"), np.load(folder / f"{dataset}.{part}.y.npy")


def _keras_door(folder: Path, dataset: str) -> Callable[[ModuleType], None]:
    def open_door(module: ModuleType) -> None:
        def load_data(path: str = "") -> tuple[tuple[Any, Any], tuple[Any, Any]]:  # noqa: ARG001 - MNIST's loader has one
            return _read(folder, dataset, "train"), _read(folder, dataset, "test")

        load_data.__doc__ = module.load_data.__doc__
        module.load_data = load_data  # type: ignore[attr-defined]

    return open_door


def _torchvision_door(folder: Path) -> Callable[[ModuleType], None]:
    def open_door(module: ModuleType) -> None:
        base = module.MNIST
        download, check_exists, load_data = base.download, base._check_exists, base._load_data

        def prepared(dataset: Any) -> str:
            name = TORCHVISION_SETS.get(type(dataset).__name__, "")
            return name if name and _is_prepared(folder, name) else ""

        def load(dataset: Any) -> tuple[Any, Any]:
            if not (name := prepared(dataset)):
                return load_data(dataset)  # type: ignore[no-any-return]
            import torch  # torchvision has imported it

            images, labels = _read(folder, name, "train" if dataset.train else "test")
            return torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))

        base.download = lambda dataset: None if prepared(dataset) else download(dataset)
        base._check_exists = lambda dataset: bool(prepared(dataset)) or check_exists(dataset)
        base._load_data = load

    return open_door
