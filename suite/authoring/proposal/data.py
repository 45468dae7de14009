"""Recognises the data that a master reads: a known dataset by its loader, or a table beside the notebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

import numpy as np

from suite.authoring.proposal.master import Master
from suite.data import Dataset, all_datasets
from suite.data.train_test_set import Array

TABLES = (".csv", ".tsv", ".parquet", ".npz")
TAKEN_OUT = re.compile(r"""\.(?:pop|drop)\(\s*(?:columns\s*=\s*)?\[?\s*["']([^"']+)["']""")
COLUMN = re.compile(r"""\[\s*["']([^"']+)["']\s*\]""")
CALLS = {
    "keras.datasets": r"\bdatasets(?:\s*\.|\s+import\s+[\w, ]*\b){name}\b",
    "torchvision.datasets": r"\b{name}\s*\(",
    "tensorflow_datasets": r"""\bload\(\s*(?:name\s*=\s*)?["']{name}\b""",
    "sklearn.datasets.fetch_openml": r"""fetch_openml\(\s*(?:name\s*=\s*)?["']{name}["']""",
}
"""How a notebook writes a dataset's name in each loader."""


def find_datasets(master: Master) -> tuple[str, ...]:
    """The known datasets that the notebook loads."""
    sources = "\n".join(cell.source for cell in master.code)
    return tuple(
        name
        for name, dataset in all_datasets().items()
        if any(
            loader in dataset.loaders
            and re.search(pattern.replace("{name}", re.escape(dataset.loaders[loader])), sources)
            for loader, pattern in CALLS.items()
        )
    )


def classes_of(dataset: Dataset) -> Array:
    """The classes of a dataset, each once, int64."""
    return np.unique(dataset.stand_in()["train"][dataset.targets]).astype(np.int64)


def find_tables(master: Master) -> Mapping[str, dict[str, str]]:
    """Tables `[data.NAME]` for the files beside the notebook that hold rows; the target is what it takes out first."""
    sources = "\n".join(cell.source for cell in master.code)
    found: dict[str, dict[str, str]] = {}
    for file in master.files:
        path = PurePosixPath(file.path)
        if path.suffix in TABLES:
            target = _target(sources, file.content, path.suffix)
            name = re.sub(r"\W", "_", path.stem)
            found[name] = {"file": file.path} | ({"target": target} if target else {})
    return found


def _target(sources: str, content: bytes, suffix: str) -> str:
    """The column that the notebook takes out of the others; else the last one that it names."""
    if suffix not in {".csv", ".tsv"}:
        return ""
    header = content.splitlines()[0].decode("utf-8-sig", "replace") if content else ""
    columns = [each.strip().strip('"') for each in re.split(r"[,;\t]", header)]
    named = [*TAKEN_OUT.findall(sources), *reversed(COLUMN.findall(sources))]
    return next((name for name in named if name in columns), columns[-1])
