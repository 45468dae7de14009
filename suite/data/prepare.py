"""Cut a dataset to the budget and write it where every sandbox of the run can map it read-only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from suite.data.doors import find


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A dataset on disk, ready to be mapped into a sandbox."""

    folder: Path
    """Holds `<dataset>.json` and one `.npy` file an array."""
    description: str
    """Door and rows, for reports."""
    stand_in: bool
    """Whether it is the embedded stand-in."""


def prepare(name: str, train_rows: int, test_rows: int, folder: Path, environment: Mapping[str, str]) -> Prepared:
    """Write the first rows of a dataset into `folder`; 0 rows stand for all of them."""
    found = find(name, environment)
    kept = {"train": train_rows, "test": test_rows}
    rows = {}
    folder.mkdir(parents=True, exist_ok=True)
    for key, array in found.arrays.items():
        part = key.partition("_")[2]
        cut = array[: kept[part] or None]
        rows[part] = len(cut)
        np.save(folder / f"{name}.{key}.npy", cut, allow_pickle=False)
    description = f"{name}, {found.door}, {rows['train']} + {rows['test']} rows"
    (folder / f"{name}.json").write_text(json.dumps({"name": name, "rows": rows, "door": found.door}))
    return Prepared(folder=folder, description=description, stand_in=found.stand_in)
