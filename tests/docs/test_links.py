"""Links of the documentation lead to files and headings that are there, as they lie in the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.conftest import ROOT
from tests.docs.pages import PAGES


def _links(page: Path) -> Iterator[str]:
    for token in MarkdownIt().enable("table").parse(page.read_text("utf-8")):
        for child in token.children or ():
            if target := child.attrGet("href") or child.attrGet("src"):
                yield str(target)


def _anchors(page: Path) -> set[str]:
    """Headings as GitHub names them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """To a file, and in a page to a heading."""
    for link in _links(page):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


def test_pages_in_another_language_have_the_commands_of_the_first() -> None:
    """A tutorial and its translation differ in words, paths and languages, not in what they have the reader do."""
    for page in (ROOT / "docs" / "tutorials").glob("*.es.md"):
        first = page.with_name(page.name.replace(".es.md", ".md"))
        assert _programs(page) == _programs(first), page.name


def _programs(page: Path) -> list[str]:
    return re.findall(r"^\$ (\w+ \w+)", page.read_text("utf-8"), re.MULTILINE)
