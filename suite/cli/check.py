"""`suite check`: a student's own notebook by the public checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.options import json_option, sandbox_option
from suite.text import LANGUAGES


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path, exists=True), metavar="NOTEBOOK")
@click.option(
    "--with",
    "told",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="The instructor's file, NAME.check.json.  [default: the one beside the notebook]",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the sentences.  [default: the instructor's]")
@sandbox_option
@json_option
def check(**options: Any) -> None:
    """Check your own notebook before you hand it in.

    It runs from top to bottom in a process of its own, with little data and little training, and is told what is right,
    what isn't and what to do. Which checks there are says the file NAME.check.json that came with the notebook. No
    row that grading holds back is used, and nothing is sent anywhere.

    In Jupyter the same: %load_ext suite once, then %check, which takes the notebook as it was saved.

    \b
    Examples:
      suite check practica3.ipynb
      suite check practica3.ipynb --with ~/Downloads/practica3.check.json --lang es

    Exit codes: 0 nothing to mend; 1 something to mend; 2 wrong usage;
    3 the check itself failed.
    """
    from suite.cli.work.check import check as work

    work(**options)
