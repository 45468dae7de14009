"""What every command that renders a class does with its ledger: applies it, and says what doesn't fit."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path

from suite.assignments import Assignment
from suite.cli.work.console import log
from suite.marking import append, mark_results, read_ledger
from suite.marking.lateness import LateRow, enter_lateness
from suite.marking.results import ledger_notes
from suite.records import Language, Result, text
from suite.text.language import say
from suite.text.untrusted import listed


def whoever_runs_this() -> str:
    """The name of the user, where nobody gives another one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "instructor"


def mark_class(
    folder: Path, results: Sequence[Result], assignment: Assignment, language: Language, late: Sequence[LateRow] = ()
) -> list[Result]:
    """The results with what the ledger of a folder says, and with rows on lateness, which are entered into it."""
    entries, unknown = enter_lateness(late, results, read_ledger(folder), whoever_runs_this())
    append(folder, *entries)
    if unknown:
        log.print(say(text("late_unknown", names=listed(unknown)), language), markup=False)
    ledger = read_ledger(folder)
    marked = mark_results(results, ledger, assignment, language)
    for note in ledger_notes(marked, ledger, assignment):
        log.print(say(note, language), markup=False)
    return marked
