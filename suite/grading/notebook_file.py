"""One file as the notebook that is run: a notebook, or a script as its cells.

Nothing is executed here. Public: `find_kind`, `as_notebook`, `find_builders`.
"""

from __future__ import annotations

import ast
import io
import json
import keyword
import tokenize
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

import nbformat

from suite.grading.archives import TARS
from suite.grading.contents import RefusedError
from suite.records import SourceFile, Text, text
from suite.text.untrusted import clean, encodable

Kind: TypeAlias = Literal["notebook", "script", "zip", "tar", "archive", "other"]

RUNNABLE = (".ipynb", ".py")
ARCHIVES = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".rar", ".7z")
PACKED = (".gz", ".bz2", ".xz", ".zst")
"""Suffixes of one packed file; after `.tar`, `.ipynb` or `.py` it is an archive, otherwise data."""
ZIP, RAR, SEVEN_ZIP = b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c"
TAGS = ("raises-exception", "skip-execution")
HEAD_BYTES = 1000
MAX_NOTEBOOK_BYTES = 64 << 20  # a notebook full of images has some MiB
MAX_CELLS = 5000  # each takes half a millisecond to validate
MAX_PARTS = 1_000_000  # lists and mappings; parsed, each takes a hundred bytes


def find_kind(file: SourceFile) -> Kind:
    """What a file is, by its suffixes and its content; a notebook is one under any name."""
    suffixes = [suffix.strip().lower() for suffix in PurePosixPath(file.path).suffixes] or [""]
    last, inner = suffixes[-1], suffixes[-2] if len(suffixes) > 1 else ""
    if last == ".zip" or (last in {*RUNNABLE, ""} and file.content.startswith(ZIP)):
        return "zip"
    if file.path.strip().lower().endswith(TARS):
        return "tar"
    if last in ARCHIVES or (last in PACKED and inner in {".tar", *RUNNABLE}):
        return "archive"
    if last in RUNNABLE and file.content.startswith((RAR, SEVEN_ZIP)):
        return "archive"
    if last == ".ipynb" or _holds_notebook(file.content):
        return "notebook"
    if last == ".py" or (last == ".txt" and inner == ".py"):
        return "script"
    return "other"


def _holds_notebook(content: bytes) -> bool:
    """Whether it is JSON with what every notebook has."""
    if not content[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or b'"nbformat"' not in content:
        return False
    if is_too_large(content):
        return False
    try:
        document = json.loads(content)
    except (ValueError, RecursionError, MemoryError):
        return False
    return isinstance(document.get("nbformat"), int) and ("cells" in document or "worksheets" in document)


def is_too_large(content: bytes) -> bool:
    """Whether parsing a notebook would take more time or memory than one submission may."""
    parts = content.count(b"[") + content.count(b"{")
    return len(content) > MAX_NOTEBOOK_BYTES or content.count(b'"cell_type"') > MAX_CELLS or parts > MAX_PARTS


def as_notebook(file: SourceFile) -> tuple[str, Text | None]:
    """Return a file as nbformat 4 JSON, or an empty string and the reason; `RefusedError` if it is too large."""
    name, content = clean(file.path), file.content
    if not content.strip():
        return "", text("empty_file", file=name)
    if find_kind(file) == "script":
        return _script_as_notebook(name, content)
    if is_too_large(content):
        raise RefusedError(
            text("notebook_too_large", file=name, mebibytes=MAX_NOTEBOOK_BYTES >> 20, cells=MAX_CELLS, parts=MAX_PARTS)
        )
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", text("not_utf8", file=name, reason=str(error))
    try:
        found = nbformat.convert(nbformat.reader.reads(source), 4)
        cells = [_clean(cell, number) for number, cell in enumerate(found.cells, start=1)]
        notebook = nbformat.v4.new_notebook(cells=cells)  # which validates it, once: that is most of the time
        written = encodable(json.dumps(notebook, ensure_ascii=False))
    except Exception as error:  # noqa: BLE001 - nbformat raises anything on malformed input, even AssertionError
        return "", text("not_a_notebook", file=name, reason=encodable(_first_line(error)))
    if not any(cell.cell_type == "code" and cell.source.strip() for cell in notebook.cells):
        return "", text("no_code_cells", file=name)
    return written, None


def _clean(cell: nbformat.NotebookNode, number: int) -> nbformat.NotebookNode:
    """Keep a cell's type, source, and tags that Jupyter honours: saved outputs, ids and attachments prove nothing."""
    kind = cell.cell_type if cell.cell_type in {"code", "markdown"} else "raw"
    tags = [tag for tag in cell.get("metadata", {}).get("tags", ()) if tag in TAGS]
    kept = {
        "id": f"cell-{number}",
        "cell_type": kind,
        "metadata": {"tags": tags} if tags else {},
        "source": cell.source,
    }
    of_code: dict[str, object] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    cleaned: nbformat.NotebookNode = nbformat.from_dict(kept | of_code)
    return cleaned


def _script_as_notebook(name: str, content: bytes) -> tuple[str, Text | None]:
    """Turn a script into a cell, and add one that calls the `build_*` functions which the script doesn't call."""
    try:
        source = encodable(_decode(content))
    except (SyntaxError, LookupError, ValueError) as error:  # an encoding that is unknown, none of text, or another one
        return "", text("not_utf8", file=name, reason=clean(str(error)))
    cells = [nbformat.v4.new_code_cell(source)]
    if builders := find_builders(content):
        calls = "\n".join(f"{builder.removeprefix('build_')} = {builder}()" for builder in builders)
        cells.append(nbformat.v4.new_code_cell(calls))
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)), None


def _decode(content: bytes) -> str:
    """The text of a script in UTF-8, or in the encoding that its first lines name, as Python reads it."""
    encoding, lines = tokenize.detect_encoding(io.BytesIO(content).readline)
    source = content.decode(encoding)
    if not encoding.startswith("utf-8") and "coding" not in source[: sum(map(len, lines))]:
        raise UnicodeError(f"its first lines name {encoding}, in which they can't be read")
    return source


def find_builders(content: bytes) -> list[str]:
    """Top-level functions `build_*` that need no argument and whose results the module doesn't store itself."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # the kernel reports it, with the line
    called = {
        node.func.id
        for statement in tree.body
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("build_")
        and node.name.removeprefix("build_").isidentifier()
        and not keyword.iskeyword(node.name.removeprefix("build_"))
        and node.name not in called
        and len(node.args.args) + len(node.args.posonlyargs) == len(node.args.defaults)
        and None not in node.args.kw_defaults
    ]


def _first_line(error: Exception) -> str:
    """The first line of an error's message, which for a validator may be pages long."""
    return (str(error) or type(error).__name__).splitlines()[0][:200]
