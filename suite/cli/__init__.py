"""The command line: reads clock, environment and paths and passes them to the other packages as arguments.

One module per command, imported when it is called: `suite --help` imports none of them. It declares the command; the
module of that name in `work` does it and is imported when it runs, so that help and completion are quick.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import click

from suite import __version__
from suite.cli.groups import OpenGroup
from suite.cli.language import spoken
from suite.cli.translation import translate, translate_line
from suite.endings import catch_signals

COMMANDS = {
    "assignments": "Check an assignment, show what it asks for, print the schema for editors.",
    "bench": "Time every reference model, in both frameworks and against a fixed anchor.",
    "check": "Check your own notebook before you hand it in.",
    "data": "Show and prepare the datasets that notebooks load.",
    "doctor": "Say what this machine offers, what grading will use of it, and how to get the rest.",
    "export": "Write a report's marks in the form that a learning platform takes.",
    "freeze": "Record what an assignment's reference models show.",
    "grade": "Grade submissions and write a report.",
    "history": "Keep the nightly record, find what changed in it, and show it.",
    "new": "Make an assignment of your own notebook.",
    "package": "Build an autograder of an assignment for a platform that runs it itself.",
    "publish": "Write pages that students may see.",
    "replay": "Run one submission of a report again, exactly.",
    "report": "Judge a report's evidence again and render it.",
    "variants": "Write each student's own notebook of an assignment with variants.",
    "watch": "Grade work as it arrives in a folder.",
    "serve": "Mark a graded class in the browser.",
    "similar": "Show which submissions of a report share code.",
    "warm": "Keep the frameworks imported between commands.",
    "verify": "Test an assignment: mutants must lose points, other right solutions none.",
}
"""Each command with its line in the help; the name is also that of its module."""


ANYWHERE = ("--quiet", "--debug")


class Commands(OpenGroup):
    """Imports a command when it is called, and turns the suite's errors into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """All of them."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"suite.cli.{cmd_name}"), cmd_name)
        translate(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words begin with; of one that isn't there click names those that are like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """List the commands without importing them."""
        with formatter.section(translate_line("Commands")):
            formatter.write_dl([(name, translate_line(line)) for name, line in sorted(COMMANDS.items())])

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; without arguments, which is as a program, heed signals."""
        if not args and not kwargs:
            catch_signals()
        translate(self)
        return super().main(*args, **kwargs)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the options that stand anywhere on the line, as they are no command's."""
        end = args.index("--") if "--" in args else len(args)
        found = [option for option in ANYWHERE if option in args[:end]]
        rest = [word for word in args[:end] if word not in ANYWHERE] + args[end:]
        return super().parse_args(ctx, [*found, *rest])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        ctx.obj = sys.stdout  # where documents for programs go, also where nothing else is said
        try:
            with ExitStack() as stack:
                if ctx.params["quiet"]:
                    nowhere = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
                    stack.enter_context(redirect_stdout(nowhere))
                    stack.enter_context(redirect_stderr(nowhere))
                return super().invoke(ctx)
        except (BrokenPipeError, click.ClickException, click.exceptions.Exit):
            raise  # click's: whoever read the output has seen enough, or wrong usage, or the end
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the top frame of a command
            from suite.cli.work.console import explain

            if ctx.params["debug"]:
                traceback.print_exc()
            sys.exit(explain(error, spoken()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("--quiet", is_flag=True, help="Say nothing but errors and what --json asks for; also after the command.")
@click.option("--debug", is_flag=True, help="Show where an error arose; also after the command.")
def main(**_read_by_commands: bool) -> None:
    """Grade and benchmark neural-network notebooks.

    Exit codes: 0 graded, whatever the marks; 1 a gate failed; 2 wrong usage;
    3 something could not be graded.
    """
