"""Cuts a dataset to the budget and writes it where every sandbox of the run can map it read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from suite.data.dataset import DatasetPart, Parts
from suite.data.held_out import split_off
from suite.data.sources import find
from suite.files import let_others_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Datasets on disk, ready to be mapped into a sandbox."""

    folder: Path
    """Contains a file `<dataset>.<part>.<column>.npy` for each column."""
    description: str
    """Sources and numbers of rows, for reports."""
    sources: str
    """The same, before the budget cuts the rows."""
    stand_in: bool
    """Whether one of them is an embedded stand-in."""
    parts: Mapping[str, Parts]
    """All rows that submissions may get, uncut, by dataset."""
    held_out: Mapping[str, DatasetPart]
    """Test rows that are in no file, by dataset."""


def prepare(  # noqa: PLR0913, PLR0917 - all are settings of a run
    names: Sequence[str],
    train_rows: int,
    test_rows: int,
    folder: Path,
    environment: Mapping[str, str],
    held_out_rows: int = 0,
) -> Prepared:
    """Write the first rows of each dataset into `folder`; 0 rows means all but the held-out ones."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {name: find(name, environment) for name in names}
    split = {name: split_off(dataset.parts, held_out_rows) for name, dataset in found.items()}
    described = []
    for name, dataset in found.items():
        given, _ = split[name]
        rows = [
            _write(given[part], kept, folder / f"{name}.{part}")
            for part, kept in (("train", train_rows), ("test", test_rows))
        ]
        described.append(f"{name}, {dataset.source}, {rows[0]} + {rows[1]} rows")
    let_others_read(folder)
    whole = [
        f"{name}, {found[name].source}, {_count(given['train'])} + {_count(given['test'])} rows"
        for name, (given, _) in split.items()
    ]
    return Prepared(
        folder=folder,
        description="; ".join(described),
        sources="; ".join(whole),
        stand_in=any(dataset.stand_in for dataset in found.values()),
        parts={name: given for name, (given, _) in split.items()},
        held_out={name: rows for name, (_, rows) in split.items()},
    )


def write_all_rows(prepared: Prepared, folder: Path) -> None:
    """Write all rows that may be given into `folder`, as `prepare` does with those of a budget."""
    folder.mkdir(parents=True)
    for name, parts in prepared.parts.items():
        for part in ("train", "test"):
            _write(parts[part], 0, folder / f"{name}.{part}")
    let_others_read(folder)


def _write(part: DatasetPart, kept: int, stem: Path) -> int:
    """Write a part's columns and return how many rows were kept."""
    cut = {column: values[: kept or None] for column, values in part.items()}
    for column, values in cut.items():
        np.save(f"{stem}.{column}.npy", values, allow_pickle=False)
    return _count(cut)


def _count(part: DatasetPart) -> int:
    """Number of rows."""
    return len(next(iter(part.values())))
