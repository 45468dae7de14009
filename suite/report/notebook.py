"""Turns an executed notebook into parts that a page can show: nothing of a submission can run or load anything.

Sources are highlighted, markdown is rendered without its HTML and images, outputs are plain text or checked bitmaps.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from suite.text.untrusted import strip_escapes

TAGS = re.compile(r"<[^>]*>")
DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
MAX_TEXT = 20_000  # characters of one output; a page stays readable
SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True, style="friendly")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One output of a cell."""

    kind: str
    """`stdout`, `stderr`, `result`, `error`, `image` or `omitted`."""
    content: str
    """Text, a data URI, or the type of what isn't shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One cell of the page."""

    index: int
    """Position in the notebook."""
    number: int | None
    """Count of the code cells up to this one; `None` for text."""
    html: Markup
    """Highlighted source or rendered markdown."""
    outputs: tuple[Output, ...]
    """What it printed."""


def view(notebook: str) -> list[CellView]:
    """Cells in order, blank ones left out."""
    views: list[CellView] = []
    number = 0
    for index, cell in enumerate(json.loads(notebook)["cells"]):
        source = _joined(cell["source"])
        if not source.strip():
            continue
        is_code = cell["cell_type"] == "code"
        number += is_code
        views.append(
            CellView(
                index=index,
                number=number if is_code else None,
                html=_highlight(source) if is_code else _markdown(source),
                outputs=tuple(_outputs(cell.get("outputs", []))),
            )
        )
    return views


def stylesheet() -> str:
    """CSS classes of the highlighted sources."""
    return str(FORMATTER.get_style_defs(".source"))


def plain(untrusted: str, limit: int = MAX_TEXT) -> str:
    """Text without terminal escapes, direction marks and control characters, cut to a limit."""
    text = DIRECTION_MARKS.sub("", strip_escapes(untrusted))
    text = "".join(char for char in text if char in "\n\t" or ord(char) >= ord(" "))
    return text if len(text) <= limit else f"{text[:limit]}\n[…]"


def _highlight(source: str) -> Markup:
    return Markup(highlight(plain(source), PythonLexer(), FORMATTER))  # noqa: S704 - Pygments escapes


def _markdown(source: str) -> Markup:
    return Markup(_reader().render(plain(source)))  # noqa: S704 - see _reader


def _reader() -> MarkdownIt:
    """CommonMark with tables; images and raw HTML are shown as their text."""
    reader = MarkdownIt("commonmark").enable("table")
    rules = cast("dict[str, Any]", cast("RendererHTML", reader.renderer).rules)

    def text_of(tokens: Sequence[Token], index: int, *_: Any) -> str:
        return str(escape(TAGS.sub("", tokens[index].content)))

    rules["image"] = text_of
    rules["html_block"] = text_of
    rules["html_inline"] = text_of
    return reader


def _outputs(outputs: list[dict[str, Any]]) -> Iterator[Output]:
    for output in outputs:
        match output["output_type"]:
            case "stream":
                kind = "stderr" if output["name"] == "stderr" else "stdout"
                yield Output(kind=kind, content=plain(_joined(output["text"])))
            case "error":
                trace = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
                yield Output(kind="error", content=plain(trace))
            case _:
                yield _display(output["data"])


def _display(data: dict[str, Any]) -> Output:
    """A bitmap if there is one, else the plain text, else the name of its type."""
    for mime, signature in SIGNATURES.items():
        if mime in data and (uri := _data_uri(mime, _joined(data[mime]), signature)):
            return Output(kind="image", content=uri)
    if "text/plain" in data:
        return Output(kind="result", content=plain(_joined(data["text/plain"])))
    return Output(kind="omitted", content=", ".join(sorted(data)))


def _data_uri(mime: str, encoded: str, signature: bytes) -> str:
    """The image as a data URI; empty if it isn't what it says."""
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return f"data:{mime};base64,{base64.b64encode(content).decode()}" if content.startswith(signature) else ""


def _joined(text: Any) -> str:
    """Nbformat keeps text as a string or a list of lines."""
    return "".join(text) if isinstance(text, list) else str(text)
