"""`suite export`: a report in the form that a learning platform takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite import plugins
from suite.text import LANGUAGES


@click.command()
@click.argument("folder", metavar="REPORT", type=click.Path(path_type=Path))
@click.option("--to", "form", required=True, type=click.Choice(plugins.names("export_formats")), help="For whom.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write into.  [default: export/FORM in the report's folder]",
)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Table downloaded there, to be filled in: Moodle's grading worksheet, Canvas's gradebook.",
)
@click.option("--name", default="", help="What the assignment is called there.  [default: as in the report]")
@click.option(
    "--visibility",
    type=click.Choice(["visible", "hidden", "after_due_date", "after_published"]),
    default="visible",
    show_default=True,
    help="Who sees the checks, for Gradescope.",
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language of messages and headings; what checks say stays as the report has it.  [default: the report's]",
)
@click.option("--force", is_flag=True, help="Overwrite files in the folder that the suite didn't write.")
def export(**options: Any) -> None:
    """Write the marks of a REPORT in the form that a learning platform takes.

    Students are found by number, account or address, else by name; whoever isn't found, or has several results, is
    named and left out. A submission without a mark, or whose mark waits for a person, is never a zero: it has no
    mark there.

    \b
    Examples:
      suite export reports/monday --to moodle --sheet "Grades-Redes-Tarea 1-1234.csv"
      suite export reports/monday --to canvas --sheet gradebook.csv --name "Tarea 1"
      suite export reports/monday --to junit --out build

    Exit codes: 0 the marks are written; 1 nobody's is, as all are left out;
    2 wrong usage; 3 a submission has no mark yet, the others' are written.
    """
    from suite.cli.work.export import export as work

    work(**options)
