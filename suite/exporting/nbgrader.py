"""nbgrader: its table of grades, and its tree of feedback."""

from __future__ import annotations

from pathlib import PurePath

from suite.exporting.graded import PublishedResult
from suite.exporting.interface import Export, number, say_left_out
from suite.files import safe_name

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
"""As `nbgrader export` writes them."""


def export(export: Export) -> None:
    """Write `grades.csv` and `feedback/STUDENT/ASSIGNMENT/`."""
    lines: list[tuple[str, ...]] = []
    taken: dict[str, str] = {}
    twice: list[str] = []
    for result in export.graded.results:
        student, assignment = _student(result), _assignment(export, result)
        if student.casefold() in taken:
            twice.append(result.submission)
            continue
        taken[student.casefold()] = result.submission
        page = export.graded.page(result)
        if page is not None:
            export.put(f"feedback/{student}/{assignment}/{assignment}.html", page)
        if result.final:
            points = number(result.score or 0.0)
            name = (result.identity.name, "", result.identity.email)
            lines.append((assignment, "", "", student, *name, points, "0.0", points, number(result.max_score)))
    say_left_out(export, (), twice)
    export.put_table("grades.csv", [COLUMNS, *lines])


def _student(result: PublishedResult) -> str:
    """The account, as a folder."""
    account = result.identity.id or result.submission
    plain = account.replace("_", "").replace("@", "").replace(".", "").replace("-", "").isalnum()
    return account if plain and not account.startswith((".", "-")) else safe_name(account)


def _assignment(export: Export, result: PublishedResult) -> str:
    """What nbgrader calls the assignment: the folder in which it was handed in, if that is the student's."""
    source = PurePath(result.source)
    there = source.name if source.parent.name == result.identity.id else ""
    return safe_name(export.settings.name or there or export.graded.assignment).replace(" ", "_")
