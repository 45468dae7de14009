"""Writes what students get: the notebook with placeholders for its solutions, and the files beside it.

Outputs are cleared, hidden tests and the instructor's markers go, and of own data only the rows that aren't held back
are written.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import nbformat

from suite.assignments import Assignment, Expected
from suite.authoring.proposal.master import MARKER, SOLUTION_LINE, Master, MasterCell
from suite.authoring.proposal.program import Program
from suite.authoring.proposal.tasks import ProposedTask
from suite.checking.public_file import SUFFIX, write_public
from suite.files import let_others_read
from suite.records import Language, text
from suite.text.language import say

HANDOUT = "handout"
"""Folder of what students get."""
CHECKED = ("model", "function", "value")
"""Kinds of task that can be checked without held-out rows and without a person."""
HIDDEN_TEST = re.compile(r"^\s*#\s*HIDDEN\b", re.IGNORECASE)
PROMPT_TEXT = re.compile(r'^\s*"""\s*#?\s*BEGIN PROMPT\s*$|^\s*"""\s*;?\s*#\s*END PROMPT\s*$', re.IGNORECASE)
ASSIGNED = re.compile(r"^(\s*[^=#]*[^=!<>#\s]\s*=(?!=)\s*).*$")
INDENT = re.compile(r"\s*")


def write_handout(  # noqa: PLR0913, PLR0917 - all that is known of the assignment
    master: Master,
    program: Program,
    tasks: Sequence[ProposedTask],
    assignment: Assignment,
    expected: Expected,
    language: Language,
) -> Path:
    """Write the notebook and its files into the assignment's folder; returns the notebook's path."""
    folder = assignment.folder / HANDOUT
    folder.mkdir()
    for helper in assignment.helpers:
        path = folder / helper.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(helper.content)
    for own in assignment.own_data.values():
        own.hand_out(folder, 0)
    notebook = student_notebook(master, program, tasks, language)
    if any(task.kind in CHECKED for task in tasks):
        told = write_public(assignment, expected, language)
        (folder / f"{master.path.stem}{SUFFIX}").write_text(told, "utf-8")
        notebook.cells += _check_cells(language)
    let_others_read(folder)
    path = folder / master.path.name
    path.write_text(nbformat.writes(notebook), "utf-8")
    return path


def _check_cells(language: Language) -> list[nbformat.NotebookNode]:
    """The last cells, with which students check their own work; where a notebook is graded they do nothing."""
    return [
        nbformat.v4.new_markdown_cell(say(text("own_cell"), language)),
        nbformat.v4.new_code_cell("%load_ext suite\n%check"),
    ]


def student_notebook(
    master: Master, program: Program, tasks: Sequence[ProposedTask], language: Language
) -> nbformat.NotebookNode:
    """The master without its solutions."""
    solved = _solved_lines(program, tasks) if master.style == "plain" else {}
    cells = []
    for cell, given in zip(master.cells, master.notebook["cells"], strict=True):
        if cell.part == "config" or (cell.part == "tests" and _is_hidden(cell)):
            continue
        if cell.part == "solution" and cell.kind != "code":
            continue
        kept = copy.deepcopy(given)
        if cell.kind == "code":
            lines = cell.solution or solved.get(cell.index, frozenset())
            kept.source = without_solution(cell.source, lines, say(text("new_placeholder"), language))
            kept.outputs, kept.execution_count = [], None
        kept.metadata = {key: value for key, value in kept.metadata.items() if key not in {"nbgrader", "otter"}}
        cells.append(kept)
    metadata = _metadata(master.notebook["metadata"])
    found: nbformat.NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return found


def _metadata(given: Any) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key in {"kernelspec", "language_info"}}


def _is_hidden(cell: MasterCell) -> bool:
    return bool(HIDDEN_TEST.match(cell.source.lstrip()))


def without_solution(source: str, solution: Collection[int], placeholder: str) -> str:
    """A cell with one placeholder for each stretch of solution lines, at its indentation, and without markers."""
    found: list[str] = []
    hiding = ""
    before = -1
    for number, line in enumerate(source.splitlines(), 1):
        marker = MARKER.match(line)
        part = " ".join(marker["part"].upper().split()) if marker else ""
        if part in {"HIDDEN TESTS", "MARK SCHEME"}:
            hiding = part if marker and marker["edge"].upper() == "BEGIN" else ""
        elif hiding or marker or PROMPT_TEXT.match(line):
            continue
        elif number not in solution:
            found.append(line)
        elif alone := SOLUTION_LINE.search(line):
            if not alone[1]:
                found.append(ASSIGNED.sub(r"\1...", line[: alone.start()].rstrip()) if "=" in line else _blank(line))
        else:
            if number - 1 != before:
                found.append(f"{_blank(line)}  # {placeholder}")
            before = number
    return "\n".join(found)


def _blank(line: str) -> str:
    indent = INDENT.match(line)
    return f"{indent[0] if indent else ''}..."


def _solved_lines(program: Program, tasks: Sequence[ProposedTask]) -> dict[int, frozenset[int]]:
    """Of a plain notebook: the lines by cell that make its models, but for imports, constants and data."""
    found: dict[int, set[int]] = {}
    for task in tasks:
        places = program.slice_of(task.variable, task.cell) if task.kind in {"model", "open"} else []
        own = {each for each in places if task.variable in program.statements[each].binds}
        cells = {program.statements[place].cell for place in own}
        for place in places:
            statement = program.statements[place]
            if statement.is_import or statement.is_constant:
                continue
            if statement.is_definition or statement.cell in cells:
                found.setdefault(statement.cell, set()).update(range(statement.line, statement.last_line + 1))
    return {cell: frozenset(lines) for cell, lines in found.items()}
