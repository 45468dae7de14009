"""The command line: reads the world (clock, environment, paths) and hands it to the stages as arguments."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import click
from rich.console import Console

from suite import __version__, assignments, pipeline, render
from suite.assignments import Assignment, Expected
from suite.cli_bench import bench
from suite.cli_data import data
from suite.cli_doctor import doctor
from suite.collect import collect
from suite.errors import SuiteError, UsageError
from suite.files import write_atomically
from suite.freeze import find_differences
from suite.freeze import freeze as run_freeze
from suite.language import LANGUAGES, say
from suite.records import Language, Report, Result, text
from suite.sandbox import SANDBOXES, Sandbox, choose
from suite.store import Store
from suite.terminal import print_results, show_progress

GATE_FAILED, WRONG_USAGE, NOT_GRADED, INTERRUPTED = 1, 2, 3, 130

log = Console(stderr=True, highlight=False)

assignment_option = click.option(
    "--assignment",
    "-a",
    "assignment_name",
    required=True,
    metavar="NAME",
    help="Which assignment, such as stacked_rnn.",
)
folder_option = click.option(
    "--assignments",
    "root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=next(filter(Path.is_dir, assignments.OWN_FOLDERS), None),
    help="Folder that holds the assignments, for your own.  [default: those of the suite]",
)
sandbox_option = click.option(
    "--sandbox",
    "sandbox_name",
    type=click.Choice(["auto", *(sandbox.name for sandbox in SANDBOXES)]),
    default="auto",
    show_default=True,
    help="What holds the submissions; auto takes the strongest that this machine offers.",
)


class Commands(click.Group):
    """Turns the suite's errors into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except UsageError as error:
            log.print(f"error: {error}", style="bold red", markup=False)
            sys.exit(WRONG_USAGE)
        except SuiteError as error:
            log.print(f"error: {error}", style="bold red", markup=False)
            sys.exit(NOT_GRADED)
        except OSError as error:
            log.print(f"error: {error.strerror}: {error.filename}; name another path", style="bold red", markup=False)
            sys.exit(WRONG_USAGE)
        except (KeyboardInterrupt, click.Abort):
            log.print("interrupted; run the same command again to go on where it stopped", style="yellow")
            sys.exit(INTERRUPTED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Grade and benchmark neural-network notebooks.

    \b
    Exit codes: 0 graded, whatever the marks; 1 a gate failed; 2 wrong usage;
    3 something could not be graded.
    """


@main.command()
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
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the report.")
@sandbox_option
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
    lang: Language,
    sandbox_name: str,
    fresh: bool,  # noqa: FBT001 - click passes options by name
    throughput: bool,  # noqa: FBT001
) -> None:
    """Grade submissions and write a report.

    PATH is a notebook, a Python file (a script, or a module with build_model()), or a folder of submissions: a file
    or a folder each, where a folder may hold a notebook with its helper modules.

    \b
    Examples:
      suite grade submissions -a stacked_rnn
      suite grade ana.ipynb luis.py -a stacked_rnn --lang es --report reports/martes
      suite grade submissions -a stacked_rnn --throughput
    """
    assignment = assignments.load(assignment_name, root)
    expected = assignments.load_expected(assignment)
    if throughput:
        assignment.with_throughput()  # says at once where that can't be
    submissions = collect(paths)
    if all(submission.ungraded for submission in submissions):
        problems = "; ".join(say(s.problem, lang) for s in submissions if s.problem)
        raise UsageError(problems or f"no notebook and no Python file in {', '.join(str(path) for path in paths)}")
    store = Store(report / "evidence", recall=not fresh)
    plan = pipeline.Plan(
        assignment=assignment,
        budget=budget,
        sandbox=_choose_sandbox(sandbox_name, lang),
        jobs=jobs or min(os.cpu_count() or 1, 4),
        environment=os.environ,
        store=store,
        throughput=throughput,
    )
    report.mkdir(parents=True, exist_ok=True)
    with show_progress(log, len(submissions), lang) as progress:
        results = pipeline.grade(submissions, plan, expected, progress)
    render.write(_as_report(assignment, results, plan.sandbox, lang), report)
    print_results(Console(), results, lang)
    if store.recalled:
        log.print(f"{store.recalled} of {len(results)} judged from stored evidence; --fresh runs them again")
    log.print(f"report: {report / 'index.html'}", markup=False)
    sys.exit(_exit_code(results))


@main.command()
@click.argument("assignment_name", metavar="ASSIGNMENT")
@folder_option
@sandbox_option
@click.option("--check", is_flag=True, help="Compare with the stored file and change nothing; exit 1 on a difference.")
def freeze(assignment_name: str, root: Path, sandbox_name: str, check: bool) -> None:  # noqa: FBT001
    """Run an assignment's oracles and record what they show in expected.json."""
    assignment = assignments.load(assignment_name, root)
    expected = run_freeze(_plan_of_oracles(assignment, _choose_sandbox(sandbox_name, "en")))
    path = assignment.folder / "expected.json"
    if not check:
        write_atomically(path, _as_json(expected).encode())
        log.print(f"recorded {', '.join(assignment.model_ids)} in {path}", markup=False)
        return
    if differences := find_differences(assignments.load_expected(assignment), expected):
        log.print(f"{path} differs from what the oracles show now: {'; '.join(differences)}", markup=False)
        log.print(f"record it with: suite freeze {assignment_name}", markup=False)
        sys.exit(GATE_FAILED)
    log.print(f"{path} is what the oracles show", markup=False)


main.add_command(bench)
main.add_command(data)
main.add_command(doctor)


def _as_report(assignment: Assignment, results: list[Result], sandbox: Sandbox, lang: Language) -> Report:
    """The class with the remarks that concern everyone."""
    stand_in = any(result.evidence and result.evidence.stand_in for result in results)
    weak = sandbox.weaknesses if sandbox is not SANDBOXES[0] else ()
    return Report(
        assignment=assignment.name,
        title=assignment.title.say(lang),
        language=lang,
        results=tuple(results),
        notes=(
            *([text("note_stand_in")] if stand_in else []),
            *(text("note_weak_sandbox", weakness=say(weakness, lang)) for weakness in weak),
        ),
    )


def _plan_of_oracles(assignment: Assignment, sandbox: Sandbox) -> pipeline.Plan:
    """Oracles run as submissions do, under the quick budget and always afresh."""
    return pipeline.Plan(
        assignment=assignment,
        budget="quick",
        sandbox=sandbox,
        jobs=1,
        environment=os.environ,
        store=None,
        probe_seed=0,
        proving=False,
    )


def _as_json(expected: Expected) -> str:
    """Indented, but with each shape on one line."""
    indented = json.dumps(expected.model_dump(mode="json"), indent=1)
    return re.sub(r"\[[\s\d,nul]+\]", lambda shape: json.dumps(json.loads(shape[0])), indented) + "\n"


def _choose_sandbox(name: str, lang: Language) -> Sandbox:
    """The sandbox, with a loud warning where it isn't the strongest."""
    sandbox, refused = choose(name)
    click.get_current_context().call_on_close(sandbox.close)
    if sandbox is not SANDBOXES[0]:
        log.print(f"WARNING: weak isolation, sandbox {sandbox.name!r}", style="bold red", markup=False)
        for line in (*(say(weakness, lang) for weakness in sandbox.weaknesses), *refused):
            log.print(f"  - {line}", style="red", markup=False)
    return sandbox


def _exit_code(results: list[Result]) -> int:
    """0 where everything was graded, whatever the marks."""
    return NOT_GRADED if any(result.score is None for result in results) else 0
