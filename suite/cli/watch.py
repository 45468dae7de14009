"""`suite watch`: grades work as it arrives in a folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from suite.cli.options import (
    assignment_language_option,
    assignment_option,
    budget_option,
    folder_option,
    form_option,
    main_option,
    report_option,
    roster_option,
    sandbox_option,
)


@click.command()
@click.argument("inbox", type=click.Path(path_type=Path, exists=True, file_okay=False))
@assignment_option
@folder_option
@report_option
@click.option("--settle", type=click.FloatRange(min=0), default=10, show_default=True, help="Seconds without a change.")
@click.option(
    "--every", type=click.FloatRange(min=0.1), default=5, show_default=True, help="Seconds between two looks."
)
@click.option(
    "--per-hour", type=click.IntRange(min=1), help="How often a student is graded in an hour.  [default: always]"
)
@click.option(
    "--hide-until",
    type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")),
    metavar="DATE",
    help="Keep the report in a hidden folder until then, in this machine's time.",
)
@click.option("--once", is_flag=True, help="Grade what is complete, and end.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), default=2, show_default=True, help="Submissions at a time.")
@budget_option
@main_option
@assignment_language_option
@form_option
@roster_option
@sandbox_option
def watch(hide_until: datetime | None, **options: Any) -> None:
    """Grade work as it arrives in the folder INBOX.

    An entry is graded when none of its files has changed for a while, and again when it has changed since. The report
    grows meanwhile. It can be stopped at any moment, by Ctrl-C or otherwise, and goes on where it was.

    \b
    Example:
      suite watch inbox -a stacked_rnn --report reports/live --per-hour 3 --hide-until 2026-12-01T18:00
    """
    from suite.cli.work.watch import watch as work

    work(hide_until=hide_until.timestamp() if hide_until else None, **options)
