"""`suite verify`: tests an assignment before a class sees it, and reports to a person or a program."""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from suite import assignments
from suite.assignments import Assignment
from suite.authoring import verify as verification
from suite.authoring.verify import Discrepancy, JudgedCase, Verification
from suite.authoring.verify.cases import CaseKind
from suite.authoring.verify.judgement import NO_FAULT, ROUNDING
from suite.authoring.verify.settings import RUN
from suite.cli.language import of_assignment
from suite.cli.work.console import GATE_FAILED, NOT_GRADED, log, put_document, shown_beside
from suite.cli.work.sandbox_choice import choose_sandbox
from suite.cli.work.terminal import show_progress
from suite.doctor.capacity import default_jobs
from suite.grading.plan import GradingPlan
from suite.grading.store import Store
from suite.records import Language, Text, text
from suite.report.html import check_name
from suite.sandbox import Sandbox
from suite.text.language import label, say
from suite.text.untrusted import clean

REASON_WIDTH = 300
SURVIVORS_SHOWN = 5
"""Mistakes that cost nothing, told in the sentence that sums them up."""
KINDS: dict[CaseKind, str] = {
    "reference": "verify_reference",
    "mutant": "verify_mutant",
    "alternative": "verify_alternative",
}


def verify(
    *,
    assignment_name: str,
    root: Path,
    sandbox_name: str,
    repeat: int,
    generate: bool | None,
    only: tuple[str, ...],
    jobs: int | None,
    target: Path | None,
    kept: Path | None,
    lang: Language | None,
) -> None:
    """Test an assignment: mutants of its references must lose points, other right solutions none."""
    begin = time.monotonic()
    assignment = assignments.load(assignment_name, root)
    lang = of_assignment(assignment, lang, os.environ)
    sandbox = choose_sandbox(sandbox_name, lang)
    store = Store(kept) if kept else None
    found = try_cases(assignment, sandbox, lang, repeat=repeat, generate=generate, only=only, jobs=jobs, store=store)
    seconds = time.monotonic() - begin
    _print(shown_beside(target), found, assignment, lang)
    if any(judged.case.generated for judged in found.cases):
        log.print(say_caught(found, lang), markup=False)
    log.print(say(_summary(found, seconds), lang), markup=False)
    if target is not None:
        put_document(verification.as_document(found, sandbox=sandbox.name, seconds=seconds), target)
    sys.exit(NOT_GRADED if not found.graded else 0 if found.passed else GATE_FAILED)


def try_cases(
    assignment: Assignment,
    sandbox: Sandbox,
    lang: Language,
    *,
    repeat: int,
    generate: bool | None = None,
    only: tuple[str, ...] = (),
    jobs: int | None = None,
    store: Store | None = None,
) -> Verification:
    """Grade every case of an assignment; what a store holds of an interrupted try isn't run again."""
    settings = verification.load(assignment)
    if generate is not None:
        settings = settings.model_copy(update={"generate": generate})
    plan = GradingPlan(
        assignment=assignment.model_copy(update={"variants": None}),  # whoever made a case, any variant is right
        budget="quick",
        sandbox=sandbox,
        jobs=jobs or default_jobs(assignment.limits.memory_mib),
        environment=os.environ,
        store=store,
    )
    return verification.run(
        verification.select(verification.read_cases(assignment, settings), only),
        plan,
        assignments.load_expected(assignment),
        settings,
        repetitions=repeat,
        show=partial(show_progress, log, language=lang),
    )


def _print(console: Console, found: Verification, assignment: Assignment, language: Language) -> None:
    """The table of cases, what is wrong, and the flake rates."""
    table = Table(expand=False, caption=label("verify_caption", language))
    for key in ("verify_case", "verify_kind"):
        table.add_column(label(key, language), overflow="fold")
    for check in assignment.checks:
        table.add_column(check_name(check, language), justify="right")
    table.add_column("")
    for judged in found.cases:
        cells = [_cell(judged, check) for check in assignment.checks]
        verdict = "[bold red]✗[/]" if judged.wrong else "[green]✓[/]" if not judged.findings else "[yellow]–[/]"
        kind = label(KINDS[judged.case.kind], language)
        table.add_row(escape(clean(judged.case.name)), kind, *cells, verdict)
    console.print(table)
    for judged in found.cases:
        for finding in judged.findings:
            sentence = say(say_finding(judged, finding, language), language)
            mark, style = ("–", "yellow") if finding.kind in NO_FAULT else ("✗", "red")
            console.print(f"{mark} {clean(sentence, REASON_WIDTH)}", style=style, markup=False)
    for flake in found.flakes:
        values = {"differing": flake.differing, "verdicts": flake.verdicts, "repetitions": found.repetitions}
        message = text("verify_flake", check=check_name(flake.check, language), **values)
        style = "red" if flake.rate > found.flake_limit else ""
        console.print(say(message, language), style=style, markup=False)


def _cell(judged: JudgedCase, check: str) -> str:
    """Number of tasks that lost points in one check, and that must: `−2` if both agree, else `−1 / −2`."""
    lost = sum(share > ROUNDING for (_, name), share in judged.lost.items() if name == check)
    untested = sum(finding.kind == "untested" and finding.check == check for finding in judged.findings)
    due = lost if judged.case.generated else sum(check in each for each in judged.case.loses.values()) - untested
    wrong = lost != due or (judged.wrong and any(finding.check == check for finding in judged.findings))
    shown = f"−{lost}" if lost else "·"
    return f"[red]{shown} / −{due}[/]" if wrong else f"[dim]{shown}[/]" if not lost else shown


def say_finding(judged: JudgedCase, finding: Discrepancy, language: Language) -> Text:
    """A sentence that says what is wrong with a case."""
    name, task = judged.case.name, finding.task
    lost = f"{100 * finding.observed:.3g}"
    match finding.kind:
        case "not graded":
            return text("verify_not_graded", name=name, reason=finding.reason[:REASON_WIDTH])
        case "untested":
            return text("verify_untested", name=name, task=task, check=finding.check)
        case "uncovered":
            return text("verify_uncovered", name=name, task=task, check=finding.check, lost=lost)
        case "unnoticed":
            key = "verify_unnoticed_equal" if finding.reason == "equal" else "verify_unnoticed"
            return text(key, name=name, task=task)
        case "survives":
            return text("verify_survives", name=name, task=task)
        case "keeps":
            return text("verify_keeps", name=name, task=task, check=finding.check)
        case "amount":
            due = f"{100 * (finding.expected or 0):.3g}"
            return text("verify_amount", name=name, task=task, check=finding.check, lost=lost, expected=due)
        case "loses":
            key = "verify_loses" if judged.case.kind == "mutant" else "verify_failed"
            reason = say(_find_message(judged, finding), language)[:REASON_WIDTH]
            return text(key, name=name, task=task, check=finding.check, lost=lost, reason=reason)


def _find_message(judged: JudgedCase, finding: Discrepancy) -> Text:
    """The check's message where it took points."""
    return next(
        verdict.message
        for result in judged.results
        for verdict in result.verdicts
        if verdict.check == finding.check
        and (verdict.task or RUN) == finding.task
        and verdict.points < verdict.max_points
    )


def say_caught(found: Verification, lang: Language) -> str:
    """How many of the mistakes that were made by rules cost something, and why each other one doesn't."""
    made = [judged for judged in found.cases if judged.case.generated]
    survivors = [
        (judged, next(finding for finding in judged.findings if finding.kind == "unnoticed"))
        for judged in made
        if any(finding.kind == "unnoticed" for finding in judged.findings)
    ]
    caught = len(made) - len(survivors)
    if not survivors:
        return say(text("verify_caught", made=len(made)), lang)
    reasons = [_say_survivor(judged, finding, lang) for judged, finding in survivors[:SURVIVORS_SHOWN]]
    reasons += ["…"] if len(survivors) > SURVIVORS_SHOWN else []
    said = text("verify_survivors", caught=caught, made=len(made), count=len(survivors), survivors="; ".join(reasons))
    return clean(say(said, lang), SURVIVORS_SHOWN * REASON_WIDTH)


def _say_survivor(judged: JudgedCase, finding: Discrepancy, lang: Language) -> str:
    key = "verify_because_equal" if finding.reason == "equal" else "verify_because_unseen"
    return say(text(key, name=clean(judged.case.name), task=finding.task), lang)


def _summary(found: Verification, seconds: float) -> Text:
    """The summary in one line."""
    mutants = [judged for judged in found.cases if judged.case.kind == "mutant"]
    return text(
        "verify_passed" if found.passed else "verify_not_passed",
        mutants=len(mutants),
        mistakes=sum(task != RUN for judged in mutants for task in judged.case.loses),
        alternatives=sum(judged.case.kind == "alternative" for judged in found.cases),
        wrong=sum(judged.wrong for judged in found.cases),
        seconds=round(seconds),
    )
