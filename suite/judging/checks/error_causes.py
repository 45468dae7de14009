"""Which errors of a notebook are causes, and which follow from earlier ones.

A cell that stops leaves names undefined that it would have defined; each later cell that misses one of them stops, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from suite.judging.sources import ANY_NAME, CodeCell, bound_names, read
from suite.records import CellOutcome, Outcome, Run

NO_NAME = re.compile(r"(?:name|variable) '(\w{1,100})' (?:is not defined|referenced before assignment)")
NO_FILE = re.compile(r"No such file or directory: '([^'\n]{1,300})'")
MAKES_MODEL = re.compile(
    r"(?i)\b(?:Sequential|Model|Module|Input|Dense|Linear|Embedding|Conv\dd|\w{0,40}(?:LSTM|GRU|RNN))\b"
)
"""Words of a cell that may make a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCause:
    """A cell that stopped by itself, and the cells that stopped because of it."""

    cell: CellOutcome
    """The cell that raised."""
    missing: tuple[CellOutcome, ...] = ()
    """Later cells that miss what it, or a cell among them, would have defined or written."""
    lacking: tuple[str, ...] = ()
    """Those names and files."""
    repeated: tuple[CellOutcome, ...] = ()
    """Later cells that raised the same again."""
    makes_model: bool = True
    """Whether one of these cells may make a model; also where their sources aren't known."""

    @property
    def cells(self) -> tuple[CellOutcome, ...]:
        """All cells that stopped."""
        return self.cell, *self.missing, *self.repeated


def find_error_causes(run: Run) -> tuple[ErrorCause, ...]:
    """The causes of a run's errors, in the order of their cells."""
    if not any(cell.error_name for cell in run.cells):
        return ()
    sources = {cell.index: cell for cell in read(run.notebook)}
    bound: dict[int, frozenset[str]] = {}
    ran = {cell.index for cell in run.cells if cell.outcome is Outcome.PASS and not cell.expected_error}
    roots: dict[int, int] = {}
    lacking: dict[int, list[str]] = {}
    raised: dict[tuple[str, str], int] = {}
    for cell in run.cells:
        if not cell.error_name:
            continue
        earlier = [source for index, source in sources.items() if index < cell.index and index not in ran]
        bound |= {source.index: bound_names(source) for source in earlier if source.index not in bound}
        needed = next(_needed(cell, earlier, bound), None)
        if needed is None:
            roots[cell.index] = raised.setdefault((cell.error_name, cell.error_message), cell.index)
            continue
        index, name = needed
        root = roots.setdefault(index, cell.index)  # a cell that a tag skipped, or allowed to raise, is no error
        roots[cell.index] = root
        if root != cell.index:
            lacking.setdefault(root, []).append(name)
    return tuple(_gather(run.cells, roots, lacking, sources))


def _needed(
    cell: CellOutcome, earlier: Sequence[CodeCell], bound: Mapping[int, frozenset[str]]
) -> Iterator[tuple[int, str]]:
    """Cells that didn't run to their end and would have defined the name, or written the file, that this one misses."""
    if cell.error_name in ("NameError", "UnboundLocalError") and (seen := NO_NAME.search(cell.error_message)):
        for name in (seen[1], ANY_NAME):
            yield from ((source.index, seen[1]) for source in earlier if name in bound[source.index])
    elif seen := NO_FILE.search(cell.error_message):
        named = f"'{seen[1]}'", f'"{seen[1]}"'
        yield from ((source.index, seen[1]) for source in earlier if any(name in source.source for name in named))


def _gather(
    cells: tuple[CellOutcome, ...],
    roots: Mapping[int, int],
    lacking: Mapping[int, list[str]],
    sources: Mapping[int, CodeCell],
) -> Iterator[ErrorCause]:
    """One cause for each root."""
    for cell in cells:
        if roots.get(cell.index) != cell.index:
            continue
        followed = [other for other in cells if other is not cell and roots.get(other.index) == cell.index]
        repeats = [o for o in followed if (o.error_name, o.error_message) == (cell.error_name, cell.error_message)]
        known = [sources[other.index].source for other in (cell, *followed) if other.index in sources]
        yield ErrorCause(
            cell=cell,
            missing=tuple(other for other in followed if other not in repeats),
            lacking=tuple(dict.fromkeys(lacking.get(cell.index, ()))),
            repeated=tuple(repeats),
            makes_model=not known or any(MAKES_MODEL.search(source) for source in known),
        )
