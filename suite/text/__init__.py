"""Sentences in each language, and text from submissions made safe to show."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suite.records import Language  # help imports this package, and no records

SUFFIX = ".po"
FOLDER: Traversable = files(__name__) / "languages"
"""The catalogues: a file for each language, named by its code."""
FIRST: Language = "en"
"""What lacks in another language is said in this one."""
LANGUAGES: tuple[Language, ...] = tuple(
    sorted(
        (each.name.removesuffix(SUFFIX) for each in FOLDER.iterdir() if each.name.endswith(SUFFIX)),
        key=lambda language: (language != FIRST, language),
    )
)
"""Every language that has a catalogue."""
