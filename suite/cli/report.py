"""`suite report`: judges a graded class and writes its report again, without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.options import StorePlace, folder_option, json_option, late_option
from suite.text import LANGUAGES


@click.command()
@click.argument("folder", type=StorePlace())
@folder_option
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to write into.  [default: FOLDER]"
)
@click.option("--force", is_flag=True, help="Overwrite files in the folder that the suite didn't write.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the report.  [default: as before]")
@click.option(
    "--diff",
    "older",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="OLD",
    help="An older report of the class: show whose marks moved since, and why.",
)
@late_option
@json_option
def report(**options: Any) -> None:
    """Judge the evidence in a report's FOLDER again and render it.

    FOLDER may also be the store of a class that was graded in shards: what is there is put together, and whoever is
    missing is named.

    No submission runs and no framework is needed. If checks, points or references have changed since, the scores that
    change are shown and noted in the report.
    """
    from suite.cli.work.report import report as work

    work(**options)
