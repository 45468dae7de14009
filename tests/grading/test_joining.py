"""Who joins a class under which name, and what becomes of the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from suite import assignments, report
from suite.errors import UsageError
from suite.grading.collect import read_class
from suite.grading.joining import JoinedClass, join_class
from suite.grading.store import Store, make_key
from suite.judging import checks
from suite.records import CellOutcome, Evidence, Outcome, Result, Run, Submission
from suite.report.class_report import as_report
from suite.text.language import say
from tests.conftest import ROOT, write_notebook
from tests.provenance import provenance

STACK = assignments.load("stacked_rnn", ROOT / "reference")
EXPECTED = assignments.load_expected(STACK)


def _files(folder: Path, *names: str) -> Path:
    """A class folder with a notebook for each name."""
    folder.mkdir(exist_ok=True)
    for name in names:
        write_notebook(folder / f"{name}.ipynb", [f"print({folder.name!r}, {name!r})"])
    return folder


def _judge(folder: Path, submission: Submission) -> Result:
    """As if it had run."""
    key = make_key([submission.student, submission.content_hash])
    run = Run(
        cells=(CellOutcome(index=0, outcome=Outcome.PASS, seconds=1),),
        notebook=submission.notebook,
        seconds=1,
        sandbox="process",
    )
    names = {"submission": submission.student, "source": submission.source}
    evidence = Evidence(run=run, provenance=provenance(key=key, content_hash=submission.content_hash, **names))
    Store(folder / "evidence").save(key, evidence)
    return checks.judge(submission, STACK, EXPECTED, evidence)


def _grade(folder: Path, *paths: Path, force: bool = False) -> JoinedClass:
    """Grade into a report's folder without running anything."""
    found = read_class(paths).submissions
    joined = join_class(folder, STACK, found, "", force=force)
    graded = joined.remember(_judged(folder, joined.submissions))
    results = [*joined.judge_kept(folder, STACK, EXPECTED), *graded]
    report.write(as_report(STACK, results, "en"), folder, force=force)
    return joined


def _judged(folder: Path, submissions: Sequence[Submission]) -> list[Result]:
    return [checks.judge_unreadable(each, STACK) if each.problem else _judge(folder, each) for each in submissions]


def _class(folder: Path) -> dict[str, str]:
    """(name, path) of each result in the report."""
    document = json.loads((folder / "results.json").read_text("utf-8"))
    names = [result["submission"] for result in document["results"]]
    assert len(set(names)) == len(names)
    return {result["submission"]: Path(result["source"]).parent.name for result in document["results"]}


def _said(joined: JoinedClass) -> str:
    return "\n".join(say(note, "en") for note in joined.notes)


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """The report of a class of two."""
    _grade(tmp_path / "report", _files(tmp_path / "class", "ana", "luis"))
    return tmp_path / "report"


def test_the_same_class_again_is_the_same(graded: Path, tmp_path: Path) -> None:
    joined = _grade(graded, tmp_path / "class")
    assert _class(graded) == {"ana": "class", "luis": "class"}
    assert (joined.kept, joined.notes) == (None, ())


def test_a_late_one_joins(graded: Path, tmp_path: Path) -> None:
    """The others keep their results, and that is said."""
    before = json.loads((graded / "results.json").read_text("utf-8"))["results"]
    joined = _grade(graded, _files(tmp_path / "late", "eva") / "eva.ipynb")
    assert _class(graded) == {"ana": "class", "luis": "class", "eva": "late"}
    assert [each.student for each in joined.submissions] == ["eva"]
    assert json.loads((graded / "results.json").read_text("utf-8"))["results"][:2] == before
    assert "2 others" in _said(joined)
    assert len(list((graded / "submissions").iterdir())) == 3
    _grade(graded, tmp_path / "class")
    assert _class(graded).keys() == {"ana", "luis", "eva"}


def test_one_of_the_class_again_takes_its_place(graded: Path, tmp_path: Path) -> None:
    """However its path is written."""
    write_notebook(tmp_path / "class" / "ana.ipynb", ["print('corrected')"])
    joined = _grade(graded, tmp_path / "late" / ".." / "class" / "ana.ipynb")
    assert [each.student for each in joined.submissions] == ["ana"]
    assert _class(graded).keys() == {"ana", "luis"}


def _earlier(folder: Path) -> list[dict[str, object] | None]:
    """What the report says of the attempts before, in the order of the names."""
    results = json.loads((folder / "results.json").read_text("utf-8"))["results"]
    return [result["earlier"] for result in sorted(results, key=lambda result: str(result["submission"]))]


def test_the_attempt_before_is_remembered(graded: Path, tmp_path: Path) -> None:
    """Of other files of the same student; it stays while these are graded again, and when others join."""
    assert _earlier(graded) == [None, None]
    before = json.loads((graded / "results.json").read_text("utf-8"))["results"][0]
    write_notebook(tmp_path / "class" / "ana.ipynb", ["print('corrected')"])
    for path in (tmp_path / "class" / "ana.ipynb", tmp_path / "class", _files(tmp_path / "late", "zoe")):
        _grade(graded, path)
        ana, luis = _earlier(graded)[:2]
        assert luis is None
        assert ana is not None
        assert (ana["status"], ana["score"]) == (before["status"], before["score"])
        assert ana["points"]["runs"] == [2, 2]  # type: ignore[index]


def test_another_of_the_same_name_is_another_student(graded: Path, tmp_path: Path) -> None:
    """While the first one's files are where they were; it keeps its number from then on."""
    for _ in range(2):
        joined = _grade(graded, _files(tmp_path / "group_b", "ana"))
        assert _class(graded) == {"ana": "class", "luis": "class", "ana (2)": "group_b"}
    assert "ana (2)" not in _said(joined)
    _grade(graded, tmp_path / "class", tmp_path / "group_b")
    assert _class(graded) == {"ana": "class", "luis": "class", "ana (2)": "group_b"}


def test_a_new_number_is_said(graded: Path, tmp_path: Path) -> None:
    assert "graded as ana (2)" in _said(_grade(graded, _files(tmp_path / "group_b", "ana")))


def test_a_class_that_was_moved_is_the_same(graded: Path, tmp_path: Path) -> None:
    """Corrected there, too."""
    (tmp_path / "class").rename(tmp_path / "moved")
    write_notebook(tmp_path / "moved" / "ana.ipynb", ["print('corrected')"])
    _grade(graded, tmp_path / "moved")
    assert _class(graded) == {"ana": "moved", "luis": "moved"}


def test_the_same_files_elsewhere_may_be_another_students(graded: Path, tmp_path: Path) -> None:
    """Such as a template that two handed in as it was."""
    (tmp_path / "group_b").mkdir()
    (tmp_path / "group_b" / "ana.ipynb").write_bytes((tmp_path / "class" / "ana.ipynb").read_bytes())
    _grade(graded, tmp_path / "group_b")
    assert _class(graded) == {"ana": "class", "luis": "class", "ana (2)": "group_b"}


def test_one_path_twice(graded: Path, tmp_path: Path) -> None:
    """As before, and no more of them each time."""
    for _ in range(2):
        _grade(graded, tmp_path / "class" / "ana.ipynb", tmp_path / "class" / "ana.ipynb")
        assert _class(graded).keys() == {"ana", "ana (2)", "luis"}


def _evidence_of(folder: Path, name: str) -> Path:
    document = json.loads((folder / "results.json").read_text("utf-8"))
    return folder / next(each["evidence"]["file"] for each in document["results"] if each["submission"] == name)


def test_evidence_that_cannot_be_read_is_made_again(graded: Path, tmp_path: Path) -> None:
    """Of those who weren't to be graded, too; it is said."""
    _evidence_of(graded, "ana").write_bytes(_evidence_of(graded, "luis").read_bytes())
    joined = _grade(graded, _files(tmp_path / "late", "eva"))
    assert {each.student for each in joined.submissions} == {"eva", "ana"}
    assert "ana is run again too" in _said(joined)
    assert _class(graded).keys() == {"ana", "luis", "eva"}


def test_neither_evidence_nor_files(graded: Path, tmp_path: Path) -> None:
    """No score, and what the score was."""
    _evidence_of(graded, "ana").unlink()
    write_notebook(tmp_path / "class" / "ana.ipynb", ["print('other work')"])
    _grade(graded, _files(tmp_path / "late", "eva"))
    document = json.loads((graded / "results.json").read_text("utf-8"))
    (ana,) = [each for each in document["results"] if each["submission"] == "ana"]
    assert ana["score"] is None
    assert "The last report had 2 of 18 points" in ana["message"]


def test_another_assignments_class_is_not_joined(graded: Path, tmp_path: Path) -> None:
    """Nor replaced, without being told to."""
    other = STACK.model_copy(update={"name": "another"})
    found = read_class([_files(tmp_path / "late", "eva")]).submissions
    with pytest.raises(UsageError, match="holds a class of stacked_rnn, and this is another"):
        join_class(graded, other, found, "", force=False)
    assert join_class(graded, other, found, "", force=True).kept is None


def test_a_damaged_report_is_not_replaced(graded: Path, tmp_path: Path) -> None:
    """A class would be lost."""
    (graded / "results.json").write_text("{")
    with pytest.raises(UsageError, match=r"can't be joined.*--force"):
        _grade(graded, _files(tmp_path / "late", "eva"))
    _grade(graded, tmp_path / "late", force=True)
    assert _class(graded).keys() == {"eva"}


def test_a_platforms_number_is_the_same_student(tmp_path: Path) -> None:
    """In next week's download, too, under another path and another way to write the name; a namesake is another."""
    for week, name in (("1", "Ana Gil_7"), ("2", "Ana Gil Sanz_7"), ("3", "Ana Gil_8")):
        folder = tmp_path / week / f"{name}_assignsubmission_file_"
        folder.mkdir(parents=True)
        write_notebook(folder / "tarea.ipynb", [f"print({week})"])
        _grade(tmp_path / "report", tmp_path / week)
    document = json.loads((tmp_path / "report" / "results.json").read_text("utf-8"))
    found = {result["submission"]: (result["student"]["id"], result["source"]) for result in document["results"]}
    assert {name: number for name, (number, _) in found.items()} == {"Ana Gil": "7", "Ana Gil (2)": "8"}
    assert "/2/" in found["Ana Gil"][1]
