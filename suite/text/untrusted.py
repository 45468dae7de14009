"""Makes text that a submission wrote safe to search, store and show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b.")
MAX_MARKS = 3  # combining marks on one letter: Vietnamese, Hebrew and Thai need no more
KEPT = "\n\t\u200c\u200d\u00ad"
"""Of control and format characters: line breaks, tabs, joiners of scripts and emoji, and soft hyphens."""
FOLDER = r"[^\s'\"`()<>\[\]{}=:;,|/]+"
START = r"(?<![^\s'\"`()<>\[\]{}=:;,|])"
END = r"(?![^\s'\"`()<>\[\]{}=:;,|/])"
RUN = rf"(?:/{FOLDER})*/nb-[\w-]+"
PATHS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"{START}(?:{RUN}/(?:scratch/work|submission)|/work|/submission){END}"), "."),
    (re.compile(rf"{START}{RUN}/scratch/home{END}"), "~"),
    (re.compile(rf"{START}{RUN}/(?:scratch/)?(?={FOLDER})"), "…/"),
    (re.compile(rf"{START}(?:/{FOLDER})+/(?=(?:site-packages|dist-packages|python3[.\w]*|suite/inside)/)"), "…/"),
    (re.compile(rf"{START}(?:/{FOLDER})+/(?=bin/python)"), "…/"),
    (re.compile(rf"{START}/(?:home/{FOLDER}|root){END}"), "~"),
)
"""Folders of the machine that grades, and what stands for them; a path is read to its end once."""
FRAME = re.compile(r'[ \t]*File "[^"]*", line \d')
ABOVE_FRAMES = "(most recent call last):"
NODE = re.compile(r"[ \t]*\[\[\{\{node ")
"""How TensorFlow names the place in a graph."""


def strip_escapes(text: str) -> str:
    """Text without terminal escapes: colours, titles, cursor movements."""
    return ESCAPES.sub("", text)


def encodable(text: str) -> str:
    """Text without lone surrogates, which replace bytes that aren't UTF-8 and can't be written to a file."""
    return text.encode("utf-8", "replace").decode()


def tame(text: str) -> str:
    """Text without what reorders, hides or covers its surroundings: controls, format characters, stacks of marks."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text  # most texts, which needn't be looked at letter by letter
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else marks if category == "Cf" else 0
        if category in ("Zl", "Zp"):
            kept.append("\n")
        elif marks <= MAX_MARKS and (category not in ("Cc", "Cf") or char in KEPT):
            kept.append(char)
    return "".join(kept)


def drop_stacks(text: str) -> str:
    """Text without call stacks and nodes of graphs, which some messages hold around what matters.

    Such are TensorFlow's of an error in a graph, and PyTorch's of one in a loader's process.
    """
    kept: list[str] = []
    frame: int | None = None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if FRAME.match(line):
            frame = indent
        elif frame is None or (line.strip() and indent <= frame):
            frame = None
            if not line.rstrip().endswith(ABOVE_FRAMES) and not NODE.match(line):
                kept.append(line)
    return "\n".join(kept).strip() or text


def shorten_paths(text: str) -> str:
    """Text without the folders of the machine that grades: `…/site-packages/keras/src/models.py`, `./data.csv`."""
    for path, short in PATHS:
        text = path.sub(short, text)
    return text


def as_code(untrusted: str, width: int = 120) -> str:
    """Text as inline code of Markdown: printable, on one line, without what ends code or cell; a dash for none."""
    text = "".join(char if char.isprintable() else " " for char in strip_escapes(encodable(untrusted)))[:width]
    return f"`{text.replace('`', chr(39)).replace('|', '¦')}`" if text.strip() else "–"


def clean(untrusted: str, width: int = 120) -> str:
    """Printable text on one line: no escapes, controls, direction marks, lone surrogates or stacks of marks."""
    line = untrusted if untrusted.isprintable() else "".join(c if c.isprintable() else " " for c in untrusted)
    line = tame(line)
    return line if len(line) <= width else f"{line[: width - 1]}…"


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names in one line, at most `most` of them, with the number of the others."""
    names = iter(names)
    shown = ", ".join(clean(name, 60) for name in islice(names, most))
    others = sum(1 for _ in names)
    return f"{shown}, … (+{others})" if others else shown
