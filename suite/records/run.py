"""How a notebook ran, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from suite.records.message import Text


class Outcome(StrEnum):
    """How a check, a cell or a whole submission ended."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    LIMIT = "limit"
    MISSING_DEPENDENCY = "missing dependency"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"
    WAITING = "waiting"
    HARNESS_ERROR = "harness error"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOutcome:
    """How one code cell ended."""

    index: int
    """Position in the notebook, markdown cells counted, from 0."""
    outcome: Outcome
    """PASS, ERROR, TIMEOUT, MEMORY, LIMIT, MISSING_DEPENDENCY, or SKIPPED when it never ran."""
    seconds: float
    """Wall time."""
    error_name: str = ""
    """Class of the exception, where one was raised."""
    error_message: str = ""
    """Its message, without terminal escapes."""
    expected_error: str = ""
    """Class of an exception that the cell's tag `raises-exception` announces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What happened when the notebook ran."""

    cells: tuple[CellOutcome, ...]
    """One entry per code cell that isn't blank."""
    notebook: str
    """The executed notebook, nbformat 4 JSON with its outputs."""
    seconds: float
    """From the start of the process to the last cell."""
    sandbox: str
    """Name of the sandbox that held it."""
    stopped: Text | None = None
    """The limit or accident that ended the run early."""
    stopped_as: Outcome | None = None
    """Its outcome: TIMEOUT, MEMORY, LIMIT or ERROR."""
    left: bool = True
    """Whether the process was ready for questions afterwards."""
    cut: tuple[int, ...] = ()
    """Cells, counted as Jupyter counts inputs, whose outputs were too long to be kept whole."""
    stderr_tail: str = ""
    """Last lines that the process wrote outside Jupyter's channels."""
