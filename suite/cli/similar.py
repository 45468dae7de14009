"""`suite similar`: which submissions of a class share code, for the instructor alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.text import LANGUAGES


@click.command()
@click.argument("folder", metavar="REPORT", type=click.Path(path_type=Path))
@click.option(
    "--handed-out",
    "-o",
    "handed_out",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Notebook or Python file that students were given: its code counts for nobody. May be given several times.",
)
@click.option(
    "--least",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.5,
    show_default=True,
    help="Part of the shorter one's own code that a pair shares at least.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language.  [default: that of the report]")
def similar(**options: Any) -> None:
    """Show which submissions of a REPORT share passages of code.

    Names, numbers, texts, comments and spaces don't matter, so renaming hides nothing. What was handed out, and what a
    quarter of the class has, doesn't count. A pair is a reason to look at both, and never a verdict: two students may
    have worked together as they were asked to, or have used the same page of a manual. Nothing is written into the
    report.

    \b
    Examples:
      suite similar reports/monday --handed-out tarea.ipynb
      suite similar reports/monday --least 0.8
    """
    from suite.cli.work.similar import similar as work

    work(**options)
