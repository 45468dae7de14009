"""AG News in CSV files: the publishers' (class 1 to 4, title, description), or with a header and named classes."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from suite.data.dataset import DatasetPart, Parts
from suite.errors import DataError

LABELS = ("World", "Sports", "Business", "Sci/Tech")
HEADER = ("title", "description", "class")


def read_news(folder: Path) -> Parts:
    """Read title and description (UTF-8 bytes) and label (int64, 0 to 3) of each part that is there."""
    paths = {part: folder / f"{part}.csv" for part in ("train", "test")}
    return {part: _read(path) for part, path in paths.items() if path.is_file()}


def as_part(rows: list[tuple[str, str, int]]) -> DatasetPart:
    """Columns from rows of (title, description, label)."""
    titles, descriptions, labels = zip(*rows, strict=True)
    return {
        "title": np.array([title.encode() for title in titles]),
        "description": np.array([description.encode() for description in descriptions]),
        "label": np.array(labels, np.int64),
    }


def _read(path: Path) -> DatasetPart:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.reader(stream) if row]
        if rows and tuple(rows[0]) == HEADER:
            part = [(title, description, LABELS.index(label)) for title, description, label in rows[1:]]
        else:
            part = [(title, description, int(label) - 1) for label, title, description in rows]
    except (ValueError, csv.Error) as error:
        raise DataError(f"{path} isn't AG News: {error}; delete it and fetch it again") from error
    if {label for _, _, label in part} != set(range(len(LABELS))):
        raise DataError(f"{path} doesn't have the classes 1 to {len(LABELS)}; delete it and fetch it again")
    return as_part(part)
