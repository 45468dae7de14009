"""What an export format is. Other packages add formats by the entry point group `export_formats`."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from suite.exporting.graded import GradedClass, PublishedResult
from suite.files import apart, safe_name
from suite.grading.roster import Row, find_people, plain
from suite.records import Text, text
from suite.report.grades_csv import guard
from suite.text.untrusted import listed

SHOWN = 40
"""Names that a sentence lists at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    """What the instructor says of the export."""

    sheet: Path | None = None
    """The platform's own table, in which marks are filled in."""
    name: str = ""
    """What the assignment is called there; empty for its name here."""
    visibility: str = "visible"
    """Who sees the tests, where a platform asks for that."""


@dataclass(kw_only=True)
class Export:
    """An export that is being written."""

    graded: GradedClass
    """The report."""
    settings: ExportSettings
    """What the instructor says."""
    folder: Path
    """Where files go; it is empty at first."""
    notes: list[Text] = field(default_factory=list)
    """What the instructor has to know."""
    left_out: set[str] = field(default_factory=set)
    """Submissions that have a mark and aren't in what is written."""

    def put(self, name: str, content: str | bytes) -> None:
        """Write a file, in folders that may not be there yet."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))

    def put_table(self, name: str, lines: Iterable[Sequence[str]], separator: str = ",") -> None:
        """Write a table in which no cell is a formula."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
        writer.writerows([cell if cell == "-" else guard(cell) for cell in line] for line in lines)
        self.put(name, stream.getvalue())


ExportFormat: TypeAlias = Callable[[Export], None]
"""Writes the files that a platform takes."""


def number(value: float) -> str:
    """Points as every platform reads them."""
    return f"{round(value, 2):g}"


def scaled(result: PublishedResult, most: float | None) -> float:
    """Points out of the platform's maximum, if it has one."""
    score = result.score or 0.0
    return score if most is None or not result.max_score else score * most / result.max_score


def pair(
    results: Sequence[PublishedResult], rows: Sequence[Row]
) -> tuple[dict[int, PublishedResult], list[str], list[str]]:
    """(result of each row by its place, names that have no row, names of several results for one row).

    A group's result is in the row of each member.
    """
    found: dict[int, list[PublishedResult]] = {}
    lost: list[str] = []
    for result in results:
        people = find_people(rows, result.identity, result.submission)
        if not people:
            lost.append(result.submission)
        for row in people:
            found.setdefault(rows.index(row), []).append(result)
    twice = list(dict.fromkeys(each.submission for same in found.values() if len(same) > 1 for each in same))
    return {place: same[0] for place, same in found.items() if len(same) == 1}, lost, twice


def say_left_out(
    export: Export, lost: Sequence[str], twice: Sequence[str], written: Iterable[PublishedResult] = ()
) -> None:
    """Say whose marks aren't in a platform's table; those of a group may be there for some of its members."""
    export.left_out |= {*lost, *twice} - {result.submission for result in written}
    if lost:
        export.notes.append(text("export_lost", count=len(lost), names=listed(lost, SHOWN)))
    if twice:
        export.notes.append(text("export_twice", count=len(twice), names=listed(twice, SHOWN)))


def find_column(columns: Sequence[str], names: Iterable[str]) -> int | None:
    """Place of the column that has the first of these names that one has."""
    known = [plain(column) for column in columns]
    return next((known.index(name) for name in names if name in known), None)


def as_number(cell: str) -> float | None:
    """A number with a point or a comma; `None` for anything else."""
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return None


def folder_names(results: Sequence[PublishedResult]) -> dict[str, str]:
    """A folder for each submission, empty for the only one; none differ in case alone."""
    if len(results) == 1:
        return {results[0].submission: ""}
    names = apart([safe_name(result.identity.id or result.submission) for result in results])
    return {result.submission: f"{name}/" for result, name in zip(results, names, strict=True)}
