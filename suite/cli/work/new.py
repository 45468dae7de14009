"""`suite new`: makes an assignment of an instructor's own notebook."""

from __future__ import annotations

import os
from pathlib import Path

from suite import assignments
from suite.authoring.proposal.make import Made, Workplace, make
from suite.authoring.proposal.master import MasterError
from suite.cli.work.console import log
from suite.cli.work.sandbox_choice import choose_sandbox
from suite.cli.work.terminal import show_trainings
from suite.cli.work.verify import say_caught, say_finding, try_cases
from suite.errors import UsageError
from suite.files import remove_tree
from suite.grading.store import Store
from suite.records import Language, Text, text
from suite.sandbox import Sandbox
from suite.text.language import say
from suite.text.untrusted import clean

KEPT = ".verify"
"""Folder in the assignment's in which an interrupted try is kept."""
LONGEST = 600  # characters of a sentence


def new(*, master: Path, target: Path | None, seeds: int, verify: bool, lang: Language, sandbox_name: str) -> None:
    """Make an assignment of a notebook."""
    folder = target or master.with_suffix("")
    sandbox = choose_sandbox(sandbox_name, lang)

    def step(what: Text) -> None:
        log.print(f"{say(what, lang)} …", markup=False)

    with show_trainings(log, lang) as advance:
        workplace = Workplace(
            sandbox=sandbox,
            environment=os.environ,
            language=lang,
            seeds=seeds,
            step=step,
            advance=advance,
        )
        try:
            made = make(master, folder, workplace)
        except MasterError as error:
            raise UsageError(clean(say(error.problem, lang), LONGEST)) from error
    _report(made, lang)
    if verify:
        step(text("new_verifies"))
        _verify(made, sandbox, lang)


def _verify(made: Made, sandbox: Sandbox, lang: Language) -> None:
    """Try the assignment with mistakes; what was run is kept until all is, so that an interruption costs little."""
    folder = made.folder.resolve()
    kept = folder / KEPT
    assignment = assignments.load(folder.name, folder.parent)
    try:
        found = try_cases(assignment, sandbox, lang, repeat=1, store=Store(kept))
    except KeyboardInterrupt:
        left = text("new_goes_on", folder=str(folder), name=folder.name, root=str(folder.parent), kept=str(kept))
        log.print(say(left, lang), style="yellow", markup=False)
        raise
    remove_tree(kept)
    if any(judged.case.generated for judged in found.cases):
        log.print(say_caught(found, lang), markup=False)
    for judged, finding in ((each, finding) for each in found.cases if each.wrong for finding in each.findings):
        log.print(f"✗ {clean(say(say_finding(judged, finding, lang), lang), LONGEST)}", style="red", markup=False)


def _report(made: Made, lang: Language) -> None:
    for reason in made.left_out:
        log.print(f"– {clean(say(reason, lang), LONGEST)}", style="yellow", markup=False)
    asked = ", ".join(task.id for task in made.tasks)
    score, most = made.points
    values = {"score": f"{score:g}", "most": f"{most:g}", "tasks": asked}
    log.print(say(text("new_made", folder=str(made.folder), **values), lang), markup=False)
