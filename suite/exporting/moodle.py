"""Moodle: the grading worksheet with marks and comments, and a zip of feedback files.

Moodle finds a student by the number in the column Identifier, and the other columns by their names in the site's
language. A worksheet that was downloaded there is filled in and otherwise left as it is; without one a new one is made
for students whose numbers are known.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Sequence

from suite.errors import UsageError
from suite.exporting.graded import PublishedResult
from suite.exporting.interface import Export, as_number, find_column, number, pair, say_left_out, scaled
from suite.files import safe_name
from suite.grading.roster import Table, read_table
from suite.records import text
from suite.text.language import label
from suite.text.untrusted import listed

GRADE = ("grade", "calificacion", "nota")
MOST = ("maximum grade", "calificacion maxima", "nota maxima", "puntuacion maxima")
COMMENT = ("feedback comments", "comentarios de retroalimentacion", "comentarios de realimentacion")
HEADERS = ("moodle_identifier", "moodle_name", "moodle_grade", "moodle_most", "moodle_modified", "moodle_comments")
"""Entries of the catalogue for the columns, as Moodle calls them."""
NUMBER = re.compile(r"\d+")
SHEET, FEEDBACK = "grades.csv", "feedback.zip"


def export(export: Export) -> None:
    """Write the worksheet and the feedback."""
    finished = [result for result in export.graded.results if result.final]
    if export.settings.sheet:
        known = _fill(export, read_table(export.settings.sheet), finished)
    else:
        known = _make(export, finished)
    _put_feedback(export, known)


def _fill(export: Export, sheet: Table, finished: Sequence[PublishedResult]) -> list[tuple[str, PublishedResult]]:
    """Fill in a worksheet; (number, result) of those that are in it."""
    places = {
        name: find_column(sheet.columns, names)
        for name, names in (("grade", GRADE), ("most", MOST), ("comment", COMMENT))
    }
    grade, most, comment = places["grade"], places["most"], places["comment"]
    if grade is None or find_column(sheet.columns, ("identifier", "identificador")) is None:
        raise UsageError(
            "{sheet} is no grading worksheet of Moodle: expected the columns Identifier and Grade "
            "(Identificador, Calificación), seen {columns}; take it from “Download grading worksheet”",
            sheet=export.settings.sheet,
            columns=listed(sheet.columns),
        )
    paired, lost, twice = pair(finished, sheet.rows)
    say_left_out(export, lost, twice, paired.values())
    lines = [[*line, *([""] * (len(sheet.columns) - len(line)))] for line in sheet.lines]
    tops: set[float] = set()
    for place, result in paired.items():
        line = lines[sheet.rows[place].line]
        top = as_number(line[most]) if most is not None else None
        tops |= {top} if top is not None and top != result.max_score else set()
        shown = number(scaled(result, top))
        line[grade] = shown.replace(".", ",") if most is not None and "," in line[most] else shown
        if comment is not None:
            line[comment] = _comment(result)
    if tops:
        export.notes.append(text("export_scaled", most=", ".join(f"{top:g}" for top in sorted(tops))))
    if comment is None:
        export.notes.append(text("export_no_comments", column="Feedback comments"))
    export.put_table(SHEET, [sheet.columns, *lines], sheet.separator)
    return [(sheet.rows[place].identity.id, result) for place, result in paired.items()]


def _make(export: Export, finished: Sequence[PublishedResult]) -> list[tuple[str, PublishedResult]]:
    """Make a worksheet of the students whose numbers the download said."""
    language = export.graded.language
    numbered = [(result.identity.id, result) for result in finished if NUMBER.fullmatch(result.identity.id)]
    counts = [each for each, _ in numbered]
    known = [(each, result) for each, result in numbered if counts.count(each) == 1]
    there = {result.submission for _, result in numbered}
    say_left_out(
        export,
        [result.submission for result in finished if result.submission not in there],
        [result.submission for each, result in numbered if counts.count(each) > 1],
    )
    lines = [
        (
            *(label("moodle_participant", language, number=each), result.identity.name, number(result.score or 0)),
            *(number(result.max_score), "-", _comment(result)),
        )
        for each, result in known
    ]
    export.put_table(SHEET, [[label(key, language) for key in HEADERS], *lines])
    return known


def _put_feedback(export: Export, known: Sequence[tuple[str, PublishedResult]]) -> None:
    """Write each student's page into the folder by which Moodle finds the student."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, result in known:
            page = export.graded.page(result)
            if page is not None and NUMBER.fullmatch(each):
                name = safe_name(result.identity.name or result.submission)
                archive.writestr(f"{name}_{each}_assignsubmission_file_/{export.graded.assignment}.html", page)
    export.put(FEEDBACK, packed.getvalue())


def _comment(result: PublishedResult) -> str:
    """What the student reads beside the mark: HTML, of which nothing is the submission's."""
    return "<br>".join(html.escape(line) for line in result.feedback.splitlines())
