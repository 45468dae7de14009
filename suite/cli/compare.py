"""`suite bench compare`: what a change costs, before it is merged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.options import language_option, repository_option, seed_option


@click.command()
@click.argument("base")
@click.argument("head", default="HEAD")
@click.option(
    "--only", metavar="PATTERN", multiple=True, help="Benchmarks whose name holds this; may be given several times."
)
@click.option("--all", "everything", is_flag=True, help="Measure also the benchmarks that the change can't touch.")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop after this long; what can't be said by then is undecided.  [default: until all is decided]",
)
@click.option(
    "--pytest",
    "pytest_path",
    metavar="PATH",
    help="Compare the pytest-benchmark tests in this file or folder of the revisions, instead of the references.",
)
@click.option(
    "--cores",
    type=click.IntRange(min=1),
    help="With --pytest, on Linux: cores that the benchmarks may use, the same for both revisions.  [default: 1]",
)
@click.option(
    "--device",
    type=click.Choice(["cpu", "gpu"]),
    help="Without --pytest: what the references compute on; gpu is this machine's first NVIDIA GPU.  [default: cpu]",
)
@click.option(
    "--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write a summary for a pull request here."
)
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write all figures as JSON here; - is standard output.",
)
@click.option(
    "--profile",
    "profiles",
    type=click.Path(path_type=Path, file_okay=False),
    help="Sample what got slower in both revisions, say which functions take longer, and write speedscope's files "
    "here.",
)
@repository_option
@seed_option
@language_option
def compare(**options: Any) -> None:
    """Measure what HEAD has changed since it left BASE: is anything slower, or does it take more memory?

    Both revisions are checked out beside your work, which stays as it is, and measured in turns, in many
    processes, with the libraries installed here. Only benchmarks that import a file that differs are measured. Of 100
    changes that cost nothing, at most one is called slower, however many benchmarks there are.

    Exit codes: 0 nothing is slower; 1 something is; 2 wrong usage;
    3 undecided: too noisy, too little time, or a benchmark fails.

    \b
    Examples:
      suite bench compare main --minutes 30
      suite bench compare main HEAD --only stack8/torch
      suite bench compare v1.2 HEAD --pytest tests/benchmarks --markdown summary.md
    """
    from suite.cli.work.compare import compare as work

    work(**options)
