"""Turns messages into sentences in the languages of the reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suite.records import Language, Text
from suite.records.message import OF_ERROR
from suite.text.catalogue import catalogue, translations
from suite.text.local import local

CONTEXT = "error"
"""Of errors in the catalogues (`msgctxt`)."""


def say(message: Text, language: Language) -> str:
    """A message as a sentence."""
    return fill(template(message, language), message.values, language)


def template(message: Text, language: Language) -> str:
    """Its sentence with placeholders, in the form that its numbers ask for."""
    if message.key.startswith(OF_ERROR):
        words = message.key.removeprefix(OF_ERROR)
        return translations(language, CONTEXT).get(words, words)
    return catalogue(language)[message.key].form(message.values)


def fill(sentence: str, values: Mapping[str, Any], language: Language) -> str:
    """A sentence with its values, numbers as the language writes them."""
    told = {name: say(each, language) if isinstance(each, Text) else each for name, each in values.items()}
    return sentence.format(**{name: local(value, language) for name, value in told.items()})


def label(key: str, language: Language, **values: str | float) -> str:
    """A label of a page; one without values is left as it is, for a script to fill."""
    sentence = catalogue(language)[key].form(values)
    return fill(sentence, values, language) if values else sentence


def label_or(key: str, fallback: str, language: Language) -> str:
    """A label, or `fallback` if the catalogue has none, as may be the case for plug-ins."""
    return label(key, language) if key in catalogue(language) else fallback
