"""`suite warm`: keeps the frameworks imported between commands."""

from __future__ import annotations

from typing import Any

import click

from suite.cli.groups import OpenGroup

MINUTES = 30
"""Longer than looking at one result takes before the next is graded; 1 to 2 GB of memory are held for so long."""


@click.group(cls=OpenGroup)
def warm() -> None:
    """Keep the frameworks and the suite imported between commands, so that `suite grade` doesn't wait for them.

    A process of yours keeps them, and `suite grade` says so when it uses them; `suite replay` and `suite report` start
    quicker, too. It listens on a socket that only you can reach, runs nothing of a submission, and ends by itself when
    it isn't used. What was imported from another version of the suite, Python or the libraries is never used.
    """


@warm.command()
@click.argument("runtimes", nargs=-1, metavar="[RUNTIME]...")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    default=MINUTES,
    show_default=True,
    help="It ends when no command has used it for so long.",
)
def start(**options: Any) -> None:
    """Start it and import RUNTIME, such as keras or torch (all that are installed by default).

    \b
    Examples:
      suite warm start
      suite warm start torch --minutes 120
    """
    from suite.cli.work.warm import start as work

    work(**options)


@warm.command()
def stop() -> None:
    """End it; a command that uses it goes on."""
    from suite.cli.work.warm import stop as work

    work()


@warm.command()
def status() -> None:
    """Say whether it runs, and what it holds; exit code 1 if it doesn't run."""
    from suite.cli.work.warm import status as work

    work()
