"""`suite data`: shows which datasets are here and where they come from, and downloads missing ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from suite import assignments
from suite.cli.language import spoken
from suite.data import all_datasets, find
from suite.data.dataset import Dataset
from suite.data.fetch import fetch as fetch_files
from suite.data.fetch import is_intact
from suite.data.sources import fetched_folder, folders, get
from suite.errors import DataError
from suite.records import text
from suite.text.errors import tell
from suite.text.language import say

DAMAGED = 1

out = Console(highlight=False)


def list_datasets() -> None:
    """List the datasets, where each comes from, and its rows."""
    table = Table(*map(_say, ("data_dataset", "data_source", "data_train", "data_test")))
    for name in all_datasets():
        found = find(name, os.environ)
        rows = [str(len(next(iter(found.parts[part].values())))) for part in ("train", "test")]
        table.add_row(name, f"[yellow]{found.source}[/]" if found.stand_in else found.source, *rows)
    out.print(table)


def give(*, assignment: str, folder: Path, root: Path) -> None:
    """Write an assignment's own data as students get them, without the rows that are held back, into FOLDER."""
    found = assignments.load(assignment, root)
    if not found.own_data:
        raise DataError(
            "{assignment} has no data of its own; they stand in tables [data.NAME] of its assignment.toml",
            assignment=assignment,
        )
    for own in found.own_data.values():
        rows = own.hand_out(folder, 0)
        _tell("data_given", name=own.name, count=rows, path=str(folder / own.settings.place))


def check(*, names: tuple[str, ...]) -> None:
    """Read every file of the datasets (all by default) and compare checksums; exit code 1 if something is damaged."""
    damaged = False
    for name in names or all_datasets():
        try:
            found = find(name, os.environ)
        except DataError as error:
            if name not in all_datasets():
                raise
            _tell("data_damaged", style="red", name=name, problem=tell(error, spoken()))
            damaged = True
            continue
        intact, present = _compare(get(name))
        _tell("data_checked", name=name, source=found.source, intact=intact, count=present)
    sys.exit(DAMAGED if damaged else 0)


def fetch(*, names: tuple[str, ...]) -> None:
    """Download the official files of the datasets (all by default) and check them; files that are there are kept."""
    folder = fetched_folder(os.environ)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    for name in names or all_datasets():
        dataset = get(name)
        with Progress(*columns, console=out, disable=not out.is_terminal) as progress:
            tasks = {file.name: progress.add_task(file.name, total=None) for file in dataset.files}
            paths = fetch_files(
                dataset,
                folder,
                lambda file, done, total: progress.update(tasks[file], completed=done, total=total or None),  # noqa: B023
            )
        _tell("data_fetched", name=name, count=len(paths), path=str(folder / dataset.folder))


def _compare(dataset: Dataset) -> tuple[int, int]:
    """How many official files equal the published ones byte for byte, and how many there are, wherever they lie."""
    places = [folder for _, folder in folders(dataset, os.environ)]
    present = [file for file in dataset.files if any((folder / file.name).is_file() for folder in places)]
    intact = [file for file in present if any(is_intact(file, folder / file.name) for folder in places)]
    return len(intact), len(present)


def _tell(key: str, style: str = "", **values: str | int) -> None:
    out.print(_say(key, **values), style=style, markup=False)


def _say(key: str, **values: str | int) -> str:
    return say(text(key, **values), spoken())
