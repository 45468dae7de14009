"""A message for a person, kept as a key of the catalogue so that it can be said in any language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

Language: TypeAlias = str
"""Code of a language that has a catalogue, such as `es`."""


OF_ERROR = "error: "
"""Begins the key of a message that is an error's words, see `suite.text.errors`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A message for a person, kept as a key of the catalogue so that it can be said in any language."""

    key: str
    """Entry of the catalogues in `suite/text/languages`; or the English words of an error, after `OF_ERROR`."""
    values: dict[str, str | int | float | Text] = field(default_factory=dict)
    """What the entry's placeholders stand for; a message among them is told in the same language."""


def text(key: str, **values: str | float | Text) -> Text:
    """Name a catalogue entry and the values of its placeholders."""
    return Text(key=key, values=values)
