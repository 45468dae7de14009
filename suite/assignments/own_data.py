"""An assignment's own data in memory, split into what is handed out and what is held back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from suite.assignments.data_files import IMAGE, LABEL, Array, Rows
from suite.assignments.data_settings import DataSettings, TargetsAre

HANDED_OUT = "handed_out"
"""Folder of prepared data with what is laid beside each notebook."""
FEW = 20  # kinds of whole numbers up to which they are classes; ages and prices have more, digits and marks fewer
SHOWN = 8  # hexadecimal digits of a digest
NUMBERS = "iufb"
"""Kinds of arrays that hold numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """The rows of one table `[data.NAME]`."""

    name: str
    settings: DataSettings
    rows: Rows
    """What the file holds."""
    order: Array
    """Numbers of the rows that may be handed out: as many as are wanted are taken from the beginning."""
    held_out: Rows
    """What holds the rows that are held back: the same file, or one of its own."""
    held_out_rows: Array
    """Their numbers in it."""
    digest: str
    """SHA-256 of the files."""

    @property
    def targets(self) -> tuple[str, ...]:
        """Columns with the right answers; none if it has none."""
        return targets_of(self.settings, self.rows)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns that a model takes: those that the settings name, or all that the host can use."""
        if self.settings.inputs:
            return self.settings.inputs
        others = {name: values for name, values in self.rows.columns.items() if name not in self.targets}
        arrays = tuple(name for name, values in others.items() if values.ndim > 1)
        numbers = tuple(name for name, values in others.items() if values.dtype.kind in NUMBERS)
        return arrays or numbers or tuple(others)

    @property
    def held_out_columns(self) -> dict[str, Array]:
        """The columns of the rows that are held back, without the right answers; none where they are files."""
        if self.settings.format == "images" or IMAGE in self.rows.columns:
            return {}
        columns = {name: self.held_out.columns[name] for name in self.rows.columns if name not in self.targets}
        return {name: values[self.held_out_rows] for name, values in columns.items() if values.ndim == 1}

    @property
    def targets_are(self) -> TargetsAre:
        """Whether the answers are classes or numbers."""
        return kind_of(self.settings, self.rows)

    @property
    def description(self) -> str:
        """Where it comes from, its digest, and how many rows are handed out and held back, for reports."""
        counts = f"{len(self.order)} rows and {len(self.held_out_rows)} held back"
        return f"{self.name}, {self.settings.file} ({self.digest[:SHOWN]}), {counts}"

    def hand_out(self, folder: Path, rows: int) -> int:
        """Write so many rows, or all for 0, where a notebook finds them; return their number."""
        chosen = np.sort(self.order[: rows or None])
        path = folder / self.settings.place
        path.parent.mkdir(parents=True, exist_ok=True)
        self.rows.write(path, chosen)
        return len(chosen)


def targets_of(settings: DataSettings, rows: Rows) -> tuple[str, ...]:
    """Columns with the right answers."""
    return settings.target or tuple(column for column in (LABEL,) if column in rows.columns)


def kind_of(settings: DataSettings, rows: Rows) -> TargetsAre:
    """Whether the answers are classes or numbers."""
    if settings.targets_are:
        return settings.targets_are
    targets = [rows.columns[target] for target in targets_of(settings, rows)]
    if len(targets) != 1 or targets[0].ndim > 1 or targets[0].dtype.kind == "f":
        return "numbers"
    return "classes" if targets[0].dtype.kind not in "iu" or len(np.unique(targets[0])) <= FEW else "numbers"


def labels_of(settings: DataSettings, rows: Rows) -> Array | None:
    """The classes of the rows; `None` if there are none."""
    targets = targets_of(settings, rows)
    return rows.columns[targets[0]] if targets and kind_of(settings, rows) == "classes" else None


def draw_order(labels: Array | None, rows: int, seed: int) -> Array:
    """All row numbers in random order, such that every beginning holds the classes in proportion.

    It begins with a row of each class; so those that are left at the end have only classes of the beginning.
    """
    generator = np.random.default_rng(seed)
    order = generator.permutation(rows)
    if labels is None:
        return order
    places = np.empty(rows)
    for label in np.unique(labels):
        mine = order[labels[order] == label]
        places[mine] = np.arange(len(mine)) / len(mine)
    return order[np.argsort(places[order], kind="stable")]
