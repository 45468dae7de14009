"""The console for messages, and exit codes."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console

from suite.errors import SuiteError, UsageError, Words
from suite.files import NO_SPACE, storage_problem, write_atomically
from suite.records import Language, Result, text
from suite.text.errors import tell
from suite.text.language import say

GATE_FAILED, WRONG_USAGE, NOT_GRADED, INTERRUPTED = 1, 2, 3, 130

STANDARD_OUTPUT = Path("-")
"""What names it where a file could be named."""

PACKAGE = Path(__file__).parent.parent.parent

log = Console(stderr=True, highlight=False)


def shown_beside(document: Path | None) -> Console:
    """Where people read: standard error, where standard output holds a document."""
    return log if document == STANDARD_OUTPUT else Console(highlight=False)


def put_document(document: object, path: Path = STANDARD_OUTPUT) -> None:
    """Write a document for programs into a file, or to standard output, also where the command is to be quiet."""
    written = json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    if path == STANDARD_OUTPUT:
        click.echo(written, file=click.get_current_context().find_root().obj)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, written)


def exit_code(results: Iterable[Result]) -> int:
    """0 if everything was graded, whatever the marks."""
    return NOT_GRADED if any(result.score is None for result in results) else 0


def explain(error: BaseException, language: Language) -> int:
    """Print in one line what went wrong, and return the exit code for it."""
    if isinstance(error, SuiteError):
        code = WRONG_USAGE if isinstance(error, UsageError) else NOT_GRADED
        return _print(error, code, language)
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        problem = storage_problem(error, error.filename or Words("the output"))
        return _print(problem, NOT_GRADED, language)
    if isinstance(error, OSError):
        problem = Words("{reason}: {path}; name another path", reason=error.strerror, path=error.filename)
        return _print(problem, WRONG_USAGE, language)
    if not isinstance(error, (KeyboardInterrupt, click.Abort)):
        said = say(text("suite_fault", place=_place(error), error=f"{type(error).__name__}: {error}"), language)
        log.print(said, style="bold red", markup=False)
        return NOT_GRADED
    told = tell(
        Words("interrupted; run the same command again: it goes on from what it has stored, if anything"), language
    )
    log.print(told, style="yellow", markup=False)
    return INTERRUPTED


def _print(problem: SuiteError | Words, code: int, language: Language) -> int:
    log.print(tell(Words("error: {problem}", problem=problem), language), style="bold red", markup=False)
    return code


def _place(error: BaseException) -> str:
    """The innermost line of the suite's own code that an exception passed through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
    return ", ".join(f"{Path(frame.filename).relative_to(PACKAGE.parent)}:{frame.lineno}" for frame in own[-1:])
