"""Pages and files from hostile results: nothing executes, nothing breaks, nothing is lost."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from suite.records import CellOutcome, Evidence, Outcome, Report, Result, Run, Verdict, text
from suite.report import write
from suite.report.grades_csv import guard
from suite.report.html import page_name, show
from suite.report.notebook import plain, view

SCRIPT = "<script>document.title = 'pwned'</script>"
HOSTILE = f'=cmd()"><img src=x onerror=alert(1)>{SCRIPT}\x1b]0;title\x07\u202egpj.exe'
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def _cell(*outputs: dict[str, object], source: str = "x = 1", kind: str = "code") -> dict[str, object]:
    return {"cell_type": kind, "source": source, "outputs": list(outputs), "metadata": {}}


def _notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


HOSTILE_NOTEBOOK = _notebook(
    _cell(kind="markdown", source=f"# {HOSTILE}\n\n[link](javascript:alert(1)) ![pixel](https://example.com/p.png)"),
    _cell(
        {"output_type": "display_data", "data": {"text/html": SCRIPT, "application/javascript": "alert(1)"}},
        {"output_type": "display_data", "data": {"image/svg+xml": f"<svg onload=alert(1)>{SCRIPT}</svg>"}},
        {"output_type": "display_data", "data": {"image/png": f'{PNG}" onerror="alert(1)'}},
        {"output_type": "display_data", "data": {"image/png": PNG}},
        {"output_type": "stream", "name": "stdout", "text": HOSTILE},
        {"output_type": "error", "ename": SCRIPT, "evalue": HOSTILE, "traceback": [HOSTILE]},
        source=f"# {HOSTILE}\nprint('</pre>{SCRIPT}')",
    ),
)


@pytest.fixture
def hostile() -> Report:
    """A class of one whose every string attacks."""
    cell = CellOutcome(index=1, outcome=Outcome.ERROR, seconds=1, error_name=SCRIPT, error_message=HOSTILE)
    run = Run(cells=(cell,), notebook=HOSTILE_NOTEBOOK, seconds=1, sandbox="bubblewrap")
    message = text("cell_error", cell=1, name=SCRIPT, message=HOSTILE)
    verdict = Verdict(
        check="runs",
        task="",
        model="",
        outcome=Outcome.ERROR,
        points=0,
        max_points=2,
        expected={SCRIPT: SCRIPT},
        observed=HOSTILE,
        message=message,
    )
    result = Result(
        submission=HOSTILE,
        source=HOSTILE,
        status=Outcome.ERROR,
        score=0.0,
        max_score=2.0,
        verdicts=(verdict,),
        summary=message,
        evidence=Evidence(run=run, versions={SCRIPT: SCRIPT}),
    )
    return Report(assignment="stacked_rnn", title="Title", language="en", results=(result,), notes=())


def test_nothing_of_a_submission_becomes_markup(hostile: Report, tmp_path: Path) -> None:
    """No page holds a tag, a handler, a link or an address that a submission wrote."""
    write(hostile, tmp_path)
    pages = [tmp_path / "index.html", *(tmp_path / "submissions").iterdir()]
    assert len(pages) == 2
    for page in pages:
        html = page.read_text("utf-8")
        assert html.count("<script>") == ("index" in page.name)
        for forbidden in ("<img src=x", "<svg", 'href="javascript', "https://example.com", "\x1b", "\u202e", "\x07"):
            assert forbidden not in html
        assert "Content-Security-Policy" in html
        assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html


def test_checked_bitmaps_are_shown(hostile: Report, tmp_path: Path) -> None:
    """A real PNG stays; one with anything else in it is left out."""
    write(hostile, tmp_path)
    (page,) = (tmp_path / "submissions").iterdir()
    assert page.read_text("utf-8").count("<img ") == 1


def test_spreadsheets_see_no_formula(hostile: Report, tmp_path: Path) -> None:
    """A cell that starts like a formula is quoted; the row stays one row."""
    write(hostile, tmp_path)
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as stream:
        header, row = csv.reader(stream)
    assert row[0].startswith("'=cmd")
    assert len(row) == len(header)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_every_formula_start_is_guarded(start: str) -> None:
    """Each character that a spreadsheet takes for a formula gets a quote before it."""
    assert guard(f"{start}1+1").startswith("'")
    assert guard(f"x{start}").startswith("x")


def test_score_that_is_missing_is_empty_not_zero(tmp_path: Path) -> None:
    """A harness error is no zero anywhere."""
    result = Result(
        submission="ana",
        source="ana.py",
        status=Outcome.HARNESS_ERROR,
        score=None,
        max_score=10.0,
        verdicts=(),
        summary=text("harness_failed", reason="out of disk"),
    )
    write(Report(assignment="a", title="t", language="en", results=(result,), notes=()), tmp_path)
    assert json.loads((tmp_path / "results.json").read_text())["results"][0]["score"] is None
    assert "ana,harness error,,10," in (tmp_path / "grades.csv").read_text()
    assert "not graded" in (tmp_path / "index.html").read_text()


def test_page_names_are_safe_and_distinct() -> None:
    """Any name makes a plain file name, and two names never share one."""
    names = ["../../etc/passwd", "a/b", "a-b", "", ".", "ñandú", "x" * 500, "CON", "A", "a"]
    pages = [page_name(name) for name in names]
    assert len({page.lower() for page in pages}) == len(names)
    assert all("/" not in page and len(page) < 80 and not page.startswith(".") for page in pages)


def test_long_outputs_are_cut() -> None:
    """A page stays readable whatever a cell printed."""
    assert len(plain("x" * 1_000_000)) < 21_000


def test_blank_cells_are_left_out_and_code_is_counted() -> None:
    """Cells are numbered as Jupyter numbers its inputs."""
    cells = view(_notebook(_cell(), _cell(source="  "), _cell(kind="markdown", source="hi"), _cell()))
    assert [(cell.index, cell.number) for cell in cells] == [(0, 1), (2, None), (3, 2)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"layers": [390, 210], "total": 600}, "390 · 210 = 600"),
        ({"layers": [[None, 28, 10], None], "outputs": [[None, 10]]}, "(None, 28, 10) → ? → (None, 10)"),
        ({"cells": 3}, "cells: 3"),
        (None, "–"),
    ],
)
def test_expected_and_observed_read_well(value: object, shown: str) -> None:
    """Figures are shown as a person writes them."""
    assert show(value, "en") == shown


def test_what_is_observed_has_names_in_spanish() -> None:
    """Figures have their names in the language of the page; what only programs read is left out."""
    assert show({"accuracy": 0.4, "interval": "[0.3, 0.5]", "mode": "retrain"}, "es") == (
        "exactitud: 0.4, intervalo del 95 %: [0.3, 0.5]"
    )
