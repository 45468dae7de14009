"""`suite replay`: runs one stored submission again exactly, for a dispute."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from suite import assignments
from suite.cli.work.console import GATE_FAILED, log
from suite.cli.work.sandbox_choice import choose_sandbox
from suite.errors import EvidenceError
from suite.grading import replay as replays
from suite.grading.evidence_source import open_source
from suite.grading.replay.again import Replayed
from suite.judging import checks, diagnoses
from suite.records import Language, Outcome, text
from suite.report.html import check_name, show
from suite.text.language import label, say
from suite.text.quotes import say_quoting
from suite.text.untrusted import clean


def replay(
    *,
    folder: Path,
    submission: str,
    root: Path,
    sandbox_name: str | None,
    source: Path | None,
    lang: Language | None,
) -> None:
    """Run one SUBMISSION of the report in FOLDER again, with the same files, seeds, budget and data."""
    report = replays.read_report(folder)
    language = lang or report.language
    stored = replays.find_result(report, submission)
    before = replays.read_evidence_of(folder, stored)
    if before is None or before.provenance is None:
        raise EvidenceError(
            "{submission} never ran, so there is nothing to run again: {reason}",
            submission=submission,
            reason=say_quoting(stored.reason, language),
        )
    assignment = assignments.load(report.assignment, root)
    expected = assignments.load_expected(assignment)
    files = replays.find_submission(stored, before.provenance, source)
    sandbox = choose_sandbox(sandbox_name or before.run.sandbox, language)
    plan = replays.plan_again(before.provenance, assignment, sandbox, os.environ)
    with open_source(plan) as evidence:
        result = diagnoses.explain(checks.judge(files, assignment, expected, evidence.look(files)))
    found = replays.compare(stored, before, result)
    _print(Console(highlight=False), found, language)
    outcome = text("replay_same" if found.same else "replay_differs", name=clean(submission))
    log.print(say(outcome, language), style="green" if found.same else "bold red", markup=False)
    sys.exit(0 if found.same else GATE_FAILED)


def _print(console: Console, found: Replayed, language: Language) -> None:
    """Print verdicts side by side, then the circumstances that differ."""
    table = Table(expand=False)
    for key in ("page_check", "replay_before", "replay_after", ""):
        table.add_column(label(key, language) if key else "", overflow="fold")
    for row in found.rows:
        name = " ".join(filter(None, (check_name(row.check, language), row.model)))
        sides = (_side(row.before, language), _side(row.after, language))
        table.add_row(escape(name), *map(escape, sides), "[green]=[/]" if row.same else "[bold red]≠[/]")
    console.print(table)
    for what, before, after in found.circumstances:
        message = text("replay_circumstance", what=what, before=clean(before), after=clean(after))
        console.print(say(message, language), style="yellow", markup=False)
    if found.distances:
        console.print(say(text("replay_distances", count=found.distances, moved=found.moved), language), markup=False)


def _side(verdict: tuple[Outcome, float, Any] | None, language: Language) -> str:
    """Outcome, points and what was seen."""
    if verdict is None:
        return "–"
    outcome, points, observed = verdict
    name = label(f"outcome_{outcome.value.replace(' ', '_')}", language)
    return f"{name}, {round(points, 2):g}" + (f": {clean(show(observed, language))}" if observed is not None else "")
