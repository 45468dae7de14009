"""`suite package`: an assignment as an autograder for a platform that runs it itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.options import assignment_language_option, budget_option


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--for", "platform", required=True, type=click.Choice(["gradescope"]), help="For which platform.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("autograder.zip"),
    show_default=True,
    help="The zip to write.",
)
@budget_option
@click.option(
    "--visibility",
    type=click.Choice(["visible", "hidden", "after_due_date", "after_published"]),
    default="visible",
    show_default=True,
    help="Who sees the checks.",
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Class list to pack, without marks: for an assignment with [variants] the one of suite variants.",
)
@assignment_language_option
@click.option("--force", is_flag=True, help="Overwrite the zip.")
def package(**options: Any) -> None:
    """Build an autograder of the assignment in DIR.

    The zip holds this suite, the assignment with its references, and what to install: upload it to Gradescope as it is.
    There, submissions run in whatever isolation the container offers, often none: see docs/lms.md.

    \b
    Example:
      suite package reference/stacked_rnn --for gradescope --visibility after_published
      suite package own/stacks --for gradescope --roster class.csv
    """
    from suite.cli.work.package import package as work

    work(**options)
