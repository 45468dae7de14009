"""Markdown of a submission: few plain elements, below the page's headings, and never too many."""

from __future__ import annotations

import re

import pytest

from suite.report.markdown import MAX_NODES, MAX_SOURCE, render

EXPLODING = {
    "wide table, short rows": "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "|\n" * 5000,
    "quotes in quotes": ">" * 100 + " a\n",
    "lists in lists": "".join("  " * depth + "- a\n" for depth in range(80)),
    "quotes and lists": "> - " * 40 + "a\n",
    "emphasis in emphasis": "*a " * 500 + "a* " * 500,
    "links": "[a](b) " * 1400,
    "headings": "# a\n" * 2400,
    "emphasis": "*a* " * 2400,
}


@pytest.mark.parametrize("source", EXPLODING.values(), ids=EXPLODING)
def test_what_would_become_too_much_is_not_rendered(source: str) -> None:
    """Neither many elements nor deep ones; what nests too deep isn't lost without a word."""
    assert render(source[:MAX_SOURCE]) is None


@pytest.mark.parametrize(
    "piece", ["[", "![", "`", "<", "&", "\\", "$$\\frac{a}{b}$$ ", "<a ", "---\n", "[a]: b\n", "|"]
)
def test_what_is_rendered_is_bounded(piece: str) -> None:
    """The page grows by no more than a few times the source, in whatever way it is filled."""
    html = render((piece * MAX_SOURCE)[:MAX_SOURCE])
    assert html is None or len(html) <= 6 * MAX_SOURCE
    assert html is None or html.count("<") <= MAX_NODES
    assert render("x" * (MAX_SOURCE + 1)) is None


def test_ordinary_markdown_is_rendered() -> None:
    """Tables, lists in lists, formulas, code and emphasis."""
    blocks = (
        "Text *with* **emphasis**, `code` and $x^2$.",
        "> - a\n>   - b",
        "3. c",
        "|a|b|\n|:-|-:|\n|1|2|",
        "```\nx\n```",
    )
    source = "\n\n".join(blocks)
    html = render(source)
    assert html is not None
    for element in ("<em>", "<strong>", "<code>", "<blockquote>", "<ul>", '<ol start="3">', "<td>", "<pre>"):
        assert element in html


def test_headings_begin_below_the_pages_own() -> None:
    """The first level becomes the third, and none is lost."""
    html = render("# one\n\n## two\n\n##### five\n\nunder\n=====")
    assert html is not None
    assert re.findall(r"<(h\d)>(\w+)", html) == [("h3", "one"), ("h4", "two"), ("h6", "five"), ("h3", "under")]


@pytest.mark.parametrize(
    "source",
    [
        "# a",
        "|a|\n|-:|\n|1|",
        "```outcome pass\nx\n```",
        '[a](https://example.com "title")',
        "<https://example.com>",
        "[a][b]\n\n[b]: ../index.html 'c'",
        "![a](x.png 'b')",
        "a <b class='outcome' id=cell-1 style='position:fixed'>x</b>",
        "<div class='verdicts' id='cell-1' style='margin:-9em'>\nx\n</div>",
        "<form action=https://example.com><input name=a></form>",
        "<svg onload=alert(1)><use href=x></svg> <math href=javascript:alert(1)>x</math>",
        "<style>*{display:none}</style> <base href=https://example.com>",
        "<scr<b>ipt>alert(1)</scr</b>ipt>",
    ],
)
def test_no_element_has_an_attribute(source: str) -> None:
    """No class, id, style, address or handler: an element of a submission looks and acts as the page wants."""
    html = render(source)
    assert html is not None
    assert re.findall(r"<\w+[^>]*[\s/][^>]*>", html.replace("<hr />", "").replace("<br />", "")) == []
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "pre", "code", "table", "thead", "tbody", "tr", "th", "td", "h3"}


def test_a_links_address_is_text() -> None:
    """A page leads nowhere that a submission chose, and says where the link would have led."""
    html = render("[Back to the class](https://example.com/a) and <https://example.com/b>")
    assert html is not None
    assert "<a" not in html
    assert "Back to the class (https://example.com/a)" in html
    assert html.count("https://example.com/b") == 1
