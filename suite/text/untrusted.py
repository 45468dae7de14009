"""Makes text that a submission wrote safe to search, store and show."""

from __future__ import annotations

import re

ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b.")


def strip_escapes(text: str) -> str:
    """Text without terminal escapes: colours, titles, cursor movements."""
    return ESCAPES.sub("", text)


def encodable(text: str) -> str:
    """Text without lone surrogates, which replace bytes that aren't UTF-8 and can't be written to a file."""
    return text.encode("utf-8", "replace").decode()
