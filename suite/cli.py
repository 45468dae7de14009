"""The command line: reads the world (clock, environment, paths) and hands it to the stages as arguments."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from suite import __version__, assignments, pipeline, render
from suite.assignments import Assignment, Expected
from suite.class_report import as_report
from suite.cli_bench import bench
from suite.cli_data import data
from suite.cli_doctor import doctor
from suite.cli_freeze import run_calibration
from suite.cli_history import history
from suite.cli_options import (
    GATE_FAILED,
    INTERRUPTED,
    NOT_GRADED,
    WRONG_USAGE,
    assignment_option,
    choose_sandbox,
    exit_code,
    folder_option,
    log,
    sandbox_option,
)
from suite.cli_replay import replay_command
from suite.cli_report import report as report_command
from suite.cli_verify import verify
from suite.collect import collect
from suite.errors import SuiteError, UsageError
from suite.files import write_atomically
from suite.freeze import find_differences
from suite.freeze import freeze as run_freeze
from suite.language import LANGUAGES, say
from suite.plan import Plan
from suite.records import Language
from suite.sandbox import Sandbox
from suite.store import FOLDER, Store
from suite.terminal import print_results, show_progress


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
    store = Store(report / FOLDER, recall=not fresh)
    plan = Plan(
        assignment=assignment,
        budget=budget,
        sandbox=choose_sandbox(sandbox_name, lang),
        jobs=jobs or min(os.cpu_count() or 1, 4),
        environment=os.environ,
        store=store,
        throughput=throughput,
    )
    report.mkdir(parents=True, exist_ok=True)
    with show_progress(log, len(submissions), lang) as progress:
        results = pipeline.grade(submissions, plan, expected, progress)
    render.write(as_report(assignment, results, lang), report)
    print_results(Console(), results, lang)
    if store.recalled:
        log.print(f"{store.recalled} of {len(results)} judged from stored evidence; --fresh runs them again")
    log.print(f"report: {report / 'index.html'}", markup=False)
    sys.exit(exit_code(results))


@main.command()
@click.argument("assignment_name", metavar="ASSIGNMENT")
@folder_option
@sandbox_option
@click.option("--check", is_flag=True, help="Compare with the stored file and change nothing; exit 1 on a difference.")
@click.option("--calibrate", is_flag=True, help="Train the oracles many times and record the accuracies they reach.")
@click.option("--seeds", type=click.IntRange(min=6), default=60, show_default=True, help="Runs; half set the bound.")
@click.option("--stand-in", is_flag=True, help="Calibrate on the embedded stand-in, whatever data lie here.")
@click.option("--model", "models", multiple=True, metavar="ID", help="Calibrate this one only.  [default: all]")
@click.option(
    "--budget",
    type=click.Choice(["quick", "standard", "full"]),
    default="quick",
    show_default=True,
    help="Whose way of judging to calibrate.",
)
def freeze(
    assignment_name: str,
    root: Path,
    sandbox_name: str,
    check: bool,  # noqa: FBT001
    calibrate: bool,  # noqa: FBT001
    seeds: int,
    stand_in: bool,  # noqa: FBT001
    models: tuple[str, ...],
    budget: assignments.Budget,
) -> None:
    """Run an assignment's oracles and record what they show in expected.json.

    With --calibrate, train them instead, each with many seeds, and record in calibration.json what accuracies a right
    model reaches: the check accuracy fails a submission only below a bound drawn from them. Runs that are recorded
    already are kept, so more seeds go on where fewer ended.

    \b
    Examples:
      suite freeze stacked_rnn --check
      suite freeze stacked_rnn --calibrate --seeds 600
    """
    assignment = assignments.load(assignment_name, root)
    if calibrate:
        environment = os.environ | ({"SUITE_STAND_IN": "1"} if stand_in else {})
        plan = _plan_of_oracles(assignment, choose_sandbox(sandbox_name, "en"))
        plan = replace(plan, budget=budget, environment=environment)
        run_calibration(plan, seeds, models or tuple(assignment.accuracy.models), log)
        return
    expected = run_freeze(_plan_of_oracles(assignment, choose_sandbox(sandbox_name, "en")))
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
main.add_command(history)
main.add_command(verify)
main.add_command(report_command)
main.add_command(replay_command)


def _plan_of_oracles(assignment: Assignment, sandbox: Sandbox) -> Plan:
    """Oracles run as submissions do, under the quick budget and always afresh."""
    return Plan(
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
