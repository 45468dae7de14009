"""Errors in the language of who reads them.

An error stands in the code in English, as it is raised below the catalogues, and is read in tracebacks, too. Other
languages have it under the context `error`, as they have the help of commands; what they lack is told in English.
"""

from __future__ import annotations

from suite.errors import SuiteError, UsageError, Words
from suite.records import Language, Text
from suite.records.message import OF_ERROR
from suite.text import FIRST, LANGUAGES
from suite.text.catalogue import translations
from suite.text.language import CONTEXT, say
from suite.text.local import local

LONGEST = 2000  # characters of what a program or a library says


class ProblemError(UsageError):
    """Wrong usage that a message with a key says, as what was handed in is told by such messages elsewhere, too."""

    def __init__(self, problem: Text) -> None:
        super().__init__(say(problem, FIRST))
        self.problem = problem


def tell(error: object, language: Language) -> str:
    """An error, or a value of one, as a sentence or a part of one."""
    if isinstance(error, SuiteError):
        problem = getattr(error, "problem", None)  # a key with values, where the error is about what was handed in
        return say(problem, language) if isinstance(problem, Text) else tell(error.words, language)
    if isinstance(error, Words):
        template = translations(language, CONTEXT).get(error.template, error.template)
        told = {name: tell(value, language) for name, value in error.values.items()}
        return template.format(**told) if told else template
    return str(local(error, language))


def as_message(error: object) -> Text | str | float:
    """An error, or a value of one, as it can stand in a message, which is kept until its language is known.

    Words that no catalogue has, and that name no values, may have been put together of what a submission sent: they
    stay a text, which is quoted.
    """
    if isinstance(error, SuiteError):
        problem = getattr(error, "problem", None)
        return problem if isinstance(problem, Text) else as_message(error.words)
    if isinstance(error, Words) and (error.values or _is_known(error.template)):
        values = {name: as_message(value) for name, value in error.values.items()}
        return Text(key=OF_ERROR + error.template, values=values)
    return error if isinstance(error, int | float) else str(error)[:LONGEST]


def _is_known(template: str) -> bool:
    return any(template in translations(language, CONTEXT) for language in LANGUAGES)
