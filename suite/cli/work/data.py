"""`suite data`: shows which datasets are here and where they come from, and downloads missing ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from suite import assignments
from suite.data import all_datasets, find
from suite.data.dataset import Dataset
from suite.data.fetch import fetch as fetch_files
from suite.data.fetch import is_intact
from suite.data.sources import fetched_folder, folders, get
from suite.errors import DataError

DAMAGED = 1

out = Console(highlight=False)


def list_datasets() -> None:
    """List the datasets, where each comes from, and its rows."""
    table = Table("Dataset", "Source", "Train", "Test")
    for name in all_datasets():
        found = find(name, os.environ)
        rows = [str(len(next(iter(found.parts[part].values())))) for part in ("train", "test")]
        table.add_row(name, f"[yellow]{found.source}[/]" if found.stand_in else found.source, *rows)
    out.print(table)


def give(*, assignment: str, folder: Path, root: Path) -> None:
    """Write an assignment's own data as students get them, without the rows that are held back, into FOLDER."""
    found = assignments.load(assignment, root)
    if not found.own_data:
        raise DataError(f"{assignment} has no data of its own; they stand in tables [data.NAME] of its assignment.toml")
    for own in found.own_data.values():
        rows = own.hand_out(folder, 0)
        out.print(f"{own.name}: {rows} rows in {folder / own.settings.place}", markup=False)


def check(*, names: tuple[str, ...]) -> None:
    """Read every file of the datasets (all by default) and compare checksums; exit code 1 if something is damaged."""
    damaged = False
    for name in names or all_datasets():
        try:
            found = find(name, os.environ)
        except DataError as error:
            if name not in all_datasets():
                raise
            out.print(f"{name}: damaged: {error}", style="red", markup=False)
            damaged = True
            continue
        out.print(f"{name}: {found.source}; {_compare(get(name))}", markup=False)
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
        with Progress(*columns, console=out) as progress:
            tasks = {file.name: progress.add_task(file.name, total=None) for file in dataset.files}
            paths = fetch_files(
                dataset,
                folder,
                lambda file, done, total: progress.update(tasks[file], completed=done, total=total or None),  # noqa: B023
            )
        out.print(f"{name}: {len(paths)} files in {folder / dataset.folder}", markup=False)


def _compare(dataset: Dataset) -> str:
    """Say how many of the official files, wherever they are stored, equal the published ones byte for byte."""
    places = [folder for _, folder in folders(dataset, os.environ)]
    present = [file for file in dataset.files if any((folder / file.name).is_file() for folder in places)]
    intact = [file for file in present if any(is_intact(file, folder / file.name) for folder in places)]
    return f"{len(intact)} of {len(present)} official files have the published checksum"
