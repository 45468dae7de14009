"""Exports: each is read back as its platform reads it, and carries nothing that a submission could act with."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from suite.errors import UsageError
from suite.exporting import Exported, ExportSettings, read_graded, write_export
from suite.exporting.canvas import GRADEBOOK
from suite.exporting.gradescope import describe
from suite.exporting.interface import folder_names
from suite.exporting.junit import _suite
from suite.exporting.markdown import escape
from suite.exporting.moodle import FEEDBACK, HEADERS, SHEET
from suite.exporting.nbgrader import COLUMNS
from suite.files import safe_name
from suite.grading.collect import read_class
from suite.records import Identity, Language, Outcome, Report, Result, Text, Verdict, text
from suite.report import write
from suite.text.language import label, say
from tests.conftest import run_suite

EVIL = "=cmd|'/c calc'!A1 <script>@team [x](http://y) ::error::x"
GRADESCOPE = {
    "type": "object",
    "required": ["score", "tests"],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "integer"},
        "output": {"type": "string"},
        "output_format": {"$ref": "#/$defs/format"},
        "test_output_format": {"$ref": "#/$defs/format"},
        "test_name_format": {"$ref": "#/$defs/format"},
        "visibility": {"$ref": "#/$defs/visibility"},
        "stdout_visibility": {"$ref": "#/$defs/visibility"},
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "visibility": {"$ref": "#/$defs/visibility"},
                },
            },
        },
    },
    "$defs": {
        "format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "visibility": {"enum": ["hidden", "after_due_date", "after_published", "visible"]},
    },
}
"""What Gradescope documents of `results.json`."""
JUNIT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version", "group"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": ({"name"}, {"time", "classname", "group"}, {"skipped", "error", "failure", "system-out", "system-err"}),
    "error": (set(), {"message", "type"}, set()),
    "failure": (set(), {"message", "type"}, set()),
    "skipped": (set(), {"message", "type"}, set()),
}
"""Of each element the attributes that it needs, those that it may have besides, and what may stand in it, by the schema
of Jenkins's xUnit plugin, which pytest holds its own files to."""
JUNIT_TIME = re.compile(r"[0-9,]*(\.[0-9]{0,3})?")


def _result(name: str, score: float | None, identity: Identity, *, waiting: bool = False, source: str = "") -> Result:
    said = text("unreadable", path=EVIL, reason="x\n\x1b::warning::y")
    outcome = Outcome.WAITING if waiting else Outcome.FAIL
    verdicts = (
        _verdict("runs", Outcome.PASS, 2, 2, text("all_right")),
        _verdict("shapes", outcome, (score or 0) - 2, 16, said),
    )
    return Result(
        submission=name,
        source=source or name,
        status=Outcome.SKIPPED if score is None else outcome,
        score=score,
        max_score=18,
        verdicts=() if score is None else verdicts,
        summary=said,
        identity=identity,
    )


def _verdict(check: str, outcome: Outcome, points: float, most: float, message: Text) -> Verdict:
    return Verdict(
        check=check,
        task="" if check == "runs" else "net",
        model="",
        outcome=outcome,
        points=points,
        max_points=most,
        expected=None,
        observed=None,
        message=message,
    )


CLASS = (
    _result("Ana Pérez", 12.5, Identity(id="12", name="Ana Pérez", email="ana@x.es")),
    _result("=Blas", 18, Identity(id="13", name="=Blas")),
    _result("Carla", None, Identity(id="14", name="Carla")),
    _result("Dora", 9, Identity(id="15", name="Dora"), waiting=True),
    _result("suelto", 3, Identity()),
)


def _export(
    folder: Path,
    form: str,
    settings: ExportSettings | None = None,
    results: Sequence[Result] = CLASS,
    language: Language = "en",
) -> tuple[Path, str]:
    """(folder of the export, all that is said)."""
    exported = _written(folder, form, settings, results, language)
    return folder / form, "\n".join(say(note, language) for note in exported.notes)


def _written(
    folder: Path,
    form: str,
    settings: ExportSettings | None = None,
    results: Sequence[Result] = CLASS,
    language: Language = "en",
) -> Exported:
    report = folder / "report"
    write(Report(assignment="net", title="Net", language=language, results=tuple(results), notes=()), report)
    return write_export(read_graded(report), form, folder / form, settings or ExportSettings(), force=False)


def _table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


@pytest.mark.parametrize("language", ["en", "es"])
def test_moodle_without_a_worksheet(tmp_path: Path, language: Language) -> None:
    """Moodle's importer needs three columns by their names in the site's language, and a number in the first."""
    folder, said = _export(tmp_path, "moodle", language=language)
    rows = _table(folder / SHEET)
    identifier, _, grade, most, modified, comment = [label(key, language) for key in HEADERS]
    assert [(re.sub(r"^Participante? ", "", row[identifier]), row[grade], row[most]) for row in rows] == [
        ("12", "12.5", "18"),
        ("13", "18", "18"),
    ]
    assert {row[modified] for row in rows} == {"-"}
    assert "&lt;script&gt;" in rows[0][comment]
    assert not any(cell.startswith(tuple("=+-@\t")) for row in rows for cell in row.values() if cell != "-")
    for name in ("Carla", "Dora", "suelto"):
        assert name in said


SHEETS = {
    "en": (
        'Identifier,"Full name","Email address",Status,Grade,'
        '"Maximum Grade","Last modified (grade)","Feedback comments"\n'
        'Participant 901,"Pérez, Ana",ana@x.es,"Submitted",,10.00,-,\n'
        'Participant 13,Blas,b@x.es,"Submitted",,10.00,-,\n'
        'Participant 77,Eva,e@x.es,"No submission",4.00,10.00,-,old\n'
    ),
    "es": (
        '\ufeff"Identificador";"Nombre completo";"Dirección de correo";"Estado";"Calificación";"Calificación máxima";'
        '"Última modificación (calificación)";"Comentarios de retroalimentación"\r\n'
        "Participante 901;Pérez Ana;ana@x.es;Enviado;;10,00;-;\r\n"
        "Participante 13;Blas;b@x.es;Enviado;;10,00;-;\r\n"
        "Participante 77;Eva;e@x.es;Sin entrega;4,00;10,00;-;old\r\n"
    ),
}


@pytest.mark.parametrize("language", SHEETS)
def test_moodles_worksheet_is_filled_in(tmp_path: Path, language: Language) -> None:
    """Whoever isn't graded keeps what was there; marks are scaled to the worksheet's, with its decimal sign."""
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(SHEETS[language], "utf-8")
    folder, said = _export(tmp_path, "moodle", ExportSettings(sheet=sheet), language=language)
    comma = language == "es"
    lines = list(
        csv.reader(io.StringIO((folder / SHEET).read_text("utf-8"), newline=""), delimiter=";" if comma else ",")
    )
    assert [line[4] for line in lines[1:]] == (["6,94", "10", "4,00"] if comma else ["6.94", "10", "4.00"])
    assert lines[3][-1] == "old"
    assert lines[0] == SHEETS[language].lstrip("\ufeff").splitlines()[0].replace('"', "").split(";" if comma else ",")
    assert "10" in said
    assert "suelto" in said


def test_moodles_feedback_comes_back(tmp_path: Path) -> None:
    """The zip has the form of a download, so that Moodle and this suite find the students in it."""
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(SHEETS["en"], "utf-8")
    folder, _ = _export(tmp_path, "moodle", ExportSettings(sheet=sheet))
    with zipfile.ZipFile(folder / FEEDBACK) as archive:
        for name in archive.namelist():
            parts = name.split("/")[0].split("_", 4)
            assert parts[1].isdigit()
            assert parts[2:4] == ["assignsubmission", "file"]
            assert archive.read(name).startswith(b"<!")
    ids = {each.identity.id for each in read_class([folder / FEEDBACK]).submissions}
    assert ids == {"901", "13"}


@pytest.mark.parametrize(
    ("form", "content", "expected"),
    [
        ("moodle", "Identifier,Name\nParticipant 1,Ana\n", "no grading worksheet of Moodle: expected the columns"),
        ("canvas", "Student,Points\nAna,3\n", "no gradebook of Canvas: expected the columns Student, ID and Section"),
        ("moodle", "a,b\n1,2\n", "no column that says who is who"),
    ],
)
def test_tables_that_are_none(tmp_path: Path, form: str, content: str, expected: str) -> None:
    """Nothing is written."""
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(content, "utf-8")
    with pytest.raises(UsageError, match=expected):
        _export(tmp_path, form, ExportSettings(sheet=sheet))
    assert [path.name for path in (tmp_path / form).iterdir()] == [".suite"]


def test_canvas_without_a_gradebook(tmp_path: Path) -> None:
    """Canvas takes the columns in this order, and the highest mark in a row of its own."""
    folder, said = _export(tmp_path, "canvas")
    rows = list(csv.reader(io.StringIO((folder / GRADEBOOK).read_text("utf-8"), newline="")))
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "net"]
    assert rows[1] == ["    Points Possible", "", "", "", "", "18"]
    assert [(row[1], row[5]) for row in rows[2:]] == [("12", "12.5"), ("13", "18")]
    assert rows[3][0] == "'=Blas"
    assert "suelto" in said


def test_canvass_gradebook_is_filled_in(tmp_path: Path) -> None:
    """Only the assignment's column and who it is; nobody's mark is taken away."""
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Other (4),Tarea 1 (5),Current Score\n"
        "    Points Possible,,,,,10,9,(read only)\n"
        '"Pérez, Ana",12,U12,anap,A,3,,33\n"Gil, Eva",99,U9,eva,A,3,8,80\n"Student, Test",1,,x,A,,,\n',
        "utf-8",
    )
    folder, said = _export(tmp_path, "canvas", ExportSettings(sheet=sheet, name="tarea 1"))
    rows = list(csv.reader(io.StringIO((folder / GRADEBOOK).read_text("utf-8"), newline="")))
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Tarea 1 (5)"]
    assert rows[1][-1] == "9"
    assert rows[2:] == [["Pérez, Ana", "12", "U12", "anap", "A", "6.25"]]
    assert "=Blas" in said
    with pytest.raises(UsageError, match="no column 'Tarea 2'"):
        _export(tmp_path, "canvas", ExportSettings(sheet=sheet, name="Tarea 2"))
    _, said = _export(tmp_path / "new", "canvas", ExportSettings(sheet=sheet))
    assert "no column for net" in said


@pytest.mark.parametrize(("form", "column", "number"), [("moodle", "Grade", "Identifier"), ("canvas", "net (7)", "ID")])
def test_a_groups_mark_is_its_members(tmp_path: Path, form: str, column: str, number: str) -> None:
    """In the platform's table each has it, and Moodle gives each the page; who has another result too is left out."""
    both = "Ana Pérez, Eva Sanz"
    results = [
        _result("Equipo 1", 12.5, Identity(id="13", name=both, group=both)),
        _result("Blas", 9, Identity(id="13", name="Blas Gil")),
    ]
    sheet = tmp_path / "sheet.csv"
    people = ("12", "Ana Pérez"), ("13", "Blas Gil"), ("14", "Eva Sanz")
    header = "Identifier,Full name,ID,Student,Section,Grade,net (7)"
    lines = [header, *(f"Participant {number},{name},{number},{name},A,," for number, name in people)]
    sheet.write_text("\n".join(lines), "utf-8")
    folder, said = _export(tmp_path, form, ExportSettings(sheet=sheet), results)
    rows = _table(folder / {"moodle": SHEET, "canvas": GRADEBOOK}[form])
    marks = {row[number].removeprefix("Participant "): row[column] for row in rows}
    assert {"12": "12.5", "13": "9", "14": "12.5"}.items() <= marks.items()
    assert not re.search("Equipo|Blas", said)
    if form == "moodle":
        with zipfile.ZipFile(folder / FEEDBACK) as archive:
            assert [name.split("_")[-4] for name in archive.namelist()] == ["12", "14", "13"]
    again = [*results, _result("Eva Sanz", 3, Identity(name="Eva Sanz"))]
    _, said = _export(tmp_path / "again", form, ExportSettings(sheet=sheet), again)
    assert "several results of one student" in said


def test_nbgrader(tmp_path: Path) -> None:
    """Its columns, its tree; the assignment is called as the folder in which it was handed in."""
    results = [
        _result("ana", 12.5, Identity(id="ana", name="Ana", email="a@x"), source="submitted/ana/ps1"),
        _result("Ana", 10, Identity(id="Ana")),
        _result("b", None, Identity(id="../b")),
    ]
    folder, said = _export(tmp_path, "nbgrader", results=results)
    (row,) = _table(folder / "grades.csv")
    assert tuple(row) == COLUMNS
    assert (row["assignment"], row["student_id"], row["score"], row["max_score"]) == ("ps1", "ana", "12.5", "18")
    pages = {path.relative_to(folder).as_posix() for path in (folder / "feedback").rglob("*.html")}
    assert pages == {"feedback/ana/ps1/ps1.html", "feedback/b/net/net.html"}
    assert "Ana" in said


def test_gradescope(tmp_path: Path) -> None:
    """As documented; who has no mark has no results, which Gradescope would take for a zero."""
    folder, _ = _export(tmp_path, "gradescope", ExportSettings(visibility="after_published"))
    found = {path.parent.name: json.loads(path.read_text("utf-8")) for path in folder.rglob("results.json")}
    assert found.keys() == {"12", "13", "suelto"}
    for document in found.values():
        jsonschema.validate(document, GRADESCOPE)
        assert document["score"] == pytest.approx(sum(each["score"] for each in document["tests"]))
    assert found["12"]["tests"][0] == {
        "name": "runs",
        "number": "1",
        "score": 2,
        "max_score": 2,
        "status": "passed",
        "output": say(text("all_right"), "en"),
        "visibility": "after_published",
    }
    (only,) = read_graded(tmp_path / "report").results[:1]
    assert describe(only, "hidden")["visibility"] == "hidden"


def test_junit(tmp_path: Path) -> None:
    """Counts agree with the cases, a submission without a mark is an error, and every character is allowed."""
    folder, _ = _export(tmp_path, "junit")
    root = ET.fromstring((folder / "junit.xml").read_bytes())
    assert root.tag == "testsuites"
    counts = {name: int(root.get(name, "")) for name in ("tests", "failures", "errors")}
    assert counts == {"tests": 9, "failures": 3, "errors": 1}
    for element in root.iter():
        needed, allowed, inner = JUNIT[element.tag]
        assert needed <= set(element.keys()) <= needed | allowed, element.tag
        assert {each.tag for each in element} <= inner, element.tag
        assert JUNIT_TIME.fullmatch(element.get("time", "0"))
    for suite in root:
        assert suite.tag == "testsuite"
        assert len(suite.findall("testcase")) == int(suite.get("tests", ""))
        assert all(
            case.get("name") and case.get("classname") and case.get("time") for case in suite.findall("testcase")
        )
    took = read_graded(tmp_path / "report").results[0].model_copy(update={"seconds": 1.23456})
    assert JUNIT_TIME.fullmatch(str(_suite("net", took).get("time")))
    failure = root[0].find("testcase/failure")
    assert failure is not None
    assert "<script>" in str(failure.text)
    assert failure.get("type") == "fail"


def test_markdown(tmp_path: Path) -> None:
    """Nothing of a submission is a table, a link, HTML or a mention."""
    folder, _ = _export(tmp_path, "markdown", language="es")
    table = (folder / "class.md").read_text("utf-8")
    assert len(table.splitlines()) == 4 + len(CLASS)
    assert "12.5 / 18" in table
    assert (folder / "12" / "feedback.md").is_file()
    for path in folder.rglob("*.md"):
        written = path.read_text("utf-8")
        assert not re.search(r"(?<!\\)<|@|(?<!\\)\[", written)
    assert escape("a|b\n# c") == r"a\|b \# c"


def test_github(tmp_path: Path) -> None:
    """One annotation a line, of which no text makes another; what GitHub Classroom's reporter adds up."""
    folder, _ = _export(tmp_path, "github", results=CLASS[:1])
    assert {path.name for path in folder.iterdir()} == {".suite", "summary.md", "annotations.txt", "autograding.json"}
    (line,) = (folder / "annotations.txt").read_text("utf-8").splitlines()
    assert line.startswith("::error title=shapes (net)::")
    assert "\n" not in line
    document = json.loads((folder / "autograding.json").read_text("utf-8"))
    assert (document["version"], document["status"], document["max_score"]) == (1, "fail", 18)
    assert [(each["status"], each["score"]) for each in document["tests"]] == [("pass", 2), ("fail", 10.5)]
    folder, _ = _export(tmp_path / "all", "github")
    assert "::error title=skipped::" in (folder / "14" / "annotations.txt").read_text("utf-8")


def test_several_results_of_one_student(tmp_path: Path) -> None:
    """None of them is chosen in silence."""
    results = [_result("Ana", 3, Identity(id="12")), _result("Ana (2)", 9, Identity(id="12"))]
    for form in ("moodle", "canvas"):
        _, said = _export(tmp_path / form, form, results=results)
        assert "several results of one student" in said
        assert "Ana, Ana (2)" in said


def test_where_everybody_is_left_out(tmp_path: Path) -> None:
    """That is said, whatever the reason; whoever has no mark isn't left out, nor is a group that is there in part."""
    sheet = tmp_path / "other.csv"
    sheet.write_text("Identifier,Full name,Grade\nParticipant 88,Zoe,-\n")
    assert _written(tmp_path / "a", "moodle", ExportSettings(sheet=sheet)).empty
    twice = [_result("Ana", 3, Identity(id="12")), _result("Ana (2)", 9, Identity(id="12"))]
    exported = _written(tmp_path / "b", "canvas", results=twice)
    assert exported.empty
    assert "export_other_course" not in {note.key for note in exported.notes}
    assert not _written(tmp_path / "c", "canvas", results=[_result("Ana", None, Identity(id="12"))]).empty
    assert not _written(tmp_path / "d", "canvas").empty
    sheet.write_text("Identifier,Full name,Grade\nParticipant 1,Ana,-\nParticipant 2,Eva,-\n")
    groups = [_result(names, 3, Identity(name=names)) for names in ("Ana, Eva", "Ana")]
    exported = _written(tmp_path / "e", "moodle", ExportSettings(sheet=sheet), groups)
    assert not exported.empty, exported.notes


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A file that somebody put there, or changed, stays."""
    folder, _ = _export(tmp_path, "canvas")
    _export(tmp_path, "canvas")
    (folder / GRADEBOOK).write_text("by hand")
    with pytest.raises(UsageError, match="nothing was overwritten"):
        _export(tmp_path, "canvas")
    assert (folder / GRADEBOOK).read_text() == "by hand"


def test_names_of_folders() -> None:
    """Safe anywhere, also where small and capital letters are the same."""
    results = [
        result.model_copy(update={"submission": name})
        for name, result in zip(("Ana", "ANA", "../x", "-rf", "…"), [_published()] * 5, strict=True)
    ]
    assert list(folder_names(results).values()) == ["Ana/", "ANA-2/", "x/", "rf/", "student/"]
    assert folder_names(results[:1]) == {"Ana": ""}
    assert safe_name("a" * 200) == "a" * 80


def _published():  # type: ignore[no-untyped-def]
    from suite.exporting.graded import PublishedResult

    return PublishedResult(submission="x", source="x", status=Outcome.FAIL, score=1, max_score=2, message="m")


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    """It names who isn't graded, with exit code 3; with 1, says where nobody is in the table, in the language wanted;
    a folder that holds no report is wrong usage."""
    _export(tmp_path, "canvas")
    done = run_suite("export", tmp_path / "report", "--to", "junit")
    assert done.returncode == 3, done.stderr
    assert "Carla, Dora" in done.stderr
    assert (tmp_path / "report" / "export" / "junit" / "junit.xml").is_file()
    sheet = tmp_path / "other.csv"
    sheet.write_text("Identifier,Full name,Grade\nParticipant 88,Zoe,-\n")
    done = run_suite("export", tmp_path / "report", "--to", "moodle", "--sheet", sheet, "--lang", "es")
    assert done.returncode == 1, done.stderr
    assert "la tabla de este curso y de esta actividad?" in " ".join(done.stderr.split())
    done = run_suite("export", tmp_path, "--to", "moodle")
    assert (done.returncode, "holds no report" in done.stderr) == (2, True)
