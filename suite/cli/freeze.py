"""`suite freeze`: records what an assignment's references show and, with `--calibrate`, what they learn."""

from __future__ import annotations

from typing import Any

import click

from suite.cli.options import folder_option, sandbox_option


@click.command()
@click.argument("assignment_name", metavar="ASSIGNMENT")
@folder_option
@sandbox_option
@click.option("--check", is_flag=True, help="Compare with the stored file and change nothing; exit 1 on a difference.")
@click.option("--calibrate", is_flag=True, help="Train the references many times and record the accuracies they reach.")
@click.option("--seeds", type=click.IntRange(min=6), default=60, show_default=True, help="Runs; half set the bound.")
@click.option("--stand-in", is_flag=True, help="Calibrate on the embedded stand-in, whatever data lie here.")
@click.option("--model", "models", multiple=True, metavar="ID", help="Calibrate this one only.  [default: all]")
@click.option(
    "--budget",
    type=click.Choice(["quick", "standard", "full"]),
    default="quick",
    show_default=True,
    help="Whose way of judging to calibrate.",
)
def freeze(**options: Any) -> None:
    """Run an assignment's references and record what they show in expected.json.

    With --calibrate, train them instead, each with many seeds, and record in calibration.json what accuracies a right
    model reaches: the check accuracy fails a submission only below a bound computed from them. Recorded runs are kept,
    so calling it with more seeds adds only the missing runs. Beside them it keeps the losses at each step, which
    pages draw as a band around a submission's learning curve.

    \b
    Examples:
      suite freeze stacked_rnn --check
      suite freeze stacked_rnn --calibrate --seeds 600
    """
    from suite.cli.work.freeze import freeze as work

    work(**options)
