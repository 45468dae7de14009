"""`suite variants`: each student's own notebook of an assignment with variants."""

from __future__ import annotations

import os
from pathlib import Path

from suite import assignments
from suite.authoring.variants import write_variants
from suite.cli.language import of_assignment
from suite.cli.work.console import log
from suite.errors import UsageError
from suite.grading.roster import read_roster
from suite.records import text
from suite.text.language import say


def variants(*, notebook: Path, assignment_name: str, root: Path, roster: Path, out: Path, force: bool) -> None:
    """Write a notebook for each student."""
    assignment = assignments.load(assignment_name, root)
    if assignment.variants is None:
        raise UsageError(
            "{assignment_name} has no variants: expected a table [variants] in its assignment.toml, such as "
            "values = {{ units = [8, 16, 24] }}",
            assignment_name=assignment_name,
        )
    if out.exists() and any(out.iterdir()) and not force:
        raise UsageError("{out} holds something already; name another folder with --out, or add --force", out=out)
    count = write_variants(assignment, notebook, read_roster(roster).rows, out)
    language = of_assignment(assignment, None, os.environ)
    log.print(say(text("variants_written", count=count, path=str(out)), language), markup=False)
