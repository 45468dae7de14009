"""Makes Keras's and TensorFlow's data loaders read from the folder that the host prepared.

Student code calls `keras.datasets.mnist.load_data()` or `tfds.load("ag_news_subset")` as usual; a dataset that wasn't
prepared is still loaded by the framework, which fails without a network.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from types import ModuleType
from typing import Any

import numpy as np
import wrapt

from suite.inside.frameworks.prepared_data import PREPARED

LIBRARIES = ("keras", "tf_keras")
KERAS_DATASETS, TENSORFLOW_DATASETS = "keras.datasets", "tensorflow_datasets"
"""Names of the loaders in the host's settings."""
WORDS = "keras.datasets.words"
"""Setting of a dataset whose texts Keras gives as numbers of words: the regular expression of a word."""


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
            targets = _targets(load_data, args, kwargs, names)
            if dataset not in PREPARED or targets is None:
                return load_data(*args, **kwargs)
            chosen = {**names, "targets": targets}
            return tuple(PREPARED.supervised(dataset, part, chosen) for part in ("train", "test"))

        module.load_data = load(module.load_data)  # type: ignore[attr-defined]

    return _numbering(dataset, names) if WORDS in names else patch


def _targets(load_data: Any, args: Any, kwargs: Any, names: Mapping[str, str]) -> str | None:
    """The column that a call asks for by an option, such as `label_mode="coarse"`; `None` for an unknown value."""
    for option, value in inspect.signature(load_data).bind(*args, **kwargs).arguments.items():
        if any(name.startswith(f"{KERAS_DATASETS}.{option}.") for name in names):
            return names.get(f"{KERAS_DATASETS}.{option}.{value}")
    return names["targets"]


def _numbering(dataset: str, names: Mapping[str, str]) -> Callable[[ModuleType], None]:
    """A patch for a module that gives texts as numbers of words: only what it reads from files is replaced.

    So `num_words`, `maxlen`, `skip_top`, `start_char`, `oov_char` and `index_from` do what they do in Keras.
    """

    def patch(module: ModuleType) -> None:
        fetch, load_word_index = module.get_file, module.get_word_index

        def numbers() -> dict[str, int]:
            return {word: number for number, word in enumerate(PREPARED.words(dataset), 1)}

        def get_word_index(*args: Any, **kwargs: Any) -> Any:
            return numbers() if dataset in PREPARED else load_word_index(*args, **kwargs)

        def get_file(*args: Any, **kwargs: Any) -> Any:
            return "" if dataset in PREPARED else fetch(*args, **kwargs)

        def load(path: Any, *args: Any, **kwargs: Any) -> Any:
            if dataset not in PREPARED:
                return np.load(path, *args, **kwargs)
            known, archive = numbers(), {}
            for part in ("train", "test"):
                texts, targets = PREPARED.supervised(dataset, part, names)
                archive[f"x_{part}"] = _as_objects([_as_numbers(text, names[WORDS], known) for text in texts])
                archive[f"y_{part}"] = targets
            return nullcontext(archive)

        module.__dict__.update(get_file=get_file, get_word_index=get_word_index, np=_WithLoad(load))

    return patch


class _WithLoad:
    """NumPy as a module sees it, with another `load`."""

    def __init__(self, load: Callable[..., Any]) -> None:
        self.load = load

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def _as_numbers(text: bytes, word: str, known: Mapping[str, int]) -> list[int]:
    """The numbers of a text's words; unknown words are left out, as in Keras's archive."""
    found = (known.get(each) for each in re.findall(word, text.decode("utf-8", "replace").lower()))
    return [number for number in found if number]


def _as_objects(rows: list[list[int]]) -> Any:
    """An array of lists, whatever their lengths."""
    array = np.empty(len(rows), object)
    array[:] = rows
    return array
