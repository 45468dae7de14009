"""The data that the host prepared: one file per column, `<dataset>.<part>.<column>.npy`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from suite.inside.frameworks.views import Array


class PreparedData:
    """Reads columns; their folder is known only when the submission's process has begun."""

    def __init__(self) -> None:
        self.folder = Path()

    def __contains__(self, dataset: str) -> bool:
        return any(self.folder.glob(f"{dataset}.train.*.npy"))

    def names(self) -> list[str]:
        """Names of the datasets."""
        return sorted({path.name.partition(".")[0] for path in self.folder.glob("*.train.*.npy")})

    def column(self, dataset: str, part: str, column: str) -> Array:
        """One column of a part, `(rows, ...)`."""
        values: Array = np.load(self.folder / f"{dataset}.{part}.{column}.npy")
        return values

    def supervised(self, dataset: str, part: str, names: Mapping[str, str]) -> tuple[Array, Array]:
        """Inputs and targets of a part; `names` gives the names of their columns."""
        return self.column(dataset, part, names["inputs"]), self.column(dataset, part, names["targets"])

    def words(self, dataset: str) -> list[str]:
        """The words of a dataset's texts, the most frequent first."""
        return [word.decode() for word in np.load(self.folder / f"{dataset}.words.npy")]

    def columns(self, dataset: str, part: str) -> dict[str, Array]:
        """All columns of a part by name."""
        paths = sorted(self.folder.glob(f"{dataset}.{part}.*.npy"))
        return {path.suffixes[-2].strip("."): np.load(path) for path in paths}


PREPARED = PreparedData()
"""The data of this process, which runs one submission."""
