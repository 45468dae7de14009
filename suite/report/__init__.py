"""Renders a graded class: pages for people, files for programs.

Each format is registered by the entry point group `report_formats`. Public: `write`, `names_of`, `Format`; `folder` for
what may be written where, `live` for the page of a class that is being graded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from suite import plugins
from suite.files import naming
from suite.records import Report
from suite.report.folder import PAGES, move_in, open_new
from suite.report.page_name import page_name

Format: TypeAlias = Callable[[Report, Path], None]
"""Writes a report into a folder that exists and is empty; its files are then moved into the report's folder."""


def write(report: Report, folder: Path, *, force: bool = False) -> None:
    """Write every format into the folder, all or none; what the suite didn't write is overwritten only with `force`."""
    write_formats(report, plugins.load_all("report_formats"), folder, force=force)


def write_formats(report: Report, formats: Mapping[str, Format], folder: Path, *, force: bool) -> None:
    """Write some formats into the folder, all or none."""
    with open_new(folder) as new:
        for name, write_format in formats.items():
            with naming(folder / name):
                write_format(report, new)
        move_in(new, folder, force=force)


def names_of(students: Iterable[str]) -> list[str]:
    """Files that a report of these students will hold, as far as that is known before."""
    return [*plugins.names("report_formats"), *(f"{PAGES}/{page_name(student)}" for student in students)]
