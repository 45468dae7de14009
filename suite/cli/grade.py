"""`suite grade`: grades a class of submissions and writes the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.options import (
    StorePlace,
    assignment_language_option,
    assignment_option,
    budget_option,
    folder_option,
    form_option,
    json_option,
    late_option,
    main_option,
    report_option,
    roster_option,
    sandbox_option,
)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@assignment_option
@folder_option
@report_option
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    help="Submissions at a time.  [default: as many as cores and memory allow]",
)
@budget_option
@main_option
@assignment_language_option
@form_option
@roster_option
@click.option(
    "--attempts",
    type=click.Choice(["all", "latest", "best"]),
    default="all",
    show_default=True,
    help="Which count of a student who handed in several times; later paths are later attempts.",
)
@sandbox_option
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite files in the report folder that the suite didn't write; leave out a class that can't be joined.",
)
@click.option("--fresh", is_flag=True, help="Run everything again, also what this report folder has evidence of.")
@click.option("--shard", metavar="N/COUNT", help="Grade one part of the class only, such as 3/40, into --store.")
@click.option(
    "--store",
    "shared",
    type=StorePlace(),
    metavar="DIR",
    help="Folder that the machines grading one class share, or object storage such as s3://bucket/class. No pages are "
    "written: suite report DIR puts together what is there.",
)
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["local", "dask"]),
    help="What runs the submissions: this command, or the workers of a Dask cluster (docs/dask.md).  [default: local; "
    "dask with --scheduler]",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Dask cluster to use, such as tls://head:8786. Without it, --engine dask starts --jobs workers here.",
)
@click.option(
    "--throughput",
    is_flag=True,
    help="Time proved models beside the reference when all is graded: up to 30 s a model; leave the machine idle.",
)
@click.option(
    "--device",
    type=click.Choice(["cpu", "gpu"]),
    default="cpu",
    show_default=True,
    help="What --throughput times on; gpu is this machine's first NVIDIA GPU. All else is graded on the processor.",
)
@late_option
@json_option
def grade(**options: Any) -> None:
    """Grade submissions and write a report.

    PATH is a notebook, a Python file (a script, or a module with build_model()), a zip or tar, a folder of submissions,
    each of them a file, a zip or a folder, or a download of all submissions from Moodle, Canvas, Gradescope, nbgrader,
    GitHub Classroom or Kaggle, as it is or unpacked. Which of several files in a folder or zip is run is found by where
    they lie, what they import and whether they make models; --main, or main in the assignment, names it. A submission
    without a file to run gets no score, not zero.

    What is graded into the folder of an earlier report joins its class: the others keep their results, and what people
    entered into its ledger stays (docs/marking.md).

    \b
    Examples:
      suite grade submissions -a stacked_rnn
      suite grade ana.ipynb luis.py -a stacked_rnn --lang es --report reports/martes
      suite grade submissions -a stacked_rnn --main 'practica*.ipynb'
      suite grade submissions -a stacked_rnn --throughput --device gpu
      suite grade submissions -a stacked_rnn --late came.csv
      suite grade "Redes-Tarea 1-1234.zip" -a stacked_rnn --roster participants.csv
      suite grade submissions -a stacked_rnn --shard 3/40 --store /shared/class
      suite grade submissions -a stacked_rnn --scheduler tls://head:8786
    """
    from suite.cli.work.grade import grade as work

    work(**options)
