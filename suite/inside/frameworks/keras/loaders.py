"""Makes Keras's and TensorFlow's data loaders read from the folder that the host prepared.

Student code calls `keras.datasets.mnist.load_data()` or `tfds.load("ag_news_subset")` as usual; a dataset that wasn't
prepared is still loaded by the framework, which fails without a network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import wrapt

from suite.inside.frameworks.prepared_data import PREPARED

LIBRARIES = ("keras", "tf_keras")
KERAS_DATASETS, TENSORFLOW_DATASETS = "keras.datasets", "tensorflow_datasets"
"""Names of the loaders in the host's settings."""


def install(loaders: Mapping[str, Mapping[str, str]]) -> None:
    """Patch each loader as soon as its module is imported, before other modules can copy it."""
    for dataset, names in loaders.items():
        if KERAS_DATASETS in names:
            for library in LIBRARIES:
                module = f"{library}.src.datasets.{names[KERAS_DATASETS]}"
                wrapt.register_post_import_hook(_answering(dataset, names), module)
    known = {
        names[TENSORFLOW_DATASETS]: (set_, names) for set_, names in loaders.items() if TENSORFLOW_DATASETS in names
    }

    def tell(module: ModuleType) -> None:
        module.SETS, module.PREPARED = known, PREPARED  # type: ignore[attr-defined]

    wrapt.register_post_import_hook(tell, TENSORFLOW_DATASETS)


def _answering(dataset: str, names: Mapping[str, str]) -> Callable[[ModuleType], None]:
    """A patch that makes a module's `load_data()` return inputs and targets of both parts, as they are stored."""

    def patch(module: ModuleType) -> None:
        @wrapt.decorator
        def load(load_data: Any, _instance: Any, args: Any, kwargs: Any) -> Any:
            if dataset not in PREPARED:
                return load_data(*args, **kwargs)
            return tuple(PREPARED.supervised(dataset, part, names) for part in ("train", "test"))

        module.load_data = load(module.load_data)  # type: ignore[attr-defined]

    return patch
