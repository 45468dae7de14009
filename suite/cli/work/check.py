"""`suite check`: a student's own notebook by the public checks."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from suite.cli.language import spoken
from suite.cli.work.console import GATE_FAILED, STANDARD_OUTPUT, exit_code, put_document, shown_beside
from suite.records import Language, Result

STYLES = {"right": "green", "wrong": "red", "open": ""}


def check(*, notebook: Path, told: Path | None, lang: Language | None, sandbox_name: str, as_json: bool) -> None:
    """Check a notebook and say what was found; a student's own work needs no warning of weak isolation."""
    from suite.checking.self_check import self_check
    from suite.checking.telling import as_text, tell
    from suite.cli.work.sandbox_choice import foresee
    from suite.sandbox import choose

    foresee(sandbox_name, (), lang or spoken())
    sandbox, _ = choose(sandbox_name)
    click.get_current_context().call_on_close(sandbox.close)
    checked = self_check(notebook, told, sandbox)
    language = lang or checked.public.language
    said = tell(checked, language)
    console = shown_beside(STANDARD_OUTPUT if as_json else None)
    for line, mark in as_text(said, language):
        console.print(line, style=STYLES[mark], markup=False)
    if as_json:
        from suite.report.class_report import as_report
        from suite.report.results_json import as_document

        put_document(as_document(as_report(checked.public.assignment, [_unstored(checked.result)], language)))
    sys.exit(exit_code([checked.result]) or (0 if said.right else GATE_FAILED))


def _unstored(result: Result) -> Result:
    """The result without the name of evidence, as a check keeps none."""
    return replace(result, evidence=result.evidence and replace(result.evidence, provenance=None))
