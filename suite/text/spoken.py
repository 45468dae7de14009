"""The language of whoever runs a command, as their machine says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from suite.text import FIRST, LANGUAGES

if TYPE_CHECKING:
    from suite.records import Language  # help imports this, and no records

NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables of the environment; the first that isn't empty counts."""


def of_environment(environment: Mapping[str, str]) -> Language:
    """The locale's, if there is a catalogue for it; else English."""
    locale = next((environment[name] for name in NAMES if environment.get(name)), "")
    code = locale.partition("_")[0].partition(".")[0]
    return code if code in LANGUAGES else FIRST
