"""Options that several commands share; importing this imports nothing that only running a command needs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from suite import plugins
from suite.errors import UsageError
from suite.records import Language
from suite.text import LANGUAGES
from suite.text.spoken import of_environment

AUTO, FOLDER = "auto", "folder"
"""Of the forms of downloads those that are no platform's."""


def _or_own_folder(context: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    """The folder that was named, else the suite's own; completion doesn't ask for it."""
    if value is not None or context.resilient_parsing:
        return value
    from suite.assignments import own_folder

    if found := own_folder():
        return found
    raise UsageError("there is no folder of assignments here; name one with --assignments")


def _or_of_locale(_context: click.Context, _option: click.Parameter, value: Language | None) -> Language:
    return value or of_environment(os.environ)


class StorePlace(click.ParamType[Path]):
    """A folder, or an address in object storage."""

    name = "DIR"

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ARG002 - click's
        """The path of either."""
        if isinstance(value, Path) or "://" not in value:
            return Path(value)
        from suite.grading.store_place import find_place

        return find_place(value)


class AssignmentName(click.ParamType[str]):
    """The name of an assignment; who gives none is told which there are."""

    name = "NAME"

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str | None:
        """Those of the folder that was named before, else of the suite's own."""
        from suite.assignments import known
        from suite.cli.language import spoken
        from suite.records import text
        from suite.text.language import say

        context = ctx or click.Context(click.Command(None))
        root = _or_own_folder(context, param, context.params.get("root"))
        names = ", ".join(known(root)) if root else ""
        return say(text("known_assignments", names=names), spoken()) if names else None


class Form(click.Choice[str]):
    """A form of download, and after a colon the assignment of several that is meant."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The form's name is one that there is."""
        name, colon, part = value.partition(":")
        return f"{super().convert(name, param, ctx)}{colon}{part}"


assignment_option = click.option(
    "--assignment",
    "-a",
    "assignment_name",
    type=AssignmentName(),
    required=True,
    help="Which assignment, such as stacked_rnn.",
)
folder_option = click.option(
    "--assignments",
    "root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    callback=_or_own_folder,
    help="Folder that holds the assignments, for your own.  [default: those of the suite]",
)
report_option = click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports/latest"),
    show_default=True,
    help="Folder for the pages, results.json and grades.csv.",
)
budget_option = click.option(
    "--budget",
    type=click.Choice(["quick", "standard", "full"]),
    default="quick",
    show_default=True,
    help="How much training: quick finishes in seconds, full leaves the notebook as it is.",
)
main_option = click.option(
    "--main",
    metavar="GLOB",
    help="File to run in each folder or zip, such as 'practica*.ipynb'.  [default: as the assignment says]",
)
assignment_language_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language of sentences and pages.  [default: the assignment's, else that of the locale]",
)
roster_option = click.option(
    "--roster",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Class list: who is missing is said, and submissions get its names, whatever accents and order theirs have.",
)
late_option = click.option(
    "--late",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="CSV with the columns submission and late_hours, late_days or handed_in: enters into the report's ledger how "
    "late each came; what that costs is in [late] of the assignment. Also extension_hours or extension_days.",
)
language_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    callback=_or_of_locale,
    help="Language of sentences and pages.  [default: that of the locale]",
)
form_option = click.option(
    "--from",
    "form",
    type=Form([AUTO, FOLDER, *plugins.names("import_formats")]),
    default=AUTO,
    show_default=True,
    help="Which platform gave the download out; auto tells by its shape, folder takes every entry for a submission, "
    "nbgrader:ps1 one assignment of several.",
)
sandbox_option = click.option(
    "--sandbox",
    "sandbox_name",
    type=click.Choice(["auto", *plugins.names("sandboxes")]),
    default="auto",
    show_default=True,
    help="What holds the submissions; auto takes the strongest that this machine offers.",
)
repository_option = click.option(
    "--repository",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="A checkout of the project.  [default: this folder]",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on standard output, for programs."
)
seed_option = click.option("--seed", type=int, help="Of the coin that orders the measurements.  [default: drawn]")
