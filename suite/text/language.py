"""Says messages in the languages of the reports, from the catalogue `messages.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import get_args

from suite.records import Language, Text

LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue() -> dict[str, dict[Language, str]]:
    """Every message in every language."""
    return tomllib.loads(files("suite.text").joinpath("messages.toml").read_text("utf-8"))


def say(message: Text, language: Language) -> str:
    """A message as a sentence."""
    return catalogue()[message.key][language].format(**message.values)


def label(key: str, language: Language) -> str:
    """A fixed label of a page."""
    return catalogue()[key][language]
