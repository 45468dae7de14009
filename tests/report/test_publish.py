"""What is given away says nothing of anybody else, and its paths and names can't be guessed."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from suite.marking import ClassLedger, mark_results
from suite.marking.entries import ADAPTER
from suite.records import Language, Leaderboard, MetricScore, Report, Standing, text
from suite.report.publish import CLASS, INSTRUCTOR, STUDENTS, path_of, pseudonyms, publish, publishing_key
from suite.text import LANGUAGES
from tests.conftest import run_suite
from tests.marking.essays import WHO, assignment, mark, result
from tests.report.test_render import HOSTILE, SCRIPT, as_cell, as_notebook, hostile  # noqa: F401 - a fixture
from tests.serving.report import make_report

NAMES = ("Zoraida Quintanilla", "Wenceslao_Ybarra", "xu-jiaying")
KEY = b"secret"


def _read(folder: Path) -> str:
    """Every path and every content below a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return "\n".join(f"{path.relative_to(folder)}\n{path.read_text('utf-8')}" for path in paths)


def _class(language: Language = "en") -> Report:
    """A class in which everybody was marked, and everything names everybody."""
    given = [result(name, str(number) * 64, "sequence") for number, name in enumerate(NAMES)]
    entries = [
        *(mark(name, str(number) * 64, comment=f"Dear {name}!") for number, name in enumerate(NAMES)),
        ADAPTER.validate_python(WHO | {"action": "group comment", "cause": "sequence", "comment": "See page 3."}),
    ]
    marked = mark_results(given, ClassLedger(entries=tuple(entries)), assignment(), language)
    standings = [
        Standing(place=1, submission=name, score=MetricScore(task="t", metric="r2", rows=1, score=1.0), parameters=1)
        for name in NAMES
    ]
    return Report(
        assignment="essay",
        title="Essay",
        language=language,
        results=tuple(marked),
        notes=(text("joined_again", name=", ".join(NAMES)),),
        leaderboards=(Leaderboard(title="t", metric="r2", standings=tuple(standings)),),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_neighbour_is_named_in_a_students_folder(tmp_path: Path, language: Language) -> None:
    """Neither in a path nor in a page, and no link leads out of it."""
    publish(_class(language), KEY, tmp_path, anonymous=True, force=False)
    folders = list((tmp_path / STUDENTS).iterdir())
    assert len(folders) == len(NAMES)
    for name in NAMES:
        folder = tmp_path / STUDENTS / path_of(KEY, name)
        assert [path.name for path in folder.iterdir()] == ["index.html"]
        said = _read(folder)
        assert f"Dear {name}!" in said
        assert "See page 3." in said
        assert not [other for other in NAMES if other != name and other in said]
        assert not [path.name for path in folders if path != folder and path.name in said]
        assert '<a href="../' not in said


def test_the_class_page_names_nobody(tmp_path: Path) -> None:
    """It has pseudonyms and marks; the instructor's tables say who is who, and who has which page."""
    report = _class()
    publish(report, KEY, tmp_path, anonymous=True, force=False)
    page = _read(tmp_path / CLASS)
    assert not [name for name in NAMES if name in page or path_of(KEY, name) in page]
    names = pseudonyms(KEY, report.results)
    assert all(names[name] in page for name in NAMES)
    with (tmp_path / INSTRUCTOR / "pseudonyms.csv").open(encoding="utf-8", newline="") as stream:
        assert {row["submission"]: row["pseudonym"] for row in csv.DictReader(stream)} == names
    with (tmp_path / INSTRUCTOR / "pages.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            assert row["submission"] in (tmp_path / row["page"]).read_text("utf-8")


def test_without_anonymous_there_is_no_class_page(tmp_path: Path) -> None:
    """Only the students' folders and the instructor's table."""
    publish(_class(), KEY, tmp_path, anonymous=False, force=False)
    assert {path.name for path in tmp_path.iterdir() if path.name != ".suite"} == {STUDENTS, INSTRUCTOR}
    assert [path.name for path in (tmp_path / INSTRUCTOR).iterdir()] == ["pages.csv"]


def test_paths_and_names_stay_and_follow_from_the_secret(tmp_path: Path) -> None:
    """Of each report its own, readable by its owner alone; another key gives others."""
    (tmp_path / "report").mkdir()
    key = publishing_key(tmp_path / "report")
    assert publishing_key(tmp_path / "report") == key
    assert len(key) == 64
    assert (tmp_path / "report" / ".suite" / "publishing.key").stat().st_mode & 0o77 == 0
    few, many = _class().results[:1], _class().results
    assert pseudonyms(key, few)[NAMES[0]] == pseudonyms(key, many)[NAMES[0]] != pseudonyms(KEY, few)[NAMES[0]]
    assert path_of(key, NAMES[0]) != path_of(KEY, NAMES[0])
    assert len(path_of(key, NAMES[0])) == 40


def test_hostile_names_and_outputs_run_nothing(tmp_path: Path, hostile: Report) -> None:  # noqa: F811
    """In the page of their own, and nothing of them stands on the anonymous one or begins a formula."""
    publish(replace(hostile, results=(*hostile.results, result())), KEY, tmp_path, anonymous=True, force=False)
    for path in tmp_path.rglob("*.html"):
        assert SCRIPT not in path.read_text("utf-8")
    assert "onerror" not in _read(tmp_path / CLASS)
    assert HOSTILE[:6] not in _read(tmp_path / STUDENTS / path_of(KEY, "ana"))
    for path in (tmp_path / INSTRUCTOR).iterdir():
        assert '"=' not in path.read_text("utf-8")


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    """It publishes what the ledger says, again into the same folder, and never into the report."""
    report, root = make_report(tmp_path)
    for _ in range(2):
        done = run_suite("publish", report, "--assignments", root, "--out", tmp_path / "public", "--anonymous")
        assert done.returncode == 0, done.stderr
        assert "2 pages" in done.stderr
    assert len(list((tmp_path / "public" / STUDENTS).iterdir())) == 2
    refused = run_suite("publish", report, "--assignments", root, "--out", report / "public")
    assert refused.returncode == 2
    assert "elsewhere" in refused.stderr
