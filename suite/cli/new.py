"""`suite new`: makes an assignment of an instructor's own notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.options import language_option, sandbox_option


@click.command()
@click.argument("master", type=click.Path(path_type=Path, dir_okay=False), metavar="MASTER.ipynb")
@click.option(
    "--out",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the assignment, which mustn't exist.  [default: one named after the notebook, beside it]",
)
@click.option(
    "--seeds",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    help="Trainings of each measured reference, which set its bound; 0 for none, 6 at least.",
)
@click.option(
    "--verify/--no-verify",
    default=True,
    show_default=True,
    help="Try the assignment with mistakes made by rules when it is made, and say which of them cost nothing.",
)
@language_option
@sandbox_option
def new(**options: Any) -> None:
    """Make an assignment of a notebook with your solutions.

    The notebook runs once in the sandbox. What it defines becomes the tasks: in a plain notebook every model; in one
    with the markers of otter or nbgrader every model, function and value between the markers of a solution. Written
    are assignment.toml with a comment on each part, the references, what they show and learn, the notebook that
    students get in handout/, and the notebook itself, which must get full marks, in alternatives/.

    Files that the notebook reads or imports are taken from beside it.

    \b
    Examples:
      suite new practica3.ipynb
      suite new practica3.ipynb --out assignments/practica3 --lang es
      suite grade submissions -a practica3 --assignments assignments
    """
    from suite.cli.work.new import new as work

    work(**options)
