"""`suite data`: shows which datasets are here and where they come from, and downloads missing ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.groups import OpenGroup
from suite.cli.options import folder_option

names_argument = click.argument("names", nargs=-1, metavar="[NAME]...")


@click.group(cls=OpenGroup)
def data() -> None:
    """Show and prepare the datasets that notebooks load.

    A dataset is searched for, in this order, in the folder that SUITE_DATA_DIR names, in the framework's own cache, in
    the system's package and in what `suite data fetch` has downloaded. If it isn't found, an embedded stand-in of the
    same shapes is used instead, and reports say so.
    """


@data.command("list")
def list_datasets() -> None:
    """List the datasets, where each comes from, and its rows."""
    from suite.cli.work.data import list_datasets as work

    work()


@data.command()
@click.argument("assignment")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@folder_option
def give(**options: Any) -> None:
    """Write an assignment's own data as students get them, without the rows that are held back, into FOLDER."""
    from suite.cli.work.data import give as work

    work(**options)


@data.command()
@names_argument
def check(**options: Any) -> None:
    """Read every file of the datasets (all by default) and compare checksums; exit code 1 if something is damaged."""
    from suite.cli.work.data import check as work

    work(**options)


@data.command()
@names_argument
def fetch(**options: Any) -> None:
    """Download the official files of the datasets (all by default) and check them; files that are there are kept."""
    from suite.cli.work.data import fetch as work

    work(**options)
