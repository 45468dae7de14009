"""Stands in for tensorflow-datasets in the sandbox: `load` answers from the folder that the host prepared.

The real package would bring a dozen others and then look for the network. Where it is installed, it isn't hidden: this
folder comes last on the search path.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

SETS = {"ag_news_subset": "ag_news"}
FOLDER = Path()
"""Set by the worker."""


def load(name: str, split: Any = None, *, as_supervised: bool = False, **_options: Any) -> Any:
    """Return `tf.data.Dataset`s as tensorflow-datasets does: all splits in a dictionary, or those asked for.

    An example is a dictionary of title, description and label, or (description, label) with `as_supervised`.
    """
    dataset = SETS.get(name.partition(":")[0].partition("/")[0], "")
    if not any(FOLDER.glob(f"{dataset}.train.*.npy")):
        raise FileNotFoundError(f"no dataset {name!r} here: this assignment has {', '.join(SETS)}, and no network")
    if split is None:
        return {part: _open(dataset, part, as_supervised) for part in ("train", "test")}
    if isinstance(split, (list, tuple)):
        return type(split)(_open(dataset, part, as_supervised) for part in split)
    return _open(dataset, split, as_supervised)


def _open(dataset: str, part: str, as_supervised: bool) -> tf.data.Dataset:  # noqa: FBT001
    paths = FOLDER.glob(f"{dataset}.{part}.*.npy")
    columns = {path.suffixes[-2].strip("."): np.load(path) for path in paths}
    if as_supervised:
        return tf.data.Dataset.from_tensor_slices((columns["description"], columns["label"]))
    return tf.data.Dataset.from_tensor_slices(columns)
