"""`suite assignments`: is an assignment's folder in order, what does it ask for, and the schema for editors."""

from __future__ import annotations

from pathlib import Path

import click

from suite.cli.groups import OpenGroup
from suite.cli.options import assignment_language_option, language_option
from suite.records import Language

FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="DIR")


@click.group(cls=OpenGroup)
def assignments() -> None:
    """Check an assignment's folder, show what it asks for, write what students check with, or print the schema.

    \b
    Examples:
      suite assignments check assignments/practica3
      suite assignments show assignments/practica3 --lang es
      suite assignments public assignments/practica3 --out practica3.check.json
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
@FOLDER
@click.option(
    "--out",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it, NAME.check.json.  [default: print it]",
)
@assignment_language_option
def public(folder: Path, target: Path | None, lang: Language | None) -> None:
    """Write the file that students check their own notebooks with: suite check, or %check in Jupyter.

    It holds what the tasks take and, of the references, what the key public of assignment.toml tells. Hand it out
    beside the notebook. suite new writes it into handout/.
    """
    from suite.cli.work.assignments import write_public

    write_public(folder, target, lang)


@assignments.command()
def schema() -> None:
    """Print the JSON Schema of assignment.toml, by which editors complete keys and mark what is wrong."""
    from suite.cli.work.assignments import print_schema

    print_schema()
