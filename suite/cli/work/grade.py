"""`suite grade`: grades a class of submissions and writes the report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from suite import assignments
from suite.cli.language import of_assignment
from suite.cli.work.console import STANDARD_OUTPUT, exit_code, log, put_document, shown_beside
from suite.cli.work.gpu import refuse_missing_gpu
from suite.cli.work.sandbox_choice import choose_sandbox, foresee
from suite.errors import UsageError
from suite.grading import shards
from suite.grading.attempts import Attempts, best
from suite.grading.enrolment import collect_class
from suite.grading.runtimes import foresee_imports
from suite.grading.store import Store
from suite.marking.lateness import read_lateness
from suite.records import Device, Language, Result, Submission, Text, text
from suite.records.evidence_json import FOLDER
from suite.text.errors import tell
from suite.text.language import say
from suite.text.untrusted import listed

if TYPE_CHECKING:
    from suite.grading.engines.interface import Engine


def grade(  # noqa: PLR0915 - one command, told in order
    *,
    paths: tuple[Path, ...],
    assignment_name: str,
    root: Path,
    report: Path,
    jobs: int | None,
    budget: assignments.Budget,
    main: str | None,
    lang: Language | None,
    form: str,
    roster: Path | None,
    attempts: Attempts,
    sandbox_name: str,
    force: bool,
    fresh: bool,
    shard: str | None,
    shared: Path | None,
    engine_name: str | None,
    scheduler: str | None,
    throughput: bool,
    device: Device,
    late: Path | None,
    as_json: bool,
) -> None:
    """Grade submissions and write a report."""
    if scheduler and engine_name == "local":
        raise UsageError(
            "--engine local uses no scheduler; leave out --scheduler {scheduler}, or --engine local",
            scheduler=scheduler,
        )
    shown = shown_beside(STANDARD_OUTPUT if as_json else None)
    _check_device(device, throughput=throughput, elsewhere=scheduler is not None)
    clustered = bool(scheduler) or engine_name == "dask"
    part = shards.Shard.parse(shard or "1/1")
    if shard and shared is None:
        raise UsageError("shard {part} needs a folder that all machines share; name it with --store", part=part)
    assignment = assignments.load(assignment_name, root)
    lang = of_assignment(assignment, lang, os.environ)
    expected = assignments.load_expected(assignment)
    judging = assignment.with_throughput() if throughput else assignment
    late_rows = read_lateness(late, assignment.late) if late else []
    main_file = assignment.main if main is None else main
    found = collect_class(paths, main_file, form, roster, attempts)
    submissions = found.submissions
    _tell(found.notes, lang)
    _refuse_nothing(paths, submissions, lang)
    store = Store((shared or report) / FOLDER, recall=not fresh)
    foresee(sandbox_name, () if clustered else foresee_imports(assignment, submissions, store), lang)

    from suite import api  # the rest is imported while the warm servers import
    from suite import report as reports
    from suite.cli.work.marks import mark_class
    from suite.cli.work.memory import bound_memory
    from suite.cli.work.terminal import show_progress
    from suite.doctor.capacity import default_jobs
    from suite.grading import pipeline
    from suite.grading.joining import join_class
    from suite.report.class_report import as_report
    from suite.report.folder import hold, refuse_others
    from suite.report.live import LivePage
    from suite.report.results_json import as_document

    bound_memory()
    sandbox = choose_sandbox(sandbox_name, lang)
    jobs = jobs or default_jobs(assignment.limits.memory_mib)
    engine = choose_engine(scheduler, jobs, lang) if clustered else None

    def grade_all(chosen: Sequence[Submission], finished: Callable[[Result], None]) -> list[Result]:
        with show_progress(log, len(chosen), lang) as progress:
            return api.grade(
                chosen,
                assignment,
                budget=budget,
                sandbox=sandbox,
                jobs=jobs,
                store=store,
                throughput=throughput,
                device=device,
                progress=progress.also(finished),
                engine=engine,
            )

    if shared is not None:
        chosen, manifest = shards.begin(part, submissions, assignment, lang, shared)
        results = graded = grade_all(chosen, lambda _: None)
        shards.end(manifest, results, shared)
        _print_results(shown, results, graded, store, lang)
        if as_json:
            put_document(as_document(as_report(assignment, results, lang, found.remarks)))
        log.print(say(text("shard_done", shard=str(part), count=len(chosen), store=str(shared)), lang), markup=False)
        sys.exit(exit_code(results))
    with hold(report) as before:
        _tell([text("stopped_before", holder=tell(before, lang))] if before else [], lang)
        joined = join_class(report, assignment, submissions, main_file, force=force)
        refuse_others(report, reports.names_of(joined.names), force=force)
        _tell(joined.notes, lang)
        kept = joined.judge_kept(report, judging, expected)
        begun = replace(as_report(assignment, kept, lang, found.remarks), awaited=len(joined.names))
        graded = grade_all(joined.submissions, LivePage.begin(report, begun, force=force).add)
        results = pipeline.level([*kept, *joined.remember(graded)])
        results = mark_class(report, results, judging, lang, late_rows)
        results = best(results) if attempts == "best" else results
        ended = as_report(assignment, results, lang, found.remarks)
        reports.write(ended, report, force=force)
    _print_results(shown, results, graded, store, lang)
    if as_json:
        put_document(as_document(ended))
    _tell([text("written_report", path=str(report / "index.html"))], lang)
    sys.exit(exit_code(results))


def _check_device(device: Device, *, throughput: bool, elsewhere: bool) -> None:
    """Raise `UsageError` where nothing would be timed on a GPU; what another machine has isn't known yet."""
    if device == "cpu":
        return
    if not throughput:
        raise UsageError("--device says what --throughput times on; add --throughput, or leave out --device")
    if not elsewhere:
        refuse_missing_gpu(device)


def choose_engine(scheduler: str | None, jobs: int, lang: Language) -> Engine:
    """The engine of a Dask cluster; `UsageError` where its library isn't installed."""
    try:
        from suite.grading.engines.dask_cluster import Dask
    except ImportError as error:
        raise UsageError(
            "--engine dask and --scheduler need the extra dask ({error}): pip install 'notebook-suite[dask]'",
            error=error,
        ) from error
    return Dask(scheduler=scheduler, jobs=jobs, tell=lambda note: _tell([note], lang))


def _tell(notes: Sequence[Text], lang: Language) -> None:
    """What the instructor has to know."""
    for note in notes:
        log.print(say(note, lang), markup=False)


def _refuse_nothing(paths: tuple[Path, ...], submissions: Sequence[Submission], lang: Language) -> None:
    """Raise `UsageError` where there is no class."""
    if not submissions:
        raise UsageError(
            "no notebook and no Python file in {paths}; name a folder of submissions", paths=listed(map(str, paths))
        )
    problems = [submission.problem for submission in submissions if submission.problem]
    if len(problems) == len(submissions) and all(problem.key == "missing_path" for problem in problems):
        raise UsageError("; ".join(say(problem, lang) for problem in problems))


def _print_results(
    shown: Console, results: list[Result], graded: Sequence[Result], store: Store, lang: Language
) -> None:
    """The marks, and which of them come from evidence that was there before."""
    from suite.cli.work.terminal import print_results

    print_results(shown, results, lang)
    if store.recalled:
        _tell([text("recalled", recalled=store.recalled, count=len(graded))], lang)
    for reason in store.reasons():
        log.print(say(reason, lang), markup=False)
