"""Pages and files from hostile results: nothing executes, nothing breaks, nothing is lost."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import jinja2
import pytest

from suite.records import (
    CellOutcome,
    Curve,
    Diagnosis,
    Evidence,
    Layer,
    LayerComparison,
    Outcome,
    Report,
    Result,
    Run,
    Verdict,
    text,
)
from suite.report import write
from suite.report.grades_csv import guard
from suite.report.html import open_pages, show
from suite.report.notebook import MAX_PAGE, MAX_TEXT, plain, view
from suite.report.page_name import page_name

SCRIPT = "<script>document.title = 'pwned'</script>"
HOSTILE = f'=cmd()"><img src=x onerror=alert(1)>{SCRIPT}\x1b]0;title\x07\u202egpj.exe'
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def as_cell(*outputs: dict[str, object], source: str = "x = 1", kind: str = "code") -> dict[str, object]:
    return {"cell_type": kind, "source": source, "outputs": list(outputs), "metadata": {}}


def as_notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


IMITATION = "# ana\n\n**18 / 18** pass\n\n|Check|Status|\n|-|-|\n|**runs**|pass|\n\n## Notes\n\n- Everything is right."
FOLDER = "/root/envs/suite/lib/python3.12/site-packages"
HOSTILE_NOTEBOOK = as_notebook(
    as_cell(kind="markdown", source=f"# {HOSTILE}\n\n[link](javascript:alert(1)) ![pixel](https://example.com/p.png)"),
    as_cell(
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
        for forbidden in (
            "<img src=x",
            "<svg onload",
            'href="javascript',
            "https://example.com",
            "\x1b",
            "\u202e",
            "\x07",
        ):
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


@pytest.mark.parametrize("sign", [*"=+-@", *"＝＋－＠", "﹦", "−"])
@pytest.mark.parametrize(
    "before", ["", " ", "x;", "x,", "x\t", "x\n", "x\r\n", "x|", 'x"', "x'", "x; ", 'x;"', "x;\u200b", ";;", "\x00"]
)
def test_no_piece_of_a_cell_begins_like_a_formula(before: str, sign: str) -> None:
    """However a program splits the file, and in whatever width the sign is written."""
    guarded = guard(f"{before}{sign}1+1")
    assert f"'{sign}" in guarded.replace(" ", "").replace('"', "")
    assert re.search(rf"(?:^|[;,|\t\n\"])\s*\"*\s*{re.escape(sign)}", guarded) is None


def test_every_field_is_quoted(hostile: Report, tmp_path: Path) -> None:
    """So that no separator of another country's spreadsheets splits one."""
    write(hostile, tmp_path)
    lines = (tmp_path / "grades.csv").read_text("utf-8").splitlines()
    assert len(lines) == 2
    for line in lines:
        assert re.fullmatch(r'"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*', line)


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
    assert '"ana","harness error","","10",' in (tmp_path / "grades.csv").read_text()
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
    assert plain("\x1b[31m" * 1_000_000 + "end").endswith("[…]")


def _page(notebook: str, tmp_path: Path, hostile: Report) -> str:
    """The page of a submission with this notebook."""
    (result,) = hostile.results
    assert result.evidence is not None
    run = replace(result.evidence.run, notebook=notebook)
    results = (replace(result, submission="ana", evidence=replace(result.evidence, run=run)),)
    write(replace(hostile, results=results), tmp_path)
    (page,) = (tmp_path / "submissions").iterdir()
    return page.read_text("utf-8")


def test_what_is_the_notebooks_stands_in_its_frame(hostile: Report, tmp_path: Path) -> None:
    """The suite's title, table and headings stand before the frame; inside it no text is a heading of that level."""
    html = _page(as_notebook(as_cell(kind="markdown", source=IMITATION), as_cell()), tmp_path, hostile)
    own, _, theirs = html.partition('<section class="theirs" aria-labelledby="notebook">')
    assert theirs.lstrip().startswith('<p class="frame">')
    assert theirs.index("</section>") > theirs.index("Everything is right.")
    assert own.count("<h1") == 1
    assert "<h1" not in theirs
    assert "<h2" not in theirs
    assert "Everything is right." not in own
    assert '<article class="card verdict' in own
    assert "<table class" not in theirs


def test_what_the_process_wrote_is_quoted(hostile: Report, tmp_path: Path) -> None:
    """Messages, names, notes, kinds of layers, names of curves: no claim stands there without the mark of a quote."""
    claim = "Everything is right. 18 / 18"
    layer = Layer(name=claim, kind=claim, weights=(), output_shape=(None, 10), options={})
    comparison = LayerComparison(
        task="stack",
        model="stack10",
        place=None,
        variable=claim,
        framework="keras",
        rows=((None, layer),),
        curves=(Curve(name=claim, values=(1.0, 2.0), claimed=True),),
    )
    said = text("cell_error", cell=1, name=claim, message=claim)
    (result,) = hostile.results
    assert result.evidence is not None
    verdict = replace(result.verdicts[0], observed=claim, message=said, details=(text("silent", reason=claim),))
    evidence = replace(
        result.evidence, versions={claim: claim}, run=replace(result.evidence.run, notebook=as_notebook())
    )
    changed = replace(
        result,
        verdicts=(verdict,),
        summary=said,
        comparisons=(comparison,),
        notes=(text("note_capped", what=claim), text("note_shell", count=1, lines=claim)),
        diagnoses=(Diagnosis(cause="x", cell=1, message=text("cause_no_gpu", seen=claim), explains="error"),),
        evidence=evidence,
    )
    write(replace(hostile, results=(changed,)), tmp_path)
    for page in (tmp_path / "index.html", *(tmp_path / "submissions").iterdir()):
        html = page.read_text("utf-8")
        assert html.count(claim) == html.count(f'<q class="quoted">{claim}</q>') > 0
    document = json.loads((tmp_path / "results.json").read_text())["results"][0]
    for sentence in (document["message"], *document["notes"], document["diagnoses"][0]["message"]):
        assert sentence.count(claim) == sentence.count(f"“{claim}”") > 0
    assert "as the notebook&#39;s own process reported it" in html


def test_folders_of_this_machine_are_on_no_page(hostile: Report, tmp_path: Path) -> None:
    """In no traceback, output or message, on pages and in files."""
    trace = [f"File \x1b[32m{FOLDER}/keras/a.py:4\x1b[0m", "No such file: '/tmp/nb-ab12cd34/scratch/work/x.csv'"]
    error = {"output_type": "error", "ename": "E", "evalue": "m", "traceback": trace}
    notebook = as_notebook(as_cell(error, {"output_type": "stream", "name": "stdout", "text": "/home/ana/x"}))
    said = text("cell_error", cell=1, name="E", message=f"in {FOLDER}/keras/a.py")
    (result,) = hostile.results
    html = _page(notebook, tmp_path, replace(hostile, results=(replace(result, summary=said),)))
    files = [path.read_text("utf-8") for path in tmp_path.iterdir() if path.is_file()]
    for shown in (html, *files):
        assert FOLDER not in shown
        assert "/tmp/nb-" not in shown
        assert "/home/" not in shown
    assert "…/site-packages/keras/a.py:4" in html
    assert "./x.csv" in html


EXPLODING = "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "|\n" * 5000
MANY = 30_000
HEAVY = {
    "tables": [as_cell(kind="markdown", source=EXPLODING)] * 60,
    "text": [as_cell(kind="markdown", source="&" * 60_000)] * 60,
    "code": [as_cell(source="a.b+" * 20_000)] * 20,
    "colours": [as_cell({"output_type": "stream", "name": "stdout", "text": "\x1b[31mx\x1b[0m<" * 20_000})] * 60,
    "outputs": [as_cell(*[{"output_type": "stream", "name": "stdout", "text": "x"}] * MANY)],
    "images": [as_cell(*[{"output_type": "display_data", "data": {"image/png": PNG}}] * MANY)],
    "types": [as_cell(*[{"output_type": "display_data", "data": {"text/html": "x"}}] * MANY)],
    "cells": [as_cell(source="x")] * MANY,
}


@pytest.mark.parametrize("cells", HEAVY.values(), ids=HEAVY)
def test_a_page_has_a_size(cells: list[dict[str, object]], hostile: Report, tmp_path: Path) -> None:
    """Whatever fills a notebook; how much isn't shown is said."""
    html = _page(as_notebook(*cells), tmp_path, hostile)
    assert len(html) < MAX_PAGE + 1_000_000  # images take room of their own
    shown = view(as_notebook(*cells))
    outputs = [output for cell in shown.cells for output in cell.outputs if output.kind == "left_out"]
    assert len(shown.cells) + shown.left_out == len(cells)
    assert html.count("would grow too large.") == len(outputs) + (shown.left_out > 0)
    if MANY in (len(cells), len(cells[0]["outputs"])):  # type: ignore[arg-type]
        assert "too large." in html


def test_a_source_that_explodes_is_shown_as_it_is() -> None:
    """Nothing of it is lost, and a remark says so; a source that is cut has another remark."""
    (cell,) = view(as_notebook(as_cell(kind="markdown", source=EXPLODING[:9000]))).cells
    assert cell.remark == "as_text"
    assert len(cell.html) == 9000
    (cut,) = view(as_notebook(as_cell(source="x = 1\n" * 5000))).cells
    assert cut.remark == "cut"
    assert len(cut.html) > MAX_TEXT
    (fine,) = view(as_notebook(as_cell(source="x = 1\n" * 500))).cells
    assert not fine.remark


def test_many_findings_are_counted(hostile: Report, tmp_path: Path) -> None:
    """A page lists the first notes, layers and versions, and says how many there are besides."""
    (result,) = hostile.results
    assert result.evidence is not None
    layer = Layer(name="", kind="Dense", weights=(), output_shape=None, options={})
    comparison = LayerComparison(
        task="t", model="m", place=None, variable="", framework="keras", rows=((None, layer),) * 1024, curves=()
    )
    changed = replace(
        result,
        notes=(text("note_expected_error", cell=1, name="E"),) * 5000,
        diagnoses=(Diagnosis(cause="x", cell=None, message=text("cause_no_gpu", seen="x"), explains="error"),) * 5000,
        verdicts=(replace(result.verdicts[0], details=(text("not_reached"),) * 5000),),
        comparisons=(comparison,),
        evidence=replace(result.evidence, versions={str(number): "1" for number in range(5000)}),
    )
    write(replace(hostile, results=(changed,)), tmp_path)
    (page,) = (tmp_path / "submissions").iterdir()
    html = page.read_text("utf-8")
    assert len(html) < 200_000
    assert html.count("and 4900 more, not shown") == 3
    assert "and 724 more, not shown" in html


def test_the_same_evidence_gives_the_same_page(hostile: Report, tmp_path: Path) -> None:
    """To the byte."""
    for name in ("a", "b"):
        write(hostile, tmp_path / name)
    for path in (tmp_path / "a").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_blank_cells_are_left_out_and_code_is_counted() -> None:
    """Cells are numbered as Jupyter numbers its inputs."""
    cells = view(as_notebook(as_cell(), as_cell(source="  "), as_cell(kind="markdown", source="hi"), as_cell()))
    assert [(cell.index, cell.number) for cell in cells.cells] == [(0, 1), (2, None), (3, 2)]


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
        "exactitud: 0,4; intervalo del 95 %: [0,3; 0,5]"
    )


def test_templates_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling takes as long as twenty pages, and a report is written several times while a class is graded."""

    def compile_again(*_: object, **__: object) -> None:
        raise AssertionError("a template is compiled again")

    open_pages("es")
    monkeypatch.setattr(jinja2.Environment, "compile", compile_again)
    for name in ("index.html.j2", "submission.html.j2"):
        assert open_pages("es").get_template(name)
