"""Makes scikit-learn's `fetch_openml` read from the folder that the host prepared.

A dataset has one table there, with the images as rows of pixels and the classes as words.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np
import wrapt

from suite.inside.frameworks.prepared_data import PREPARED

OPENML = "sklearn.datasets.fetch_openml"
"""Name of the loader in the host's settings."""
COLOURED = 4  # axes of images with channels, which are planes there, one after the other


def install(loaders: Mapping[str, Mapping[str, str]]) -> None:
    """Patch the loader as soon as its module is imported, before the package copies it."""
    known = {names[OPENML].lower(): (dataset, names) for dataset, names in loaders.items() if OPENML in names}

    def patch(module: ModuleType) -> None:
        @wrapt.decorator
        def fetch(fetch_openml: Any, _instance: Any, args: Any, kwargs: Any) -> Any:
            asked = args[0] if args else kwargs.get("name")
            dataset, names = known.get(str(asked).lower(), ("", {}))
            if dataset not in PREPARED:
                return fetch_openml(*args, **kwargs)
            return _table(
                dataset, names, frame=bool(kwargs.get("as_frame", True)), pair=kwargs.get("return_X_y", False)
            )

        module.fetch_openml = fetch(module.fetch_openml)  # type: ignore[attr-defined]

    wrapt.register_post_import_hook(patch, "sklearn.datasets._openml")


def _table(dataset: str, names: Mapping[str, str], *, frame: bool, pair: bool) -> Any:
    """Both parts, one after the other, as scikit-learn returns them."""
    import pandas as pd  # type: ignore[import-untyped] # scikit-learn needs it for this, too
    from sklearn.utils import Bunch

    parts = [PREPARED.supervised(dataset, part, names) for part in ("train", "test")]
    coloured = parts[0][0].ndim == COLOURED
    planes = [each.transpose(0, 3, 1, 2) if coloured else each for each, _ in parts]
    inputs = np.concatenate([each.reshape(len(each), -1) for each in planes]).astype(np.int64)
    targets = np.concatenate([each.reshape(-1) for _, each in parts]).astype(str).astype(object)
    columns = [f"a{number}" if coloured else f"pixel{number + 1}" for number in range(inputs.shape[1])]
    data: Any = pd.DataFrame(inputs, columns=columns) if frame else inputs
    target: Any = pd.Series(targets, name="class", dtype="category") if frame else targets
    if pair:
        return data, target
    whole = pd.concat([data, target], axis=1) if frame else None
    return Bunch(data=data, target=target, frame=whole, feature_names=columns, target_names=["class"], DESCR=dataset)
