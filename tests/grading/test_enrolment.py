"""A class as it is graded: with a class list, and with attempts."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.errors import UsageError
from suite.grading.attempts import best, latest, repeated
from suite.grading.enrolment import as_student, collect_class
from suite.grading.roster import people_of, read_roster
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


def test_nobody_is_missing_beside_one_of_a_class(tmp_path: Path) -> None:
    """Where an autograder is given one submission, the list says who that is."""
    (tmp_path / "one" / "submission").mkdir(parents=True)
    (tmp_path / "one" / "submission" / "tarea.py").write_text(CODE)
    told = tmp_path / "one" / "submission_metadata.json"
    told.write_text('{"users": [{"id": 2, "name": "A. Gil", "email": "Ana@x.es", "sid": null}]}')
    found = collect_class([tmp_path / "one"], "", "gradescope", _roster(tmp_path), "all")
    assert [(each.student, each.identity.listed) for each in found.submissions] == [("Ana Gil", "1")]
    assert found.remarks == ()
    told.write_text('{"users": [{"id": 2, "name": "A. Gil", "email": "nobody@x.es"}]}')
    found = collect_class([tmp_path / "one"], "", "gradescope", _roster(tmp_path), "all")
    assert [(each.student, each.identity.listed) for each in found.submissions] == [("A. Gil", "")]
    assert [remark.key for remark in found.remarks] == ["roster_unknown"]


def test_one_is_said_to_be_somebodys(tmp_path: Path) -> None:
    """By number, account or address, as the class list has it; without a list as it is written."""
    given, table = Submission(student="practica-1", source="."), read_roster(_roster(tmp_path))
    for who in ("1", "ana", "ANA@x.es"):
        assert as_student(given, who, table).identity.listed == "1"
    assert as_student(given, "1", table).student == "Ana Gil"
    alone = as_student(given, " 10X ", None)
    assert (alone.student, alone.identity.listed) == ("practica-1", "10x")
    with pytest.raises(UsageError, match=r"'4' is nobody on the class list.*seen 1, 2, 3"):
        as_student(given, "4", table)


def test_a_packed_list_says_who_is_who_alone(tmp_path: Path) -> None:
    """No marks; and whoever is found in the one list is found in the other, too."""
    roster = _roster(tmp_path)
    packed = tmp_path / "packed.csv"
    packed.write_text(people_of(read_roster(roster)), "utf-8")
    assert "9.5" in roster.read_text("utf-8")
    assert "9.5" not in packed.read_text("utf-8")
    assert read_roster(packed).rows == read_roster(roster).rows


def _roster(folder: Path) -> Path:
    path = folder / "roster.csv"
    lines = "id;Tarea 1;usuario;correo;nombre completo", "1;9.5;ana;ana@x.es;Ana Gil", "2;;eva;;Eva Sanz", "3"
    path.write_text("\n".join(lines), "utf-8")
    return path


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
