"""What several commands do: the console for messages, exit codes, the choice of a sandbox."""

from __future__ import annotations

from collections.abc import Iterable

import click
from rich.console import Console

from suite.errors import SuiteError, UsageError
from suite.files import NO_SPACE, storage_problem
from suite.records import Language, Result, text
from suite.sandbox import Sandbox, all_sandboxes, choose, control_group
from suite.sandbox.interface import Imports
from suite.temporary import remove_leftovers
from suite.text.language import say

GATE_FAILED, WRONG_USAGE, NOT_GRADED, INTERRUPTED = 1, 2, 3, 130

log = Console(stderr=True, highlight=False)


def foresee(name: str, imports: Iterable[Imports]) -> None:
    """Have the sandbox that will probably be chosen begin what the first runs would wait for."""
    candidate = next((sandbox for sandbox in all_sandboxes() if name in ("auto", sandbox.name)), None)
    if candidate is not None:
        click.get_current_context().call_on_close(candidate.close)
        for each in imports:
            candidate.foresee(each)


def choose_sandbox(name: str, lang: Language) -> Sandbox:
    """The sandbox of that name; warns loudly if it isn't the strongest."""
    if removed := [*remove_leftovers(), *control_group.remove_leftovers()]:
        log.print(say(text("leftovers_removed", folders=", ".join(removed)), lang), markup=False)
    sandbox, refused = choose(name)
    click.get_current_context().call_on_close(sandbox.close)
    if sandbox is not all_sandboxes()[0]:
        log.print(f"WARNING: weak isolation, sandbox {sandbox.name!r}", style="bold red", markup=False)
        for line in (*(say(weakness, lang) for weakness in sandbox.weaknesses), *refused):
            log.print(f"  - {line}", style="red", markup=False)
    return sandbox


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
