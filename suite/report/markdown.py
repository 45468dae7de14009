"""Renders a submission's markdown into few plain elements: no attributes, no links, no images, no HTML of its own.

Headings begin below the page's own. What would become too much or too deep isn't rendered at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import SupportsIndex

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

MAX_SOURCE = 10_000  # characters; a long explanation has 3000
MAX_NODES = 5_000  # elements and pieces of text
MAX_DEPTH = 14  # elements in elements; a list in a list in a quote has 6
HIGHEST = 3  # level of what the source calls its first heading: the page has two of its own
LOWEST = 6
TAGS = re.compile(r"<[^<>]*>")


class _TooMuchError(Exception):
    """There are more tokens than may be rendered, or they lie too deep."""


class _Tokens(list[Token]):
    """Tokens up to a number and a depth."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def append(self, token: Token, /) -> None:
        if len(self) >= self._most or token.level > MAX_DEPTH:
            raise _TooMuchError
        super().append(token)

    def insert(self, place: SupportsIndex, token: Token, /) -> None:
        if len(self) >= self._most:
            raise _TooMuchError
        super().insert(place, token)


def render(source: str) -> Markup | None:
    """HTML of CommonMark with tables; `None` if it is too long, has too many parts or nests too deep."""
    if len(source) > MAX_SOURCE:
        return None
    reader = MarkdownIt("commonmark", {"maxNesting": MAX_DEPTH + 2}).enable("table")
    reader.core.ruler.at("inline", _parse_inline)
    state = StateCore(source, reader, {})
    state.tokens = _Tokens(MAX_NODES)
    try:
        reader.core.process(state)
    except _TooMuchError:
        return None
    tokens = [_plain_block(token) for token in state.tokens]
    return Markup(reader.renderer.render(tokens, reader.options, state.env))  # noqa: S704 - see _plain_block


def _parse_inline(state: StateCore) -> None:
    """Parse the text of all blocks, up to the number of nodes that they may have together."""
    left = MAX_NODES - len(state.tokens)
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = _Tokens(left)
        state.md.inline.parse(token.content, state.md, state.env, token.children)
        left -= len(token.children)
        if any(child.level > MAX_DEPTH for child in token.children):
            raise _TooMuchError


def _plain_block(token: Token) -> Token:
    """A block without attributes, other than the number with which a list begins; raw HTML is its text."""
    start = token.attrs.get("start") if token.type == "ordered_list_open" else None
    token.attrs = {} if start is None else {"start": int(start)}
    token.info = ""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1]) + HIGHEST - 1, LOWEST)}"
    elif token.type == "html_block":
        return Token("text", "", 0, content=TAGS.sub("", token.content).strip())
    elif token.children is not None:
        token.children = list(_plain_inline(token.children))
    return token


def _plain_inline(tokens: Iterable[Token]) -> Iterator[Token]:
    """Text and emphasis; a link is its text and its address, an image its description, HTML the text in it."""
    address, shown = "", ""
    for token in tokens:
        if token.type == "link_open":
            address, shown = str(token.attrs.get("href", "")), ""
        elif token.type == "link_close":
            yield from () if shown == address else (_text(f" ({address})"),)
        elif token.type in ("image", "html_inline"):
            yield _text(TAGS.sub("", token.content))
        else:
            token.attrs = {}
            shown += token.content
            yield token


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
