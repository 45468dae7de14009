"""Turns an executed notebook into parts that a page can show: nothing of a submission can run or load anything.

Sources are highlighted, markdown is rendered, outputs are plain text or checked bitmaps. What doesn't fit into the room
that a page has is shown as plain text or left out, with a word on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from suite.report import markdown
from suite.report.bitmaps import SIZES, data_uri
from suite.text.untrusted import shorten_paths, strip_escapes, tame

MAX_TEXT = 20_000  # characters of one source or output; a page stays readable
RAW = 4  # times as many are looked at: terminal escapes take room and aren't shown
MAX_CELL = 200_000  # characters of HTML for one source; 20,000 characters of ordinary code take 120,000
MAX_FORMATTED = 100_000  # characters of all sources that are formatted; the longest course notebook has 40,000
MAX_PAGE = 2_000_000  # characters of HTML for all sources and outputs
MAX_IMAGES = 12_000_000  # characters of all images; the default limits keep 16 MiB of outputs
ELEMENT = 150  # characters of HTML around one output or cell
FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True, style="xcode")
DARK: HtmlFormatter[str] = HtmlFormatter(nowrap=True, style="one-dark")  # both pass WCAG's contrast on their ground
Remark: TypeAlias = Literal["", "as_text", "cut"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One output of a cell."""

    kind: str
    """`stdout`, `stderr`, `result`, `error`, `image`, `omitted`, `image_too_large`, or `left_out` for the rest."""
    content: str
    """Text, a data URI, the type of what isn't shown, or the number of those left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One cell of the page."""

    index: int
    """Position in the notebook."""
    number: int | None
    """Count of the code cells up to this one; `None` for text."""
    html: Markup
    """Highlighted source or rendered markdown; escaped text where there is a remark."""
    outputs: tuple[Output, ...]
    """What it printed."""
    remark: Remark = ""
    """Whether its source is shown as plain text, or cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookView:
    """A notebook as far as a page has room for it."""

    cells: tuple[CellView, ...]
    """In order, blank ones left out."""
    left_out: int
    """Cells that follow and aren't shown."""


@dataclass(slots=True)
class _Room:
    """What is left of a page."""

    text: int = MAX_PAGE
    formatted: int = MAX_FORMATTED
    images: int = MAX_IMAGES

    def take(self, html: str) -> bool:
        """Take room for a piece of text, if there is enough."""
        size = len(html) + ELEMENT
        fits = size <= self.text
        self.text -= size if fits else 0
        return fits

    def take_image(self, uri: str) -> bool:
        """Take room for an image, if there is enough."""
        fits = len(uri) <= self.images and self.take("")
        self.images -= len(uri) if fits else 0
        return fits


def view(notebook: str) -> NotebookView:
    """As much of an executed notebook, nbformat 4 JSON, as a page has room for."""
    room = _Room()
    views: list[CellView] = []
    number = left_out = 0
    for index, cell in enumerate(json.loads(notebook)["cells"]):
        source = _joined(cell["source"])
        if not source.strip():
            continue
        is_code = cell["cell_type"] == "code"
        number += is_code
        shown = None if left_out else _show_source(source, room, is_code=is_code)
        if shown is None:
            left_out += 1
            continue
        html, remark = shown
        outputs = tuple(_fitting(cell.get("outputs", []), room))
        views.append(
            CellView(index=index, number=number if is_code else None, html=html, outputs=outputs, remark=remark)
        )
    return NotebookView(cells=tuple(views), left_out=left_out)


def stylesheet() -> str:
    """CSS classes of the highlighted sources."""
    dark = "\n".join(_colours(DARK))
    return "\n".join([*_colours(FORMATTER), f"@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"])


def _colours(formatter: HtmlFormatter[str]) -> list[str]:
    """Rules for tokens alone: the ground is the page's."""
    return [rule for rule in str(formatter.get_style_defs(".source")).splitlines() if rule.startswith(".source .")]


def plain(untrusted: str, limit: int = MAX_TEXT) -> str:
    """Text without terminal escapes, direction marks, control characters and stacks of marks, cut to a limit."""
    text = tame(strip_escapes(untrusted[: RAW * limit]))
    return text if len(text) <= limit and len(untrusted) <= RAW * limit else f"{text[:limit]}\n[…]"


def _show_source(source: str, room: _Room, *, is_code: bool) -> tuple[Markup, Remark] | None:
    """A source with its format, or as plain text where that would take too much; `None` if there is no room."""
    text = plain(source)
    remark: Remark = "cut" if len(source) > MAX_TEXT else ""
    html = None
    if len(text) <= room.formatted:
        room.formatted -= len(text)
        html = _highlight(text) if is_code else markdown.render(text)
    if html is None or len(html) > MAX_CELL:
        html, remark = escape(text), remark or "as_text"
    return (html, remark) if room.take(html) else None


def _highlight(text: str) -> Markup:
    return Markup(highlight(text, PythonLexer(), FORMATTER))  # noqa: S704 - Pygments escapes


def _fitting(outputs: list[dict[str, Any]], room: _Room) -> Iterator[Output]:
    """Outputs while there is room, then the number of the others."""
    for place, output in enumerate(outputs):
        shown = _show_output(output)
        fits = room.take_image(shown.content) if shown.kind == "image" else room.take(escape(shown.content))
        if not fits:
            yield Output(kind="left_out", content=str(len(outputs) - place))
            return
        yield shown


def _show_output(output: dict[str, Any]) -> Output:
    match output["output_type"]:
        case "stream":
            kind = "stderr" if output["name"] == "stderr" else "stdout"
            return Output(kind=kind, content=_printed(_joined(output["text"])))
        case "error":
            trace = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
            return Output(kind="error", content=_printed(trace))
        case _:
            return _display(output["data"])


def _display(data: dict[str, Any]) -> Output:
    """A bitmap if there is one, else the plain text, else the name of its type."""
    for mime in SIZES:
        uri = data_uri(mime, _joined(data[mime])) if mime in data else None
        if uri is not None:
            return Output(kind="image" if uri else "image_too_large", content=uri)
    if "text/plain" in data:
        return Output(kind="result", content=_printed(_joined(data["text/plain"])))
    return Output(kind="omitted", content=plain(", ".join(sorted(data)), 200))


def _printed(text: str) -> str:
    """What a process wrote, without the folders of this machine."""
    return shorten_paths(plain(text))


def _joined(text: Any) -> str:
    """Nbformat keeps text as a string or a list of lines."""
    return "".join(text) if isinstance(text, list) else str(text)
