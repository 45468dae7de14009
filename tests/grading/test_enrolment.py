"""A class as it is graded: with a class list, and with attempts."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.grading.attempts import best, latest, repeated
from suite.grading.enrolment import collect_class
from suite.records import Identity, Outcome, Result, Submission, text
from suite.text.language import say

CODE = "modelo = 1"


def _class(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"'{folder.name}'")
    return folder


def test_who_is_missing_and_who_is_nobody(tmp_path: Path) -> None:
    """Both are said, in the report too; submissions have the list's names, and nobody is dropped."""
    folder = _class(tmp_path / "class", "ana_gil.py", "pepe.py", "GIL SANZ Blas/tarea.py", "data.csv")
    roster = tmp_path / "roster.csv"
    roster.write_text("id,nombre completo\n1,Ana Gil\n2,Blas Gil Sanz\n3,Carla Núñez\n", "utf-8")
    found = collect_class([folder], "", "auto", roster, "all")
    assert {each.student for each in found.submissions} == {"Ana Gil", "Blas Gil Sanz", "pepe"}
    said = [say(note, "es") for note in found.notes]
    assert said[1:] == [say(note, "es") for note in found.remarks]
    assert "data.csv" in said[0]
    assert said[1].endswith("(1): Carla Núñez")
    assert said[2].endswith("(1): pepe")


@pytest.mark.parametrize(("attempts", "sources"), [("all", 3), ("best", 3), ("latest", 2)])
def test_attempts(tmp_path: Path, attempts: str, sources: int) -> None:
    """The same number in a later path is a later attempt, which is said whatever is done with it."""
    first = _class(tmp_path / "1", "Ana_7_assignsubmission_file_/a.py", "Blas_8_assignsubmission_file_/a.py")
    second = _class(tmp_path / "2", "Ana_7_assignsubmission_file_/a.py")
    found = collect_class([first, second], "", "auto", None, attempts)  # type: ignore[arg-type]
    assert len(found.submissions) == sources
    assert len({each.student for each in found.submissions}) == sources
    ana = [each for each in found.submissions if each.identity.id == "7"]
    assert "2" in ana[-1].notebook
    said = " ".join(say(note, "en") for note in found.notes)
    assert ("Ana handed in 2 times" in said) == (attempts == "all")
    assert ("earlier attempts, not graded" in said) == (attempts == "latest")


def test_what_the_platform_numbers_comes_first() -> None:
    """A higher attempt wins over a later path; who has no number is never dropped."""
    given = [
        Submission(student="a", source="2", identity=Identity(id="1", attempt=2)),
        Submission(student="a", source="1", identity=Identity(id="1", attempt=1)),
        Submission(student="b", source="b"),
        Submission(student="c", source="c"),
    ]
    kept, earlier = latest(given)
    assert [each.source for each in kept] == ["2", "b", "c"]
    assert [each.source for each in earlier] == ["1"]
    assert [note.values["name"] for note in repeated(given)] == ["1"]


def _result(name: str, student: str, score: float | None) -> Result:
    return Result(
        submission=name,
        source=name,
        status=Outcome.FAIL,
        score=score,
        max_score=18,
        verdicts=(),
        summary=text("not_run"),
        identity=Identity(id=student),
    )


def test_the_best_counts() -> None:
    """Of equals the later one; no score is less than zero; the others' scores are told."""
    given = [_result("1", "a", 3), _result("2", "a", 5), _result("3", "a", 5), _result("4", "b", None)]
    given += [_result("5", "b", 0), _result("6", "", 1), _result("7", "", 2)]
    kept = best(given)
    assert [each.submission for each in kept] == ["3", "5", "6", "7"]
    assert say(kept[0].notes[0], "en") == "The best of 3 attempts; their scores: 3, 5, 5."
    assert "–, 0" in say(kept[1].notes[0], "es")
