"""`suite grade`: grades a class of submissions and writes the report."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.console import Console

from suite import assignments
from suite import report as reports
from suite.cli.options import assignment_option, choose_sandbox, exit_code, folder_option, log, sandbox_option
from suite.cli.terminal import print_results, show_progress
from suite.errors import UsageError
from suite.grading import pipeline
from suite.grading.collect import read_class
from suite.grading.joining import join_class
from suite.grading.plan import GradingPlan
from suite.grading.store import Store
from suite.records import Language, text
from suite.records.evidence_json import FOLDER
from suite.report.class_report import as_report
from suite.report.folder import hold, refuse_others
from suite.text.language import LANGUAGES, say
from suite.text.untrusted import listed


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@assignment_option
@folder_option
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports/latest"),
    show_default=True,
    help="Folder for the pages, results.json and grades.csv.",
)
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Submissions at a time.  [default: cores, at most 4]")
@click.option(
    "--budget",
    type=click.Choice(["quick", "standard", "full"]),
    default="quick",
    show_default=True,
    help="How much training: quick finishes in seconds, full leaves the notebook as it is.",
)
@click.option(
    "--main",
    metavar="GLOB",
    help="File to run in each folder or zip, such as 'practica*.ipynb'.  [default: as the assignment says]",
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the report.")
@sandbox_option
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite files in the report folder that the suite didn't write; leave out a class that can't be joined.",
)
@click.option("--fresh", is_flag=True, help="Run everything again, also what this report folder has evidence of.")
@click.option(
    "--throughput",
    is_flag=True,
    help="Time proved models beside the reference when all is graded: up to 30 s a model; leave the machine idle.",
)
def grade(
    paths: tuple[Path, ...],
    assignment_name: str,
    root: Path,
    report: Path,
    jobs: int | None,
    budget: assignments.Budget,
    main: str | None,
    lang: Language,
    sandbox_name: str,
    force: bool,  # noqa: FBT001 - click passes options by name
    fresh: bool,  # noqa: FBT001
    throughput: bool,  # noqa: FBT001
) -> None:
    """Grade submissions and write a report.

    PATH is a notebook, a Python file (a script, or a module with build_model()), a zip, or a folder of submissions,
    each of them a file, a zip or a folder. Which of several files in a folder or zip is run is found by where they lie,
    what they import and whether they make models; --main, or main in the assignment, names it. A submission without a
    file to run gets no score, not zero.

    What is graded into the folder of an earlier report joins its class: the others keep their results.

    \b
    Examples:
      suite grade submissions -a stacked_rnn
      suite grade ana.ipynb luis.py -a stacked_rnn --lang es --report reports/martes
      suite grade submissions -a stacked_rnn --main 'practica*.ipynb'
      suite grade submissions -a stacked_rnn --throughput
    """
    assignment = assignments.load(assignment_name, root)
    expected = assignments.load_expected(assignment)
    if throughput:
        assignment.with_throughput()  # fails at once if that isn't possible
    main_file = assignment.main if main is None else main
    found = read_class(paths, main_file)
    submissions = found.submissions
    if found.others:
        log.print(say(text("not_submissions", files=listed(found.others)), lang), markup=False)
    if not submissions:
        raise UsageError(f"no notebook and no Python file in {listed(map(str, paths))}; name a folder of submissions")
    problems = [submission.problem for submission in submissions if submission.problem]
    if len(problems) == len(submissions) and all(problem.key == "missing_path" for problem in problems):
        raise UsageError("; ".join(say(problem, lang) for problem in problems))
    store = Store(report / FOLDER, recall=not fresh)
    with hold(report) as before:
        if before:
            log.print(say(text("stopped_before", holder=before), lang), markup=False)
        joined = join_class(report, assignment, submissions, main_file, force=force)
        refuse_others(report, reports.names_of(joined.names), force=force)
        for note in joined.notes:
            log.print(say(note, lang), markup=False)
        plan = GradingPlan(
            assignment=assignment,
            budget=budget,
            sandbox=choose_sandbox(sandbox_name, lang),
            jobs=jobs or min(os.cpu_count() or 1, 4),
            environment=os.environ,
            store=store,
            throughput=throughput,
        )
        with show_progress(log, len(joined.submissions), lang) as progress:
            graded = pipeline.grade(joined.submissions, plan, expected, progress)
        judging = assignment.with_throughput() if throughput else assignment
        results = pipeline.level([*joined.judge_kept(report, judging, expected), *graded])
        reports.write(as_report(assignment, results, lang), report, force=force)
    print_results(Console(), results, lang)
    if store.recalled:
        log.print(f"{store.recalled} of {len(graded)} judged from stored evidence; --fresh runs them again")
    for reason in store.reasons():
        log.print(say(reason, lang), markup=False)
    log.print(f"report: {report / 'index.html'}", markup=False)
    sys.exit(exit_code(results))
