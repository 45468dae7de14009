"""`suite verify`: tests an assignment before a class sees it, and reports to a person or a program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.options import assignment_language_option, folder_option, sandbox_option


@click.command()
@click.argument("assignment_name", metavar="ASSIGNMENT")
@folder_option
@sandbox_option
@click.option(
    "--repeat", type=click.IntRange(min=1), default=3, show_default=True, help="Times to grade each case, seeds afresh."
)
@click.option(
    "--generated/--written",
    "generate",
    default=None,
    help="Make mistakes in the references by rules, too, or use those of verify.toml alone.  [default: as it says]",
)
@click.option("--only", multiple=True, metavar="WORD", help="Only cases whose name holds WORD; may be given again.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    help="Submissions at a time.  [default: as many as cores and memory allow]",
)
@click.option(
    "--json",
    "target",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write all results to a file; - is standard output.",
)
@click.option(
    "--keep",
    "kept",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep there what was run, so that the same command goes on after an interruption.",
)
@assignment_language_option
def verify(**options: Any) -> None:
    """Test an assignment: mutants of its references must lose points, other right solutions none.

    Mutants are copies with a deliberate mistake: those that verify.toml lists and, where it says generate = true or
    isn't there, those that rules make: a layer left out, another size, activation, axis or sign, and more. All of them
    are graded as a class of submissions; shown are mutants that keep their points, right solutions that lose some, and
    how often each check's verdicts differ.

    Exit codes: 0 all is well; 1 a mutant survives, a right solution loses
    points, or a check's verdicts differ too often between repetitions;
    2 wrong usage; 3 something could not be graded.
    """
    from suite.cli.work.verify import verify as work

    work(**options)
