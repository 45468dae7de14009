"""The sandbox that a command uses: which one, what begins in advance, and what is said of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

import click

from suite.cli.work.console import log
from suite.errors import UsageError
from suite.records import Language, text
from suite.resident import find, runtime_folder
from suite.sandbox import Sandbox, all_sandboxes, choose, control_group
from suite.sandbox.interface import Imports
from suite.temporary import remove_leftovers
from suite.text.errors import tell
from suite.text.language import say


def foresee(name: str, imports: Iterable[Imports], lang: Language) -> None:
    """Have the sandbox that will probably be chosen begin what the first runs would wait for.

    Where a resident process keeps warm servers, they are used.
    """
    candidate = next((sandbox for sandbox in all_sandboxes() if name in ("auto", sandbox.name)), None)
    if candidate is not None:
        _attach_resident(candidate, lang)
        click.get_current_context().call_on_close(candidate.close)
        for each in imports:
            candidate.foresee(each)


def _attach_resident(sandbox: Sandbox, lang: Language) -> None:
    """Use the resident process if there is one like this command; say so, or why not."""
    try:
        resident = find(runtime_folder(os.environ))
    except UsageError as error:
        log.print(say(text("warm_unused", problem=tell(error, lang)), lang), style="yellow", markup=False)
        return
    if resident is None:
        return
    if resident.differences:
        differences = text("warm_differs", pid=resident.pid, what=", ".join(resident.differences))
        log.print(say(differences, lang), style="yellow", markup=False)
        return
    with suppress(OSError):  # it has just ended
        held = resident.hold()
        click.get_current_context().call_on_close(held.close)
        if sandbox.attach(resident):
            log.print(say(text("warm_used", pid=resident.pid), lang), markup=False)


def choose_sandbox(name: str, lang: Language) -> Sandbox:
    """The sandbox of that name; warns loudly if it isn't the strongest."""
    if removed := [*remove_leftovers(), *control_group.remove_leftovers()]:
        log.print(say(text("leftovers_removed", folders=", ".join(removed)), lang), markup=False)
    sandbox, refused = choose(name)
    click.get_current_context().call_on_close(sandbox.close)
    if sandbox is not all_sandboxes()[0]:
        log.print(say(text("weak_isolation", sandbox=sandbox.name), lang), style="bold red", markup=False)
        for line in (
            *(say(weakness, lang) for weakness in sandbox.weaknesses),
            *(tell(each, lang) for each in refused),
        ):
            log.print(f"  - {line}", style="red", markup=False)
    return sandbox
