"""Which language a command speaks where it isn't told."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from suite.text import LANGUAGES
from suite.text.spoken import of_environment

if TYPE_CHECKING:
    from suite.assignments import Assignment
    from suite.records import Language


def of_command_line(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language after `--lang`, before anything else of the command line is read; else the locale's."""
    given = [after for option, after in pairwise(arguments) if option == "--lang"]
    given += [each.partition("=")[2] for each in arguments if each.startswith("--lang=")]
    return next((code for code in given if code in LANGUAGES), of_environment(environment))


def spoken() -> Language:
    """That of the command that runs."""
    return of_command_line(sys.argv[1:], os.environ)


def of_assignment(assignment: Assignment, asked: Language | None, environment: Mapping[str, str]) -> Language:
    """The language asked for, else the assignment's, else the locale's."""
    return asked or assignment.language or of_environment(environment)
