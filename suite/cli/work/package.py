"""`suite package`: an assignment as an autograder for a platform that runs it itself."""

from __future__ import annotations

import os
from pathlib import Path

from suite import assignments
from suite.authoring.packaging import package_gradescope
from suite.cli.language import of_assignment
from suite.cli.work.console import log
from suite.errors import UsageError
from suite.files import naming, write_atomically
from suite.grading.roster import read_roster
from suite.records import Language, text
from suite.text.language import say


def package(  # the platform is Gradescope, the only one that there is yet
    *,
    folder: Path,
    platform: str,
    out: Path,
    budget: assignments.Budget,
    visibility: str,
    roster: Path | None,
    lang: Language | None,
    force: bool,
) -> None:
    """Build an autograder of an assignment."""
    del platform
    if out.exists() and not force:
        raise UsageError("{out} is there already; name another file with --out, or overwrite it with --force", out=out)
    place = folder.resolve()
    assignment = assignments.load(place.name, place.parent)
    lang = of_assignment(assignment, lang, os.environ)
    table = read_roster(roster) if roster else None
    if assignment.variants is not None and table is None:
        raise UsageError(
            "{name} has variants, which are drawn from the class list: name with --roster the one for which "
            "suite variants wrote the notebooks",
            name=assignment.name,
        )
    assignments.load_expected(assignment)
    with naming(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    packed = package_gradescope(assignment, budget=budget, language=lang, visibility=visibility, roster=table)
    write_atomically(out, packed)
    log.print(say(text("written_autograder", path=str(out)), lang), markup=False)
