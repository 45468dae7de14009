"""Writes each student's notebook: the one that is handed out, with the values of the student's variant."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import nbformat

from suite.assignments import Assignment
from suite.assignments.variants import Value
from suite.errors import UsageError, Words
from suite.files import apart, naming, safe_name, write_atomically
from suite.grading.roster import Row, listed_as
from suite.grading.variants import bindings
from suite.records import Identity
from suite.report.grades_csv import guard

TABLE = "variants.csv"


def write_variants(assignment: Assignment, notebook: Path, rows: Sequence[Row], out: Path) -> int:
    """Write a folder for each student, and a table of who has what; returns the number of students.

    Two lines of the list that say the same of who it is are one student.
    """
    assert assignment.variants is not None  # noqa: S101 - the command has checked
    names = tuple(assignment.variants.values)
    given = _read(notebook, names)
    found: dict[str, Identity] = {}
    for row in rows:
        found.setdefault(listed_as(row.identity), row.identity)
    students = list(found.items())
    folders = apart([safe_name(key) for key, _ in students])
    table = [("folder", "id", "name", "email", *names)]
    with naming(out):
        for folder in folders:
            (out / folder).mkdir(parents=True, exist_ok=True)
    for folder, (key, identity) in zip(folders, students, strict=True):
        drawn = assignment.variants.draw(assignment.name, key)
        own = with_values(given, drawn)
        write_atomically(out / folder / notebook.name, nbformat.writes(own).encode())
        table.append((folder, identity.id, identity.name, identity.email, *map(str, drawn.values())))
    write_atomically(out / TABLE, _as_csv(table))
    return len(students)


def with_values(notebook: nbformat.NotebookNode, values: dict[str, Value]) -> nbformat.NotebookNode:
    """The notebook in which the first binding of each name has its value; all else stays as it is."""
    left = dict(values)
    changed: nbformat.NotebookNode = nbformat.from_dict(notebook)
    changed["cells"] = [nbformat.from_dict(cell) for cell in notebook["cells"]]
    for cell in changed["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = _replace(cell["source"], left)
    return changed


def _replace(source: str, left: dict[str, Value]) -> str:
    """A cell with values that are taken out of `left` as they find their place, the last one first."""
    found = [(name, place, left.pop(name)) for name, _, place in bindings(source) if name in left]
    lines = [line.encode() for line in source.split("\n")]
    for _, place, value in reversed(found):
        first, last = place.lineno - 1, (place.end_lineno or place.lineno) - 1
        rest = lines[last][place.end_col_offset :]
        lines[first : last + 1] = [lines[first][: place.col_offset] + repr(value).encode() + rest]
    return b"\n".join(lines).decode()


def _read(path: Path, names: Sequence[str]) -> nbformat.NotebookNode:
    """The notebook; `UsageError` where it can't be read, or doesn't bind a name."""
    try:
        notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    except Exception as error:
        raise UsageError(
            "{path} can't be read as a notebook ({kind}); name the .ipynb to hand out",
            path=path,
            kind=type(error).__name__,
        ) from error
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    bound = [name for source in code for name, *_ in bindings(source)]
    if missing := [name for name in names if name not in bound]:
        raise UsageError(
            "{path} has no line {name} = …: expected each of {names} to get a number or a text in a line of "
            "its own, outside of functions; seen {seen}. Write {name} = 1",
            path=path,
            name=missing[0],
            names=", ".join(names),
            seen=", ".join(dict.fromkeys(bound)) or Words("none"),
        )
    return notebook


def _as_csv(table: Sequence[Sequence[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([guard(cell) for cell in line] for line in table)
    return stream.getvalue().encode("utf-8-sig")
