"""Says messages in the languages of the reports, from the catalogue `messages.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TypeAlias, get_args

from suite import plugins
from suite.errors import UsageError
from suite.records import Language, Text

Catalogue: TypeAlias = dict[str, dict[Language, str]]
LANGUAGES: tuple[Language, ...] = get_args(Language)


OWN_MESSAGES: Catalogue = tomllib.loads(files("suite.text").joinpath("messages.toml").read_text("utf-8"))
"""The suite's own sentences, by key and language."""


@cache
def catalogue() -> Catalogue:
    """Every message in every language, those of other packages too; `UsageError` for a key that two give."""
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
    """A label, or something else where the catalogue has none: what other packages add may be without."""
    return catalogue().get(key, {}).get(language, fallback)
