"""`suite replay`: runs one stored submission again exactly, for a dispute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite import plugins
from suite.cli.options import folder_option
from suite.text import LANGUAGES


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("submission")
@folder_option
@click.option(
    "--sandbox",
    "sandbox_name",
    type=click.Choice(["auto", *plugins.names("sandboxes")]),
    help="What holds the submission.  [default: as before]",
)
@click.option("--source", type=click.Path(path_type=Path), help="Where its files lie now.  [default: as before]")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the sentences.  [default: as before]")
def replay(**options: Any) -> None:
    """Run one SUBMISSION of the report in FOLDER again, with the same files, seeds, budget and data.

    Nothing is written. Stored and new verdicts are shown side by side, with everything else that differs: versions,
    data, the suite's code.

    Exit codes: 0 the verdicts are the same; 1 they differ; 2 wrong usage, such
    as files that have changed since; 3 it could not be run.

    \b
    Example:
      suite replay reports/monday ana
    """
    from suite.cli.work.replay import replay as work

    work(**options)
