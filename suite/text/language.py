"""Turns messages into sentences in the languages of the reports, from the catalogue `messages.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from suite import plugins
from suite.errors import UsageError
from suite.records import Language, Text

Catalogue: TypeAlias = dict[str, dict[Language, str]]

OWN_MESSAGES: Catalogue = tomllib.loads(files("suite.text").joinpath("messages.toml").read_text("utf-8"))
"""The suite's own sentences, by key and language."""


@cache
def catalogue() -> Catalogue:
    """Every message in every language, with those of plug-ins; `UsageError` if two define the same key."""
    merged: Catalogue = {}
    for owner, messages in plugins.load_all("messages").items():
        if twice := merged.keys() & messages.keys():
            raise UsageError(f"the messages of {owner} redefine {', '.join(sorted(twice))}; give them other keys")
        merged |= messages
    return merged


def say(message: Text, language: Language) -> str:
    """A message as a sentence."""
    return catalogue()[message.key][language].format(**message.values)


def label(key: str, language: Language) -> str:
    """A fixed label of a page."""
    return catalogue()[key][language]


def label_or(key: str, fallback: str, language: Language) -> str:
    """A label, or `fallback` if the catalogue has none, as may be the case for plug-ins."""
    return catalogue().get(key, {}).get(language, fallback)
