"""Sentences about a submission: what its files and its process wrote stands in them as a quote, never as the suite's.

A value is a quote unless the suite fills the placeholder itself, or the value is a figure. Of an error each is one, but
for figures.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from suite.records import Language, Text
from suite.records.message import OF_ERROR
from suite.text.language import label, template
from suite.text.local import local
from suite.text.untrusted import shorten_paths, strip_escapes, tame

OWN = frozenset(
    (
        *("api", "budget", "changes", "counted", "data", "device", "expected", "expected_tensors", "lacking"),
        *("library", "model", "observed", "other", "pattern", "replacement", "runtime", "weakness"),
    )
)
"""Placeholders that the suite fills with its own words, the instructor's, or the reference's."""
FIGURE = re.compile(r"(?:None|e[+-]?\d|[\d.,<>→×()\[\]?… +-])+", re.ASCII)
"""Numbers, lists of them, and shapes, such as `(None, 28, 10) → (None, 10)` and `< 0.01`."""
NAME = re.compile(r"(?=[\W\d_]*[^\W\d_])(?:[A-Za-z]:)?[\w.…~/\\-]{1,200}")
"""A word as code has it, such as `keras.layers.Dense`, or a path: with no space in it, it reads as no sentence."""
MAX_VALUE = 1000  # characters of a value; messages of exceptions are cut to 600 before
AS_PLAIN = str.maketrans(dict.fromkeys("“”„‟«»", '"'))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a sentence."""

    text: str
    """What it says."""
    quoted: bool
    """Whether the submission or its process wrote it."""

    @property
    def is_name(self) -> bool:
        """Whether it is a single word of code or a path, which needs no quotation marks."""
        return NAME.fullmatch(self.text) is not None


def split(message: Text, language: Language) -> Iterator[Part]:
    """The sentence in pieces: the suite's own words, and quotes."""
    for words, name, style, _ in string.Formatter().parse(template(message, language)):
        if words:
            yield Part(text=words, quoted=False)
        value = None if name is None else message.values[name]
        if isinstance(value, Text):
            yield from split(value, language)
        elif name is not None:
            yield _fill("" if message.key.startswith(OF_ERROR) else name, format(local(value, language), style or ""))


def quote(untrusted: Any) -> Part:
    """A value that a submission may have written, alone."""
    return _fill("", str(untrusted))


def say_quoting(message: Text, language: Language) -> str:
    """The sentence as plain text, with what isn't the suite's own in quotation marks that it can't close."""
    begin, end = label("quotation", language).split("{words}")
    return "".join(
        f"{begin}{part.text}{end}" if part.quoted and not part.is_name else part.text
        for part in split(message, language)
    )


def _fill(name: str, value: str) -> Part:
    """A placeholder's value: a quote without escapes, controls and the folders of this machine, or the suite's own."""
    cleared = shorten_paths(tame(strip_escapes(value[: 4 * MAX_VALUE])))
    shown = cleared if len(cleared) <= MAX_VALUE else f"{cleared[:MAX_VALUE]}…"
    quoted = bool(shown) and name not in OWN and FIGURE.fullmatch(shown) is None
    return Part(text=shown.translate(AS_PLAIN) if quoted else shown, quoted=quoted)
