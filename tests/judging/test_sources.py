"""Cells are read as Python whatever IPython allows in them."""

from __future__ import annotations

import ast
import json

import pytest

from suite.judging.sources import CodeCell, read


def _read(source: str, *outputs: dict[str, object]) -> CodeCell:
    cell = {"cell_type": "code", "source": source.splitlines(keepends=True), "outputs": list(outputs)}
    (found,) = read(json.dumps({"cells": [cell]}))
    return found


def _names(source: str) -> set[str]:
    return {name for name, _ in _read(source).calls}


@pytest.mark.parametrize(
    "source",
    [
        "model.fit(x)",
        "%matplotlib inline\nmodel.fit(x)",
        "%%time\nmodel.fit(x)",
        "%%capture --no-stdout\nmodel.fit(x)",
        "!pip install x\nmodel.fit(x)",
        "files = !ls\nmodel.fit(x)",
        "if True:\n    !ls\nmodel.fit(x)",
        "model?\nmodel.fit(x)",
        "%cd ..\n%time y = 3\nmodel.fit(x)",
    ],
)
def test_magics_do_not_hide_the_code(source: str) -> None:
    """Lines for IPython and the shell are passed over, the rest is read."""
    assert _names(source) == {"model.fit"}


def test_modulo_is_no_magic() -> None:
    """A cell that is Python is read as it is."""
    assert _names("x = (a\n  % b)\nprint(x)") == {"print"}


@pytest.mark.parametrize("source", ["%%bash\nmodel.fit(x)", "def f(:", "(" * 5000, "x = '\\ud800'\x00", ""])
def test_what_is_no_python_has_no_calls(source: str) -> None:
    """Other languages, mistakes and bombs are cells without a tree."""
    assert _read(source).tree.body == ast.parse("").body


def test_dotted_names_leave_calls_out() -> None:
    """A method of whatever a call returned is known by its own name."""
    assert _names("nn.Sequential(a).to(0)") == {"nn.Sequential", ".to"}


def test_errors_and_prints_are_plain() -> None:
    """Colours are removed, and what an exception said is apart from what was printed."""
    error = {"output_type": "error", "ename": "ValueError", "evalue": "\x1b[31mred\x1b[0m", "traceback": []}
    printed = {"output_type": "stream", "name": "stdout", "text": ["\x1b[1mloss", ": nan"]}
    cell = _read("x", error, printed)
    assert (cell.error, cell.printed) == ("ValueError: red", "loss: nan")


def test_bombs_of_syntax_are_passed_over() -> None:
    """Deep trees, endless blank lines and long chains are passed over, never followed to their end."""
    for source in (
        "a" + ".b" * 20_000 + "()",
        "x(" + "-" * 20_000 + "1)",
        "\n" * 90_000 + "?x",
        "=" * 90_000,
        "f(" * 90,
    ):
        assert _read(source).calls == ()


def test_long_notebooks_are_read_in_part() -> None:
    """Of ten cells of the longest size the first five are read."""
    cell = {"cell_type": "code", "source": "x = 1\n" * 20_000, "outputs": []}
    assert [len(found.source) for found in read(json.dumps({"cells": [cell] * 10}))] == [100_000] * 5 + [0] * 5
