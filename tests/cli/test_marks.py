"""A class with an essay, graded, marked, judged again and graded again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from suite.marking import append, read_ledger
from suite.marking.entries import MarkEntry, now
from tests.conftest import Graded, grade, run_suite, write_notebook

pytestmark = pytest.mark.slow

ASSIGNMENT = """
title = "An essay"
late = { percent_per_day = 10 }
[[tasks]]
id = "essay"
kind = "manual"
criteria = [{ id = "clarity", points = 4 }, { id = "sources", points = 6 }]
"""


@pytest.fixture(scope="module")
def essays(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder of assignments and one of submissions."""
    root, papers = tmp_path_factory.mktemp("assignments"), tmp_path_factory.mktemp("class")
    (root / "essay").mkdir()
    (root / "essay" / "assignment.toml").write_text(ASSIGNMENT, "utf-8")
    for name in ("ana", "luis"):
        write_notebook(papers / f"{name}.ipynb", [f"print('{name}')"])
    return root, papers


def _mark(graded: Graded, name: str) -> None:
    content = graded.results[name]["content_hash"]
    points = {"clarity": 4.0, "sources": 4.0}
    entry = MarkEntry(who="Eva", when=now(), submission=name, content_hash=content, task="essay", points=points)
    append(graded.report, entry)


def test_marks_stay_until_the_submission_changes(essays: tuple[Path, Path], tmp_path: Path) -> None:
    """The class waits, is marked, keeps the marks when it is judged and graded again, and loses what was replaced."""
    root, papers = essays
    report, late = tmp_path / "report", tmp_path / "late.csv"
    late.write_text("submission,late_hours\nluis,30\nnobody,1\n", "utf-8")
    graded = grade(report, papers, "--assignments", root, "--late", late, assignment="essay")
    assert graded.code == 0
    assert "nobody" in graded.stderr
    assert {r["score"] for r in graded.results.values()} == {2, 1.6}
    assert {r["status"] for r in graded.results.values()} == {"waiting"}

    _mark(graded, "ana"), _mark(graded, "luis")
    again = run_suite("report", report, "--assignments", root, "--lang", "es")
    assert again.returncode == 0, again.stderr
    assert {name: r["score"] for name, r in graded.results.items()} == {"ana": 10, "luis": 8}
    assert not any(r["notes"] for r in graded.results.values()), "a mark is no change of the checks"

    write_notebook(papers / "luis.ipynb", ["print('luis, later')"])
    third = grade(report, papers, "--assignments", root, assignment="essay")
    assert {name: r["score"] for name, r in third.results.items()} == {"ana": 10, "luis": 2}
    assert "2 entries" in third.stderr
    misfits = [entry["misfit"] for entry in third.results["luis"]["marking"]["unapplied"]]
    assert misfits == ["changed", "changed"]
    with (report / "grades.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["waiting"] for row in csv.DictReader(stream)] == ["0", "10"]

    copied = run_suite("report", report, "--assignments", root, "--out", tmp_path / "copy")
    assert copied.returncode == 0, copied.stderr
    assert read_ledger(tmp_path / "copy").entries == read_ledger(report).entries
