"""`suite assignments`: is an assignment's folder in order, what does it ask for, and the schema for editors."""

from __future__ import annotations

from pathlib import Path

import click

from suite.cli.options import assignment_language_option, language_option
from suite.records import Language

FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="DIR")


@click.group()
def assignments() -> None:
    """Check an assignment's folder, show what it asks for, or print the schema for editors.

    \b
    Examples:
      suite assignments check assignments/practica3
      suite assignments show assignments/practica3 --lang es
      suite assignments schema > assignment.schema.json
    """


@assignments.command()
@FOLDER
@language_option
def check(folder: Path, lang: Language) -> None:
    """Read assignment.toml, expected.json, calibration.json and verify.toml, and run nothing.

    What is wrong is told with its line, what was expected and an example; the exit code is then 2.
    """
    from suite.cli.work.assignments import check as work

    work(folder, lang)


@assignments.command()
@FOLDER
@assignment_language_option
def show(folder: Path, lang: Language | None) -> None:
    """Print what a student is asked for, and what each check is worth."""
    from suite.cli.work.assignments import show as work

    work(folder, lang)


@assignments.command()
def schema() -> None:
    """Print the JSON Schema of assignment.toml, by which editors complete keys and mark what is wrong."""
    from suite.cli.work.assignments import print_schema

    print_schema()
