"""`suite variants`: each student's own notebook of an assignment with variants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.options import assignment_option, folder_option


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@assignment_option
@folder_option
@click.option(
    "--roster",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    metavar="CSV",
    help="Class list; a student's variant follows from the number, account or address in it.",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write into.")
@click.option("--force", is_flag=True, help="Write into a folder that holds something already.")
def variants(**options: Any) -> None:
    """Write the NOTEBOOK that is handed out once for each student, with the student's own values.

    The assignment's table [variants] says which variables differ, and from which values they are drawn. Grade with the
    same class list: suite grade --roster. variants.csv in the folder says who has what: keep it.

    \b
    Example:
      suite variants handout/practica.ipynb -a my_assignment --assignments . --roster class.csv --out notebooks
    """
    from suite.cli.work.variants import variants as work

    work(**options)
