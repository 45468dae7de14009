"""Which submissions of a class share passages of code, whatever names, numbers, texts and comments these have.

Winnowing (Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD
2003): of the hashes of all runs of `RUN` tokens, the least of each `WINDOW` neighbours is kept. So a shared
passage of `RUN + WINDOW - 1` tokens or more is always found, and no passage shorter than `RUN`. What was handed
out, and what much of the class has, doesn't count.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pygments import lex
from pygments.lexers import PythonLexer
from pygments.token import Comment, Name, Number, String, _TokenType

RUN = 15  # tokens: a line and a half; shorter runs are idioms of the language
WINDOW = 6  # so that any shared passage of 20 tokens is found
COMMON_SHARE = 0.25  # of the class: what so many have, a lecture or the documentation has, too
COMMON_LEAST = 5  # submissions: a group of four that share their work is no quarter of a small class
FEWEST = 6  # fingerprints left of a submission: fewer say nothing
PASSAGES = 3  # that are shown of each pair
MAGICS = ("%", "!", "?")

Fingerprints: TypeAlias = dict[int, "CodeLine"]


@dataclass(frozen=True, slots=True, order=True)
class CodeLine:
    """A line of a notebook's code."""

    cell: int
    """Number of the code cell, from 1."""
    line: int
    """Number of the line in it, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Code that two submissions share."""

    mine: tuple[CodeLine, CodeLine]
    """First and last line."""
    theirs: tuple[CodeLine, CodeLine]
    """The same in the other submission."""
    shared: int
    """Number of fingerprints in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two submissions that share code."""

    names: tuple[str, str]
    share: float
    """Part of the shorter one's own fingerprints that the other has, too."""
    shared: int
    """Number of these."""
    passages: tuple[Passage, ...]
    """The longest ones."""


def find_pairs(notebooks: Mapping[str, str], handed_out: Sequence[str] = (), least: float = 0.5) -> list[Pair]:
    """Pairs that share at least that part of the shorter one, the largest first.

    `notebooks` are nbformat 4 JSON by name; `handed_out` are notebooks whose code everybody has.
    """
    given = {number for notebook in handed_out for number, _ in _runs(_tokens(notebook))}
    found = {name: _fingerprints(notebook, given) for name, notebook in notebooks.items()}
    owners: dict[int, list[str]] = defaultdict(list)
    for name, prints in found.items():
        for number in prints:
            owners[number].append(name)
    common = {number for number, names in owners.items() if too_common(len(names), len(notebooks))}
    own = {name: {n: place for n, place in prints.items() if n not in common} for name, prints in found.items()}
    shared: Counter[tuple[str, str]] = Counter()
    for number, names in owners.items():
        if number not in common:
            shared.update(itertools.combinations(sorted(names), 2))
    pairs = []
    for (one, other), count in shared.items():
        shorter = min(len(own[one]), len(own[other]))
        if shorter >= FEWEST and count >= least * shorter:
            passages = tuple(_passages(own[one], own[other])[:PASSAGES])
            pairs.append(Pair(names=(one, other), share=count / shorter, shared=count, passages=passages))
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.shared, pair.names))


def too_common(owners: int, class_size: int) -> bool:
    """Whether so many of a class have something that it is the course's."""
    return owners > max(COMMON_LEAST - 1, COMMON_SHARE * class_size)


def _fingerprints(notebook: str, given: set[int]) -> Fingerprints:
    """Hashes that winnowing keeps, with where they begin first."""
    kept: Fingerprints = {}
    runs = [(number, place) for number, place in _runs(_tokens(notebook)) if number not in given]
    for window in _windows(runs):
        number, place = min(window, key=lambda run: run[0])
        kept.setdefault(number, place)
    return kept


def _windows(runs: Sequence[tuple[int, CodeLine]]) -> Iterator[Sequence[tuple[int, CodeLine]]]:
    if runs:
        yield from (runs[at : at + WINDOW] for at in range(max(1, len(runs) - WINDOW + 1)))


def _runs(tokens: Sequence[tuple[str, CodeLine]]) -> Iterator[tuple[int, CodeLine]]:
    """The hash of each run of tokens, with where it begins."""
    for at in range(len(tokens) - RUN + 1):
        words = "\0".join(word for word, _ in tokens[at : at + RUN])
        yield (
            int.from_bytes(hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()),
            tokens[at][1],
        )


def _tokens(notebook: str) -> list[tuple[str, CodeLine]]:
    """The code's tokens: own names, numbers and texts are all alike; comments and spaces are left out."""
    found = []
    cells = [cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, start=1):
        lines = "".join(cell["source"]).split("\n")
        source = "\n".join("" if line.lstrip().startswith(MAGICS) else line for line in lines)
        line, after_dot = 1, False
        for kind, word in lex(source, PythonLexer(stripnl=False)):
            if plain := _plain(kind, word, after_dot=after_dot):
                found.append((plain, CodeLine(number, line)))
                after_dot = word == "."
            line += word.count("\n")
    return found


def _plain(kind: _TokenType, word: str, *, after_dot: bool) -> str:
    """A token without what is easily changed; empty if it says nothing."""
    if not word.strip() or _is(kind, Comment, String.Doc):
        return ""
    if _is(kind, String):
        return "text"
    if _is(kind, Number):
        return "number"
    return "name" if _is(kind, Name) and not after_dot and not _is(kind, Name.Builtin, Name.Namespace) else word


def _is(kind: _TokenType, *groups: _TokenType) -> bool:
    """Whether a kind of token is one of those, or of their subkinds."""
    return any(kind is group or kind[: len(group)] == tuple(group) for group in groups)


def _passages(mine: Fingerprints, theirs: Fingerprints) -> list[Passage]:
    """Shared fingerprints put together by the cells that hold them, the longest first."""
    places: dict[tuple[int, int], list[tuple[CodeLine, CodeLine]]] = defaultdict(list)
    for number in mine.keys() & theirs.keys():
        places[mine[number].cell, theirs[number].cell].append((mine[number], theirs[number]))
    passages = [
        Passage(
            mine=(min(pair[0] for pair in pairs), max(pair[0] for pair in pairs)),
            theirs=(min(pair[1] for pair in pairs), max(pair[1] for pair in pairs)),
            shared=len(pairs),
        )
        for pairs in places.values()
    ]
    return sorted(passages, key=lambda passage: (-passage.shared, passage.mine))
