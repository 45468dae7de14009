"""The code cells of an executed notebook as judging reads them: source, syntax tree, error, printed text."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from suite.text.untrusted import strip_escapes

MAGIC = re.compile(r"^([ \t]*)[%!?].*$|^([ \t]*)\S.*\?$", re.MULTILINE)
ASSIGNED_MAGIC = re.compile(r"=[ \t]*[%!].*$", re.MULTILINE)
CELL_MAGIC = re.compile(r"\A\s*%%\w.*$", re.MULTILINE)
WRITTEN_NAME = re.compile(r"\b(?:def|class|import|as)\s+(\w+)|\b(\w+)\s*(?:,[\w\s,]{0,200})?=(?!=)")
ANY_NAME = "*"
"""What `from module import *` binds."""
FOREIGN = re.compile(r"\A\s*%%(bash|sh|script|html|latex|javascript|js|perl|ruby|writefile|file|cmd|system|sx)\b")
MAX_SOURCE = 100_000  # characters; a longer cell is data, not code
MAX_SOURCES = 500_000  # of all cells together: the longest notebook of the assignments has 40,000
MAX_TEXT = 20_000  # characters of an error or of printed text, from its end


@dataclass(frozen=True, kw_only=True)  # without slots, for what is cached
class CodeCell:
    """One code cell."""

    index: int
    """Position in the notebook."""
    source: str
    """What was handed in."""
    tree: ast.Module
    """Its syntax tree without magics; empty if it isn't Python."""
    error: str
    """Class and message of what it raised, colours removed; empty if it raised nothing."""
    printed: str
    """What it printed."""

    def error_line(self, seen: re.Match[str]) -> str:
        """The error from what was recognised in it to the end of its line."""
        return self.error[seen.start() :].splitlines()[0][:200]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All of the tree, as `ast.walk` goes."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def calls(self) -> tuple[tuple[str, ast.Call], ...]:
        """Every call with the dotted name of what is called, such as `torch.optim.Adam`; `.fit` on anything else."""
        return tuple((dotted(node.func), node) for node in self.nodes if isinstance(node, ast.Call))


@lru_cache(maxsize=4)  # checks, notes and diagnoses read the same notebook in turn
def read(notebook: str) -> tuple[CodeCell, ...]:
    """The code cells of an executed notebook, nbformat 4 JSON."""
    cells: list[CodeCell] = []
    left = MAX_SOURCES
    for index, cell in enumerate(json.loads(notebook)["cells"]):
        if cell["cell_type"] == "code":
            cells.append(_read_cell(index, cell, min(left, MAX_SOURCE)))
            left -= len(cells[-1].source)
    return tuple(cells)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of names and attributes; anything before them that isn't a name is left out."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts)) if len(parts) > 1 else parts[0]


def literal(node: ast.expr) -> object:
    """The value of a literal; `None` for anything else, and for one that is nested too deep to be looked into."""
    try:
        found: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return found


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((given.value for given in call.keywords if given.arg == name), None)


def names_in(node: ast.AST) -> set[str]:
    """Every plain name inside."""
    return {found.id for found in ast.walk(node) if isinstance(found, ast.Name)}


def bound_names(cell: CodeCell) -> frozenset[str]:
    """Names that the cell gives a value, if it runs to its end; `*` if it may be any name.

    In a cell that isn't valid Python they are searched for as text.
    """
    if not cell.tree.body:
        return frozenset(name for found in WRITTEN_NAME.findall(cell.source) for name in found if name)
    found = set()
    for node in cell.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return frozenset(found)


def _read_cell(index: int, cell: dict[str, Any], limit: int) -> CodeCell:
    source, outputs = _joined(cell["source"])[:limit], cell.get("outputs", [])
    errors = [f"{o['ename']}: {o['evalue']}" for o in outputs if o.get("output_type") == "error"]
    printed = [_joined(o.get("text", "")) for o in outputs if o.get("output_type") == "stream"]
    return CodeCell(
        index=index,
        source=source,
        tree=_parse(source)[1],
        error=strip_escapes("\n".join(errors)[:MAX_TEXT]),
        printed=strip_escapes("".join(printed)[-MAX_TEXT:]),
    )


def without_magics(source: str) -> str:
    """A cell as Python, each line in its place; empty if it isn't Python even without its magics."""
    return _parse(source)[0]


def _parse(source: str) -> tuple[str, ast.Module]:
    """A cell as Python, and its tree; both are empty if it isn't Python even without its magics."""
    for attempt in _attempts(source):
        try:
            return attempt, ast.parse(attempt)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return "", ast.Module(body=[], type_ignores=[])


def _attempts(source: str) -> Iterator[str]:
    """The cell as it is, and without magics, unless it is in another language."""
    if not FOREIGN.match(source):
        plain = CELL_MAGIC.sub("", source)
        yield plain
        yield MAGIC.sub(r"\1\2pass", ASSIGNED_MAGIC.sub("= None", plain))


def _joined(text: Any) -> str:
    """Nbformat keeps text as a string or a list of lines."""
    return "".join(text) if isinstance(text, list) else str(text)
