"""Turns messages into sentences in the languages of the reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suite.records import Language, Text
from suite.text.catalogue import catalogue
from suite.text.local import local


def say(message: Text, language: Language) -> str:
    """A message as a sentence."""
    return fill(template(message, language), message.values, language)


def template(message: Text, language: Language) -> str:
    """Its sentence with placeholders, in the form that its numbers ask for."""
    return catalogue(language)[message.key].form(message.values)


def fill(sentence: str, values: Mapping[str, Any], language: Language) -> str:
    """A sentence with its values, numbers as the language writes them."""
    return sentence.format(**{name: local(value, language) for name, value in values.items()})


def label(key: str, language: Language, **values: str | float) -> str:
    """A label of a page; one without values is left as it is, for a script to fill."""
    sentence = catalogue(language)[key].form(values)
    return fill(sentence, values, language) if values else sentence


def label_or(key: str, fallback: str, language: Language) -> str:
    """A label, or `fallback` if the catalogue has none, as may be the case for plug-ins."""
    return label(key, language) if key in catalogue(language) else fallback
