"""Cuts a dataset to the budget and writes it where every sandbox of the run can map it read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from suite.assignments import HANDED_OUT, OwnData
from suite.data.dataset import DatasetPart, Parts
from suite.data.held_out import split_off
from suite.data.sources import find, get
from suite.files import let_others_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Datasets on disk, ready to be mapped into a sandbox."""

    folder: Path
    """Contains a file `<dataset>.<part>.<column>.npy` for each column, `<dataset>.words.npy` with the
    words of its texts where a loader numbers them and, in `handed_out`, the assignment's own data
    as notebooks find them beside them."""
    description: str
    """Sources and numbers of rows, for reports."""
    sources: str
    """The same, before the budget cuts the rows and before any is repeated."""
    is_cut: bool
    """Whether the budget has cut any rows."""
    stand_in: bool
    """Whether one of them is an embedded stand-in."""
    parts: Mapping[str, Parts]
    """All rows that submissions may get, uncut, by dataset."""
    held_out: Mapping[str, DatasetPart]
    """Test rows that are in no file, by dataset."""
    places: Mapping[str, str]
    """Where each dataset comes from."""
    documented: Mapping[str, Mapping[str, int]]
    """Rows of each part that notebooks count on, by dataset."""
    own: Mapping[str, OwnData]
    """The assignment's own data."""


def prepare(  # noqa: PLR0913, PLR0917 - all are settings of a run
    names: Sequence[str],
    train_rows: int,
    test_rows: int,
    folder: Path,
    environment: Mapping[str, str],
    held_out_rows: int = 0,
    own: Mapping[str, OwnData] = MappingProxyType({}),
) -> Prepared:
    """Write the first rows of each dataset into `folder`; 0 rows means as many as are documented.

    Rows that are held out, or aren't here, are replaced by repetitions of others. Of the assignment's own data random
    rows are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = {name: find(name, environment) for name in names}
    split = {name: split_off(dataset.parts, held_out_rows) for name, dataset in found.items()}
    whole = {name: _documented(name, dataset.parts) for name, dataset in found.items()}
    asked = {"train": train_rows, "test": test_rows}
    prepared = Prepared(
        folder=folder,
        description="",
        sources="; ".join(
            [
                *(
                    f"{name}, {found[name].source}, {_count(given['train'])} + {_count(given['test'])} rows"
                    for name, (given, _) in split.items()
                ),
                *(each.description for each in own.values()),
            ]
        ),
        is_cut=any(0 < rows < of_all[part] for of_all in whole.values() for part, rows in asked.items())
        or any(0 < train_rows < len(each.order) for each in own.values()),
        stand_in=any(dataset.stand_in for dataset in found.values()),
        parts={name: given for name, (given, _) in split.items()},
        held_out={name: rows for name, (_, rows) in split.items()},
        places={name: dataset.source for name, dataset in found.items()},
        documented=whole,
        own=own,
    )
    return replace(prepared, description=_write_sets(prepared, asked, folder))


def write_all_rows(prepared: Prepared, folder: Path) -> str:
    """Write as many rows as are documented into `folder`; return sources and numbers of rows, for reports."""
    folder.mkdir(parents=True)
    return _write_sets(prepared, {}, folder)


def _write_sets(prepared: Prepared, asked: Mapping[str, int], folder: Path) -> str:
    """Write every dataset and describe what was written; no number of rows, or 0, asks for all."""
    described = []
    for name, parts in prepared.parts.items():
        written, repeated = [], 0
        for part in ("train", "test"):
            there = _count(parts[part])
            kept = asked.get(part, 0)
            rows = _write(parts[part], min(kept, there) or prepared.documented[name][part], folder / f"{name}.{part}")
            written.append(str(rows))
            repeated += max(rows - there, 0)
        if rank_words := get(name).rank_words:
            np.save(folder / f"{name}.words.npy", rank_words(parts), allow_pickle=False)
        again = f" ({repeated} of them repetitions)" if repeated else ""
        described.append(f"{name}, {prepared.places[name]}, {' + '.join(written)} rows{again}")
    for name, own in prepared.own.items():
        rows = own.hand_out(folder / HANDED_OUT, asked.get("train", 0))
        described.append(f"{name}, {own.settings.file}, {rows} rows")
    let_others_read(folder)
    return "; ".join(described)


def _documented(name: str, parts: Parts) -> dict[str, int]:
    """Number of rows of each part that notebooks count on."""
    return {part: max(get(name).rows.get(part, 0), _count(columns)) for part, columns in parts.items()}


def _write(part: DatasetPart, rows: int, stem: Path) -> int:
    """Write the first rows of a part, again from the first one where there are too few; return their number."""
    there = _count(part)
    repeats = 0 < there < rows
    for column, values in part.items():
        np.save(
            f"{stem}.{column}.npy", values[np.arange(rows) % there] if repeats else values[:rows], allow_pickle=False
        )
    return rows if repeats else min(rows, there)


def _count(part: DatasetPart) -> int:
    """Number of rows."""
    return len(next(iter(part.values())))
