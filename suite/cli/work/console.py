"""The console for messages, and exit codes."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from suite.errors import SuiteError, UsageError
from suite.files import NO_SPACE, storage_problem
from suite.records import Result

GATE_FAILED, WRONG_USAGE, NOT_GRADED, INTERRUPTED = 1, 2, 3, 130

log = Console(stderr=True, highlight=False)


def exit_code(results: Iterable[Result]) -> int:
    """0 if everything was graded, whatever the marks."""
    return NOT_GRADED if any(result.score is None for result in results) else 0


def explain(error: BaseException) -> int:
    """Print in one line what went wrong, and return the exit code for it."""
    if isinstance(error, SuiteError):
        log.print(f"error: {error}", style="bold red", markup=False)
        return WRONG_USAGE if isinstance(error, UsageError) else NOT_GRADED
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        problem = storage_problem(error, error.filename or "the output")
        log.print(f"error: {problem}", style="bold red", markup=False)
        return NOT_GRADED
    if isinstance(error, OSError):
        log.print(f"error: {error.strerror}: {error.filename}; name another path", style="bold red", markup=False)
        return WRONG_USAGE
    log.print("interrupted; run the same command again to go on where it stopped", style="yellow")
    return INTERRUPTED
