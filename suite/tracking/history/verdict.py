"""The fresh verdict: a command that measures the newest revision against one that was good, here and now."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from suite.errors import UsageError
from suite.tracking.history.records import FreshVerdict

PLACEHOLDERS = ("benchmark", "good", "newest")
ANSWERS = {0: FreshVerdict.SAME, 1: FreshVerdict.SLOWER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be measured."""

    benchmark: str
    """Full name."""
    good: str
    """Commit that was good."""
    newest: str
    """Commit of the newest night."""


GiveVerdict = Callable[[Question], FreshVerdict]


def command_verdict(command: str, limit_seconds: float, tell: Callable[[str], None]) -> GiveVerdict:
    """A verdict by a command: exit code 0 says same, 1 slower, anything else that it can't say.

    `{benchmark}`, `{good}` and `{newest}` are filled in after the command was split into words, and no shell sees them:
    names come from files. The environment holds them as `SUITE_HISTORY_BENCHMARK`, `_GOOD` and `_NEWEST`.

    Raises:
        UsageError: the command has no words, or quotes that don't end.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--confirm {command!r} can't be split into words: {error}") from None
    if not words:
        raise UsageError("--confirm is empty; expected a command that exits with 0 (same) or 1 (slower)")

    def verdict(question: Question) -> FreshVerdict:
        values = {name: getattr(question, name) for name in PLACEHOLDERS}
        environment = {f"SUITE_HISTORY_{name.upper()}": value for name, value in values.items()}
        tell(f"asking for a fresh verdict: {question.benchmark}, {question.newest[:10]} against {question.good[:10]}")
        try:
            done = subprocess.run(
                [_fill(word, values) for word in words],
                check=False,
                timeout=limit_seconds,
                stdin=subprocess.DEVNULL,
                env=os.environ | environment,
            )
        except FileNotFoundError:
            raise UsageError(f"--confirm: there is no program {words[0]!r}; name one on the PATH") from None
        except subprocess.TimeoutExpired:
            tell(f"the fresh verdict took longer than {limit_seconds:g} s; it stays unconfirmed")
            return FreshVerdict.UNKNOWN
        return ANSWERS.get(done.returncode, FreshVerdict.UNKNOWN)

    return verdict


def _fill(word: str, values: dict[str, str]) -> str:
    """Placeholders by their values; values that hold braces are left alone."""
    parts = word.split("{")
    return parts[0] + "".join(_fill_part(part, values) for part in parts[1:])


def _fill_part(part: str, values: dict[str, str]) -> str:
    name, brace, rest = part.partition("}")
    return f"{values[name]}{rest}" if brace and name in values else f"{{{part}"
