"""A message for a person, kept as a key of the catalogue so that it can be said in any language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

Language: TypeAlias = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A message for a person, kept as a key of the catalogue so that it can be said in any language."""

    key: str
    """Entry of `messages.toml`."""
    values: dict[str, str | int | float] = field(default_factory=dict)
    """What the entry's placeholders stand for."""


def text(key: str, **values: str | float) -> Text:
    """Name a catalogue entry and the values of its placeholders."""
    return Text(key=key, values=values)
