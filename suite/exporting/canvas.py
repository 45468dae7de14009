"""Canvas: a gradebook with one column, to be imported there.

Canvas finds a student by the number in the column ID, then by SIS numbers, then by name; it asks before it makes a new
assignment of a column that it doesn't know. A cell that is empty would take a mark away, so only marked students are
in the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from suite.errors import UsageError
from suite.exporting.graded import PublishedResult
from suite.exporting.interface import Export, as_number, number, pair, say_left_out, scaled
from suite.grading.roster import Table, plain, read_table
from suite.records import text
from suite.text.untrusted import listed

PERSON = (
    "Student",
    "LastName",
    "FirstName",
    "ID",
    "SIS User ID",
    "SIS Login ID",
    "Integration ID",
    "Root Account",
    "Section",
)
"""Columns that say who it is, of which Canvas wants Student, ID and Section, in its own order."""
OUT_OF = "points possible"
NUMBERED = re.compile(r"(?P<title>.*?)\s*\(\d+\)")
"""How a gradebook calls an assignment: its title and its number."""
GRADEBOOK = "gradebook.csv"


def export(export: Export) -> None:
    """Write the gradebook."""
    finished = [result for result in export.graded.results if result.final]
    if export.settings.sheet:
        _fill(export, read_table(export.settings.sheet), finished)
    else:
        _make(export, finished)
    export.notes.append(text("export_no_files", form="Canvas"))


def _fill(export: Export, sheet: Table, finished: Sequence[PublishedResult]) -> None:
    """The rows of a gradebook that was exported there, with the marks."""
    person = [place for place, name in enumerate(sheet.columns) if name in PERSON]
    if not {"ID", "Section"} <= set(sheet.columns):
        raise UsageError(
            "{sheet} is no gradebook of Canvas: expected the columns Student, ID and Section, seen {columns}; "
            "export it there with “Export entire gradebook”",
            sheet=export.settings.sheet,
            columns=listed(sheet.columns),
        )
    place = _find(export, sheet)
    limits = next((line for line in sheet.lines if line and plain(line[0]) == OUT_OF), ())
    top = as_number(limits[place]) if place is not None and place < len(limits) else None
    title = sheet.columns[place] if place is not None else _title(export)
    paired, lost, twice = pair(finished, sheet.rows)
    say_left_out(export, lost, twice, paired.values())
    most = top or max((result.max_score for result in finished), default=0.0)
    if any(top not in {None, result.max_score} for result in finished):
        export.notes.append(text("export_scaled", most=f"{top:g}"))
    lines = [
        [*(_cell(sheet.lines[sheet.rows[row].line], each) for each in person), number(scaled(result, top))]
        for row, result in paired.items()
    ]
    header = [*(sheet.columns[each] for each in person), title]
    export.put_table(GRADEBOOK, [header, ["    Points Possible", *[""] * (len(person) - 1), number(most)], *lines])


def _make(export: Export, finished: Sequence[PublishedResult]) -> None:
    """A gradebook of the students whose numbers the download said."""
    known = [result for result in finished if result.identity.id]
    ids = [result.identity.id for result in known]
    once = [result for result in known if ids.count(result.identity.id) == 1]
    say_left_out(
        export,
        [result.submission for result in finished if not result.identity.id],
        [result.submission for result in known if ids.count(result.identity.id) > 1],
    )
    most = max((result.max_score for result in finished), default=0.0)
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", _title(export)]
    lines = [[each.identity.name, each.identity.id, "", "", "", number(each.score or 0.0)] for each in once]
    export.put_table(GRADEBOOK, [header, ["    Points Possible", "", "", "", "", number(most)], *lines])


def _find(export: Export, sheet: Table) -> int | None:
    """The assignment's column; `UsageError` if the one that was named isn't there."""
    wanted = plain(_title(export))
    for place, column in enumerate(sheet.columns):
        numbered = NUMBERED.fullmatch(column)
        if wanted in {plain(column), plain(numbered["title"]) if numbered else ""}:
            return place
    if export.settings.name:
        raise UsageError(
            "{sheet} has no column {column!r}: seen {columns}; name one of these with --name",
            sheet=export.settings.sheet,
            column=export.settings.name,
            columns=listed(sheet.columns, 20),
        )
    export.notes.append(text("export_new_column", column=_title(export)))
    return None


def _title(export: Export) -> str:
    return export.settings.name or export.graded.assignment


def _cell(line: Sequence[str], place: int) -> str:
    return line[place] if place < len(line) else ""
