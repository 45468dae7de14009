"""Makes text that a submission wrote safe to search, store and show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b.")


def strip_escapes(text: str) -> str:
    """Text without terminal escapes: colours, titles, cursor movements."""
    return ESCAPES.sub("", text)


def encodable(text: str) -> str:
    """Text without lone surrogates, which replace bytes that aren't UTF-8 and can't be written to a file."""
    return text.encode("utf-8", "replace").decode()


def clean(untrusted: str, width: int = 120) -> str:
    """Printable text on one line: no escapes, controls, direction marks or lone surrogates."""
    line = "".join(char if char.isprintable() else " " for char in untrusted)
    return line if len(line) <= width else f"{line[: width - 1]}…"


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names in one line, at most `most` of them, with the number of the others."""
    names = iter(names)
    shown = ", ".join(clean(name, 60) for name in islice(names, most))
    others = sum(1 for _ in names)
    return f"{shown}, … (+{others})" if others else shown
