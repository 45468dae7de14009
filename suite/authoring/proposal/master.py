"""Reads an instructor's notebook: its cells, the headings above them, and what markers say is a solution.

Three ways of marking are read as they are: otter's cells (`# BEGIN QUESTION`, `# BEGIN SOLUTION`), nbgrader's metadata
with `### BEGIN SOLUTION`, and none at all, where every model counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import nbformat

from suite.grading.files_beside import files_beside
from suite.judging.sources import without_magics
from suite.records import SourceFile, text
from suite.text.errors import ProblemError

Style: TypeAlias = Literal["plain", "otter", "nbgrader"]
Part: TypeAlias = Literal["", "question", "prompt", "solution", "tests", "hidden tests", "config"]
"""What a cell is for; empty for one that everybody gets as it is."""
MARKER = re.compile(
    r"^\s*#+\s*(?P<edge>BEGIN|END)\s+(?P<part>QUESTION|PROMPT|SOLUTION|HIDDEN\s+TESTS|TESTS|MARK\s+SCHEME)\s*$",
    re.IGNORECASE,
)
CONFIG = re.compile(r"^\s*#+\s*ASSIGNMENT\s+CONFIG", re.IGNORECASE)
SOLUTION_LINE = re.compile(r"#\s*SOLUTION(\s+NO\s+PROMPT)?\s*$", re.IGNORECASE)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
OPEN = "open"
"""Tag of a cell, and key of otter's questions."""
TAGS = re.compile(r"<[^>]+>|[*_`]|\[([^\]]*)\]\([^)]*\)")
YES = frozenset(("true", "yes"))
KEY = re.compile(r"^\s*([\w ]+?)\s*:\s*(.*?)\s*$")


class MasterError(ProblemError):
    """A notebook that no assignment can be made of: the cell, what was found, what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """What a marked notebook asks for in one place."""

    name: str
    """Its name in the notebook."""
    points: float
    """What it is worth."""
    manual: bool
    """Whether a person marks it."""
    open: bool = False
    """Whether any model answers it that does well enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterCell:
    """One cell of the master."""

    index: int
    """Its position in the notebook, from 0."""
    kind: str
    """`code`, `markdown` or `raw`."""
    source: str
    """What stands in it."""
    heading: str
    """The last heading above it; empty if there is none."""
    part: Part = ""
    """What it is for."""
    question: str = ""
    """Name of the question that it belongs to."""
    solution: frozenset[int] = frozenset()
    """Lines, from 1, that are solutions."""
    open: bool = False
    """Whether it has the tag `open`: its models are judged by how well they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """An instructor's notebook with its solutions."""

    path: Path
    """Where it lies."""
    notebook: Mapping[str, Any]
    """As it was read, nbformat 4."""
    style: Style
    """How solutions are marked."""
    cells: tuple[MasterCell, ...]
    """All of its cells."""
    questions: tuple[AskedQuestion, ...] = ()
    """In their order; none in a plain notebook."""
    files: tuple[SourceFile, ...] = field(default=(), repr=False)
    """Files beside it that it names."""

    @property
    def code(self) -> list[MasterCell]:
        """The cells that run."""
        return [cell for cell in self.cells if cell.kind == "code" and cell.part not in {"config", "question"}]

    def open_group(self, cell: MasterCell) -> str:
        """Name of the open question to which a cell belongs, or of the cell; empty if it asks for one certain model."""
        opened = cell.open or any(each.open for each in self.questions if each.name == cell.question)
        return (cell.question or f"cell {cell.index + 1}") if opened else ""

    @property
    def title(self) -> str:
        """Its first heading of the first level, or its name."""
        written = (cell.source for cell in self.cells if cell.kind == "markdown")
        found = next((match[1] for source in written if (match := TITLE.search(source))), "")
        return _plain(found) or self.path.stem.replace("_", " ")


def read_master(path: Path) -> Master:
    """Read a notebook; `MasterError` says which cell isn't closed, or what else is wrong."""
    try:
        notebook = nbformat.reads(path.read_text("utf-8-sig"), as_version=4)
    except FileNotFoundError as error:
        raise MasterError(text("missing_path", path=str(path))) from error
    except Exception as error:  # nbformat raises anything on malformed input
        reason = (str(error) or type(error).__name__).splitlines()[0][:200]
        raise MasterError(text("not_a_notebook", file=path.name, reason=reason)) from error
    cells = list(_with_headings(notebook.cells))
    style = _style(notebook.cells)
    read = {"otter": _read_otter, "nbgrader": _read_nbgrader}.get(style)
    marked, questions = read(cells, notebook.cells) if read else (cells, [])
    master = Master(path=path, notebook=notebook, style=style, cells=tuple(marked), questions=tuple(questions))
    if not any(without_magics(cell.source).strip() for cell in master.code):
        raise MasterError(text("new_no_code", file=path.name))
    if style != "plain" and not any(cell.solution for cell in marked) and not any(q.manual for q in questions):
        raise MasterError(text("new_no_solution", file=path.name, style=style))
    sources = "\n".join(cell.source for cell in master.code)
    return replace(master, files=tuple(files_beside(path, sources)))


def _with_headings(cells: Sequence[Any]) -> Iterator[MasterCell]:
    heading = ""
    for index, cell in enumerate(cells):
        if cell.cell_type == "markdown" and (found := HEADING.findall(cell.source)):
            heading = _plain(found[-1])
            first = _plain(found[0])
            yield MasterCell(index=index, kind="markdown", source=cell.source, heading=first)
            continue
        opened = OPEN in cell.metadata.get("tags", ())
        yield MasterCell(index=index, kind=cell.cell_type, source=cell.source, heading=heading, open=opened)


def _plain(heading: str) -> str:
    return " ".join(TAGS.sub(r"\1", heading).split())


def _style(cells: Sequence[Any]) -> Style:
    """How it is marked; a plain notebook has no marker at all."""
    if any("nbgrader" in cell.metadata for cell in cells):
        return "nbgrader"
    lines = [line for cell in cells if cell.cell_type != "markdown" for line in cell.source.splitlines()]
    if any(CONFIG.match(line) or _marks(line, "QUESTION") for line in lines):
        return "otter"
    marked = any(MARKER.match(line) or SOLUTION_LINE.search(line) for line in lines)
    return "nbgrader" if marked else "plain"


def _marks(line: str, part: str) -> bool:
    found = MARKER.match(line)
    return bool(found and found["part"].upper() == part)


def _read_otter(cells: Sequence[MasterCell], _raw: Sequence[Any]) -> tuple[list[MasterCell], list[AskedQuestion]]:
    """Otter's cells that hold a marker alone open and close the parts of a question."""
    found: list[MasterCell] = []
    questions: list[AskedQuestion] = []
    opened: list[tuple[str, int]] = []
    for cell in cells:
        first = next((line for line in cell.source.splitlines() if line.strip()), "")
        marker = MARKER.match(first) if cell.kind != "markdown" and _is_marker_cell(cell) else None
        if CONFIG.match(first):
            found.append(replace(cell, part="config"))
        elif marker is None:
            found.append(_mark_inside(cell, opened, questions))
        else:
            part = " ".join(marker["part"].lower().split())
            if marker["edge"].upper() == "END":
                if not opened or opened[-1][0] != part:
                    raise MasterError(text("new_unopened", cell=cell.index + 1, marker=first.strip(), part=part))
                opened.pop()
            else:
                if part == "question":
                    questions.append(_question(cell, len(questions) + 1))
                opened.append((part, cell.index))
            found.append(replace(cell, part="config"))
    if opened:
        part, index = opened[-1]
        raise MasterError(text("new_unclosed", cell=index + 1, marker=f"# BEGIN {part.upper()}"))
    return found, questions


def _is_marker_cell(cell: MasterCell) -> bool:
    """Whether nothing runs in it: it only marks."""
    return cell.kind == "raw" or (
        all(not line.strip() or line.lstrip().startswith("#") for line in cell.source.splitlines())
        and (cell.source.count("\n") == 0)
    )


def _mark_inside(cell: MasterCell, opened: Sequence[tuple[str, int]], questions: Sequence[AskedQuestion]) -> MasterCell:
    """A cell between markers, with the lines that are solutions."""
    around = [part for part, _ in opened]
    question = questions[-1].name if "question" in around else ""
    part: Part = around[-1] if around and around[-1] in {"prompt", "solution", "tests"} else ""  # type: ignore[assignment]
    if cell.kind != "code":
        return replace(cell, part=part, question=question)
    lines = _solution_lines(cell)
    if part == "solution" and not lines:
        lines = frozenset(range(1, cell.source.count("\n") + 2))
    return replace(cell, part=part, question=question, solution=lines)


def _question(cell: MasterCell, number: int) -> AskedQuestion:
    """Name, points and manual, as the cell gives them: `key: value`, comment signs before them or not."""
    values: dict[str, str] = {}
    for line in cell.source.splitlines()[1:]:
        if found := KEY.match(line.lstrip("# ")):
            values.setdefault(found[1].strip().lower(), found[2].strip("\"'"))
    points = values.get("points", "") or values.get("total", "") or values.get("each", "")
    return AskedQuestion(
        name=values.get("name", f"q{number}"),
        points=float(points) if re.fullmatch(r"\d+(\.\d+)?", points) else 1.0,
        manual=values.get("manual", "").lower() in YES,
        open=values.get(OPEN, "").lower() in YES,
    )


def _read_nbgrader(cells: Sequence[MasterCell], raw: Sequence[Any]) -> tuple[list[MasterCell], list[AskedQuestion]]:
    """Nbgrader's metadata say what a cell is for; the tests behind a solution hold its points."""
    found: list[MasterCell] = []
    questions: list[AskedQuestion] = []
    for cell, given in zip(cells, raw, strict=True):
        meta = given.metadata.get("nbgrader", {})
        lines = _solution_lines(cell) if cell.kind == "code" else frozenset()
        solves, graded = bool(meta.get("solution")), bool(meta.get("grade"))
        points = float(meta.get("points") or 0)
        if solves or meta.get("task") or (lines and not meta):
            name = str(meta.get("grade_id") or f"cell {cell.index + 1}")
            manual = (solves and graded) or bool(meta.get("task"))
            questions.append(AskedQuestion(name=name, points=points if manual else 0.0, manual=manual))
            whole = frozenset(range(1, cell.source.count("\n") + 2)) if cell.kind == "code" else frozenset()
            found.append(replace(cell, part="solution", question=name, solution=lines or whole))
        elif graded and questions:
            questions[-1] = replace(questions[-1], points=questions[-1].points + points)
            found.append(replace(cell, part="tests", question=questions[-1].name))
        else:
            found.append(replace(cell, solution=lines))
    return found, questions


def _solution_lines(cell: MasterCell) -> frozenset[int]:
    """Lines between the markers of a cell, and lines that are marked by themselves."""
    found: set[int] = set()
    opened: dict[str, int] = {}
    for number, line in enumerate(cell.source.splitlines(), 1):
        marker = MARKER.match(line)
        if marker:
            part = " ".join(marker["part"].upper().split())
            if marker["edge"].upper() == "BEGIN":
                if part in opened:
                    raise MasterError(text("new_unclosed", cell=cell.index + 1, marker=f"# BEGIN {part}"))
                opened[part] = number
            elif part not in opened:
                raise MasterError(text("new_unopened", cell=cell.index + 1, marker=line.strip(), part=part))
            elif part == "SOLUTION":
                found |= set(range(opened.pop(part) + 1, number))
            else:
                opened.pop(part)
        elif SOLUTION_LINE.search(line):
            found.add(number)
    if opened:
        raise MasterError(text("new_unclosed", cell=cell.index + 1, marker=f"# BEGIN {next(iter(opened))}"))
    return frozenset(found)
