"""Which language a command speaks where it isn't told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from suite.text import FIRST, LANGUAGES

if TYPE_CHECKING:
    from suite.assignments import Assignment
    from suite.records import Language

NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables of the environment; the first that isn't empty counts."""


def of_command_line(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language after `--lang`, before anything else of the command line is read; else the locale's."""
    given = [after for option, after in pairwise(arguments) if option == "--lang"]
    given += [each.partition("=")[2] for each in arguments if each.startswith("--lang=")]
    return next((code for code in given if code in LANGUAGES), of_environment(environment))


def of_environment(environment: Mapping[str, str]) -> Language:
    """The locale's, if there is a catalogue for it; else English."""
    locale = next((environment[name] for name in NAMES if environment.get(name)), "")
    code = locale.partition("_")[0].partition(".")[0]
    return code if code in LANGUAGES else FIRST


def of_assignment(assignment: Assignment, asked: Language | None, environment: Mapping[str, str]) -> Language:
    """The language asked for, else the assignment's, else the locale's."""
    return asked or assignment.language or of_environment(environment)
