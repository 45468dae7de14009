"""`suite serve`: marks a graded class in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.options import folder_option
from suite.text import LANGUAGES


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="REPORT")
@folder_option
@click.option("--who", metavar="NAME", help="Name under which marks are entered.  [default: your user name]")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port; 0 for any that is free."
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the pages.  [default: that of the report]")
def serve(**options: Any) -> None:
    """Mark the class of a REPORT in the browser: rubrics, overrides with a reason, comments, requests, extensions.

    It prints a link that works on this machine only, for whoever has it. What you enter goes into the report's
    ledger.jsonl at once (docs/marking.md), and pages, results.json and grades.csv follow within seconds; while a
    command works on the folder, when it has ended. Ctrl-C ends it.

    \b
    Examples:
      suite serve reports/latest
      suite serve reports/latest --who "Eva Ruiz" --port 8000
    """
    from suite.cli.work.serve import serve as work

    work(**options)
