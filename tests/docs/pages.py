"""What the documentation holds: its pages, their fenced blocks and the command lines in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SHELL = {"sh", "console", "bash", ""}
"""Languages of blocks in which commands stand; a block without one counts if a line of it begins with a program."""
SEPARATORS = {"&&", "||", "|", ";", "&", "(", ")", ":::"}
"""Words after which another command begins, or, as for GNU parallel, its arguments end."""
EXIT = re.compile(r"<!-- exit ([\d,]+) -->")
ASSIGNMENT = re.compile(r"\w+=.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block."""

    language: str
    text: str
    exits: tuple[int, ...]
    """Exit codes that its commands may have."""


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page; a comment before one says which exit codes are right."""
    exits = (0,)
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if found := EXIT.fullmatch(token.content.strip()):
            exits = tuple(map(int, found[1].split(",")))
        elif token.type == "fence":
            yield Block(language=token.info.split(" ")[0], text=token.content, exits=exits)
            exits = (0,)


def spans(page: Path) -> Iterator[str]:
    """What stands in backticks within sentences and tables."""
    for token in MarkdownIt().enable("table").parse(page.read_text("utf-8")):
        for child in token.children or ():
            if child.type == "code_inline":
                yield child.content


def prompts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a `console` block with the lines that are shown below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *shown = part.rstrip("\n").split("\n")
        yield command, shown


def commands(text: str) -> Iterator[list[str]]:
    """The commands of a shell block as words, each from its program on, without what surrounds them in the shell."""
    for line in text.replace("\\\n", " ").splitlines():
        words: list[str] = []
        for word in [*_words(line.removeprefix("$ ")), ";"]:
            if word in SEPARATORS:
                if words:
                    yield words
                words = []
            elif words or not ASSIGNMENT.fullmatch(word):
                words.append(word)


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="();&|")
    lexer.commenters = "#"
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:
        return []  # a quotation that goes on in the next line is no command line of ours
