"""Numbers and dates as each language writes them, by the tables of the Unicode consortium (Babel)."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol

from suite.records import Language

FIGURES = re.compile(r"[\d\s.,;:<>≤≥~±+−–…/→%·×=()\[\]-]+(?:e[+-]?\d+)?(?:\s?(?:s|ms|µs|MiB))?", re.ASCII)
"""Numbers with what stands between them, such as `0.45`, `< 0.01` and `[0.3, 0.5]`; any word makes it another text."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)?", re.ASCII)
"""A day and a time in ISO 8601; a day alone may be a name."""
VERSION = re.compile(r"\d\.\d+\.")
POINT = re.compile(r"(?<=\d)\.(?=\d)")


def local(value: Any, language: Language) -> Any:
    """A value with its decimal mark, if it is a number or a text of numbers alone, a moment as its day.

    Anything else is left as it is: code, names, versions, whole numbers.
    """
    if not isinstance(value, str | float):
        return value
    shown = str(value)
    if MOMENT.fullmatch(shown):
        return local_date(shown, language)
    symbol = decimal_mark(language)
    if symbol == "." or not FIGURES.fullmatch(shown) or VERSION.search(shown) or not POINT.search(shown):
        return value
    return POINT.sub(symbol, shown.replace(", ", between(language)))


def between(language: Language) -> str:
    """What stands between numbers in a row, where a comma may stand within them."""
    return "; " if decimal_mark(language) == "," else ", "


def local_count(value: float, language: Language) -> str:
    """A whole number with the language's separators."""
    return format_decimal(round(value), locale=_locale(language))


def local_date(value: str, language: Language) -> str:
    """A date in ISO 8601, with or without a time, as a day; what isn't one is left as it is."""
    try:
        return format_date(date.fromisoformat(value[:10]), format="medium", locale=_locale(language))
    except ValueError:
        return value


@cache
def decimal_mark(language: Language) -> str:
    """What stands between the whole number and its decimals."""
    return get_decimal_symbol(_locale(language))


@cache
def _locale(language: Language) -> Locale:
    """The tables of a language; those of English for one that has none."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("en")
