"""Help in other languages: the texts of commands, which stand in the code in English, and click's own words."""

from __future__ import annotations

import gettext
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click
from click import core, decorators, exceptions, formatting, parser, termui, types

from suite.cli.language import spoken
from suite.text import FIRST, LANGUAGES

if TYPE_CHECKING:
    from suite.records import Language

OWN, CLICK = "help", "click"
"""Contexts in the catalogues (`msgctxt`)."""
VERBATIM = "\b\n"
"""Begins a paragraph that click doesn't wrap."""
MODULES = (core, decorators, exceptions, formatting, parser, termui, types)
"""Those of click that say something; each takes its words from gettext."""


def translate(command: click.Command) -> None:
    """Have a command and those below it speak the language of the command line; nothing is read for English."""
    _take_language(command)
    language = spoken()
    if language != FIRST:
        _translate(command, _said(language, OWN))
        _translate_click(_said(language, CLICK))


def translate_line(line: str) -> str:
    """A line of the list of commands."""
    language = spoken()
    return line if language == FIRST else _said(language, OWN).get(line, line)


def paragraphs(text: str) -> list[str]:
    """What a help text has to be translated in: paragraphs as one line, and of those kept as they are the first lines.

    Lines that begin with spaces are commands.
    """
    return [_key(part) for part in inspect.cleandoc(text).split("\n\n")]


def _key(paragraph: str) -> str:
    if not paragraph.startswith(VERBATIM):
        return " ".join(paragraph.split())
    lines = paragraph.removeprefix(VERBATIM).split("\n")
    return "\n".join(line for line in lines if not line.startswith(" "))


def _said(language: Language, context: str) -> Mapping[str, str]:
    from suite.text.catalogue import translations

    return translations(language, context)


def _take_language(command: click.Command) -> None:
    """Every command takes `--lang`; where it is none of its own, `spoken` is all that reads it."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _take_language(each)
    if not any("--lang" in each.opts for each in command.params):
        command.params.append(
            click.Option(
                ["--lang"],
                type=click.Choice(LANGUAGES),
                expose_value=False,
                help="Language of what is said.  [default: that of the locale]",
            )
        )


def _translate(command: click.Command, said: Mapping[str, str]) -> None:
    if command.help:
        command.help = "\n\n".join(_say(part, said) for part in inspect.cleandoc(command.help).split("\n\n"))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = said.get(parameter.help, parameter.help)
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _translate(each, said)


def _say(paragraph: str, said: Mapping[str, str]) -> str:
    key = _key(paragraph)
    if key not in said:
        return paragraph
    if not paragraph.startswith(VERBATIM):
        return said[key]
    return paragraph.replace(key, said[key])


def _translate_click(said: Mapping[str, str]) -> None:
    """Give click's modules our words before gettext's, which reads compiled files only."""

    def say(message: str) -> str:
        return said.get(message) or gettext.gettext(message)

    def say_number(one: str, many: str, number: int) -> str:
        chosen = one if number == 1 else many
        return said.get(chosen) or gettext.ngettext(one, many, number)

    for module in MODULES:
        for name, own in (("_", say), ("ngettext", say_number)):
            if hasattr(module, name):
                setattr(module, name, own)
