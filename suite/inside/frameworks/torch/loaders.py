"""Makes torchvision's image datasets read from the folder that the host prepared.

Student code calls `torchvision.datasets.MNIST(...)` as usual; a dataset that wasn't prepared is still loaded by
torchvision, which fails without a network.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np
import wrapt

from suite.inside.frameworks.prepared_data import PREPARED

TORCHVISION_DATASETS = "torchvision.datasets"
"""Name of the loader in the host's settings; its datasets are subclasses of torchvision's `MNIST` or
`CIFAR10`."""


def install(loaders: Mapping[str, Mapping[str, str]]) -> None:
    """Patch the base classes when their modules are imported."""
    known = {
        names[TORCHVISION_DATASETS]: (set_, names) for set_, names in loaders.items() if TORCHVISION_DATASETS in names
    }
    wrapt.register_post_import_hook(lambda module: _patch(module, known), "torchvision.datasets.mnist")
    wrapt.register_post_import_hook(lambda module: _patch_cifar(module, known), "torchvision.datasets.cifar")


def _patch(module: ModuleType, known: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
    base = module.MNIST
    download, check_exists, load_data = base.download, base._check_exists, base._load_data

    def prepared(dataset: Any) -> tuple[str, Mapping[str, str]] | None:
        found = known.get(type(dataset).__name__)
        return found if found and found[0] in PREPARED else None

    def load(dataset: Any) -> tuple[Any, Any]:
        if not (found := prepared(dataset)):
            return load_data(dataset)  # type: ignore[no-any-return]
        import torch  # torchvision has imported it

        name, columns = found
        images, labels = PREPARED.supervised(name, "train" if dataset.train else "test", columns)
        return torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))

    base.download = lambda dataset: None if prepared(dataset) else download(dataset)
    base._check_exists = lambda dataset: bool(prepared(dataset)) or check_exists(dataset)
    base._load_data = load


def _patch_cifar(module: ModuleType, known: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
    """Replace how an object is made, as its files are read meanwhile."""
    base = module.CIFAR10
    make = base.__init__
    signature = inspect.signature(make)

    @functools.wraps(make)
    def prepare(self: Any, *args: Any, **kwargs: Any) -> None:
        found = known.get(type(self).__name__)
        if not found or found[0] not in PREPARED:
            make(self, *args, **kwargs)
            return
        asked = signature.bind(self, *args, **kwargs)
        asked.apply_defaults()
        given, (name, columns) = asked.arguments, found
        super(base, self).__init__(
            given["root"], transform=given["transform"], target_transform=given["target_transform"]
        )
        self.train = given["train"]
        self.data, labels = PREPARED.supervised(name, "train" if self.train else "test", columns)
        self.targets = labels.reshape(-1).tolist()
        self.classes = columns["classes"].split()
        self.class_to_idx = {each: number for number, each in enumerate(self.classes)}

    base.__init__ = prepare


def cap_pass(rows: int, capped: list[str]) -> None:
    """Make each pass over a `DataLoader` end after so many rows; its length and its dataset stay whole."""

    def patch(torch: ModuleType) -> None:
        loader = torch.utils.data.DataLoader
        begin = loader.__iter__

        def iterate(self: Any) -> Any:
            batches = max(rows // self.batch_size, 1) if self.batch_size else 0
            rows_of_all = len(self.dataset) if hasattr(self.dataset, "__len__") else 0
            if not batches or rows_of_all <= batches * self.batch_size:
                return begin(self)
            capped.append(f"DataLoader({rows_of_all} rows) → {batches * self.batch_size} a pass")
            return itertools.islice(begin(self), batches)

        loader.__iter__ = iterate

    wrapt.register_post_import_hook(patch, "torch")
