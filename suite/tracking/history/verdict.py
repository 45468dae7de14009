"""The fresh verdict: runs a command that measures the newest revision against one that was good."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from suite.errors import UsageError
from suite.records import Text, text
from suite.tracking.history.figures import TIME
from suite.tracking.history.records import FreshVerdict

SHOWN_DIGITS = 10  # of a commit
PLACEHOLDERS = ("benchmark", "figure", "good", "newest")
ANSWERS = {0: FreshVerdict.SAME, 1: FreshVerdict.SLOWER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the command must measure."""

    benchmark: str
    """Full name of the benchmark."""
    figure: str
    """Which of its `FIGURES`."""
    good: str
    """Commit that was good."""
    newest: str
    """Commit of the newest night."""


GiveVerdict = Callable[[Question], FreshVerdict]


def command_verdict(command: str, limit_seconds: float, tell: Callable[[Text], None]) -> GiveVerdict:
    """A function that runs a command for a verdict: exit code 0 means same, 1 slower, anything else unknown.

    `{benchmark}`, `{figure}`, `{good}` and `{newest}` are filled in after the command is split into words, and no shell
    is used, as names come from files. The environment has them as `SUITE_HISTORY_BENCHMARK`, `_FIGURE`, `_GOOD` and
    `_NEWEST`. A command without `{figure}` measures times, so it is asked about nothing else.

    Raises:
        UsageError: the command is empty, or has quotes that aren't closed.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(
            "--confirm {command!r} can't be split into words: {error}", command=command, error=error
        ) from None
    if not words:
        raise UsageError("--confirm is empty; expected a command that exits with 0 (same) or 1 (slower)")

    def verdict(question: Question) -> FreshVerdict:
        if question.figure != TIME and "{figure}" not in command:
            return FreshVerdict.UNKNOWN
        values = {name: getattr(question, name) for name in PLACEHOLDERS}
        environment = {f"SUITE_HISTORY_{name.upper()}": value for name, value in values.items()}
        what = question.benchmark if question.figure == TIME else f"{question.benchmark} ({question.figure})"
        newest, good = question.newest[:SHOWN_DIGITS], question.good[:SHOWN_DIGITS]
        tell(text("history_asks", benchmark=what, newest=newest, good=good))
        try:
            done = subprocess.run(
                [_fill(word, values) for word in words],
                check=False,
                timeout=limit_seconds,
                stdin=subprocess.DEVNULL,
                env=os.environ | environment,
            )
        except FileNotFoundError:
            raise UsageError(
                "--confirm: there is no program {program!r}; name one on the PATH", program=words[0]
            ) from None
        except subprocess.TimeoutExpired:
            tell(text("history_too_long", seconds=f"{limit_seconds:g}"))
            return FreshVerdict.UNKNOWN
        return ANSWERS.get(done.returncode, FreshVerdict.UNKNOWN)

    return verdict


def _fill(word: str, values: dict[str, str]) -> str:
    """Replace placeholders by their values; braces in values aren't replaced again."""
    parts = word.split("{")
    return parts[0] + "".join(_fill_part(part, values) for part in parts[1:])


def _fill_part(part: str, values: dict[str, str]) -> str:
    name, brace, rest = part.partition("}")
    return f"{values[name]}{rest}" if brace and name in values else f"{{{part}"
