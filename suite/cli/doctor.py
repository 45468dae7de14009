"""`suite doctor`: examines this machine and reports to a person or a program."""

from __future__ import annotations

from typing import Any

import click

from suite.cli.options import json_option, language_option


@click.command()
@json_option
@language_option
def doctor(**options: Any) -> None:
    """Say what this machine offers, what grading will use of it, and how to get the rest.

    Every sandbox is tried; nothing is changed and no framework is imported.

    Exit codes: 0 grading can work, with real isolation; 1 something that it
    needs is missing: a framework, a sandbox stronger than the plain process,
    or undamaged files of a dataset.
    """
    from suite.cli.work.doctor import doctor as work

    work(**options)
