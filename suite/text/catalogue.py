"""The catalogues: every sentence in each language, in gettext files that Babel reads, one for each language.

A sentence is found by its key, `msgid`. Where it depends on a number, `msgid_plural` names the placeholder that holds
the number, and the language's own rule (`Plural-Forms`) says which of its forms is taken.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any, TypeAlias

from babel.messages import Catalog
from babel.messages.pofile import PoFileError, read_po

from suite import plugins
from suite.errors import UsageError
from suite.records import Language
from suite.text import FIRST, FOLDER, SUFFIX

OWN_MESSAGES = FOLDER
"""The suite's own catalogues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence in one language."""

    forms: tuple[str, ...]
    """One, or one for each plural form of the language."""
    number: str = ""
    """Placeholder with the number that chooses the form; empty for a sentence with one form."""
    choose: Callable[[int], int] = lambda _: 0
    """Which form a number takes."""

    def form(self, values: Mapping[str, Any]) -> str:
        """The form for these values; one that isn't a whole number takes the last."""
        try:
            number = float(values.get(self.number, ""))
        except ValueError:
            return self.forms[-1]
        return self.forms[self.choose(int(number))] if number.is_integer() else self.forms[-1]


Catalogue: TypeAlias = dict[str, Sentence]


@cache
def catalogue(language: Language = FIRST) -> Catalogue:
    """Every sentence in that language, with those of plug-ins; what it lacks is there in English.

    Raises `UsageError` if two define the same key, or a catalogue isn't one.
    """
    merged: Catalogue = {}
    for owner, messages in plugins.load_all("messages").items():
        own = _sentences(messages, language)
        if twice := merged.keys() & own.keys():
            raise UsageError(
                "the messages of {owner} redefine {twice}; give them other keys",
                owner=owner,
                twice=", ".join(sorted(twice)),
            )
        merged |= own
    return merged


@cache
def translations(language: Language, context: str) -> dict[str, str]:
    """What stands in the code in English, in that language: `help` of commands."""
    return {
        str(each.id): str(each.string)
        for each in _parse(OWN_MESSAGES, language)
        if each.context == context and each.string
    }


def _sentences(messages: Traversable | Mapping[str, Mapping[Language, str]], language: Language) -> Catalogue:
    """One owner's sentences: of a folder of catalogues, or of a mapping of keys to sentences by language."""
    if isinstance(messages, Mapping):
        chosen = {
            key: said.get(language) or said.get(FIRST) or next(iter(said.values())) for key, said in messages.items()
        }
        return {key: Sentence(forms=(said,)) for key, said in chosen.items()}
    first = {} if language == FIRST else _sentences(messages, FIRST)
    return first | _read(messages, language)


def _read(folder: Traversable, language: Language) -> Catalogue:
    """The sentences with keys of one file; none if there is no such file."""
    found = _parse(folder, language)
    choose = gettext.c2py(found.plural_expr)
    read: Catalogue = {}
    for each in found:
        key, number = (each.id, "") if isinstance(each.id, str) else each.id
        forms = (each.string,) if isinstance(each.string, str) else tuple(each.string or ())
        if key and not each.context and all(forms):
            read[key] = Sentence(forms=forms, number=number, choose=choose)
    return read


def _choose(said: Mapping[Language, str], language: Language) -> str:
    """A sentence in that language, else in English, else in any."""
    return said.get(language) or said.get(FIRST) or next(iter(said.values()))


def _parse(folder: Traversable, language: Language) -> Catalog:
    path = folder / f"{language}{SUFFIX}"
    if not path.is_file():
        return Catalog(locale=FIRST)
    with path.open("rb") as file:
        try:
            return read_po(file, abort_invalid=True)
        except (PoFileError, ValueError) as error:
            raise UsageError(
                "{path} isn't a gettext catalogue: {error}; msgfmt --check shows where", path=path, error=error
            ) from error
