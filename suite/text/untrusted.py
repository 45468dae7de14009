"""Makes text that a submission wrote fit to be searched, stored and shown."""

from __future__ import annotations

import re

ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b.")


def strip_escapes(text: str) -> str:
    """Text without terminal escapes: colours, titles, cursor movements."""
    return ESCAPES.sub("", text)


def encodable(text: str) -> str:
    """Text without lone surrogates, which stand for bytes that aren't UTF-8 and that no file can hold."""
    return text.encode("utf-8", "replace").decode()
