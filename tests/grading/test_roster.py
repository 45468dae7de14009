"""Class lists: who is missing, and whose a submission is."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.errors import UsageError
from suite.grading.roster import find_row, match_roster, read_roster, words_of
from suite.records import Identity, Submission

LISTS = {
    "Moodle's worksheet": '\ufeffIdentifier,"Full name","Email address"\r\nParticipant 12,Ana Pérez López,ana@x.es\r\n',
    "Moodle's, in Spanish": '"Identificador","Nombre completo"\n"Participante 12","Ana Pérez López"',
    "Moodle's participants": "Nombre,Apellido(s),Número de ID,Dirección de correo\nAna,Pérez López,12,ana@x.es\n",
    "Canvas's gradebook": (
        "Student,ID,SIS User ID,SIS Login ID,Section,Tarea (5)\n    Points Possible,,,,,18\n"
        '"Pérez López, Ana",12,U12,anap,A,\n"Student, Test",99,,,A,\n'
    ),
    "Gradescope's": "First Name,Last Name,SID,Email\nAna,Pérez López,12,ana@x.es\n",
    "GitHub Classroom's": '"identifier","github_username","github_id","name"\n"Pérez López, Ana","12","77",""\n',
    "semicolons": "NIA;Apellidos;Nombre;Grupo\n12;PEREZ LOPEZ;ANA;B\n",
    "tabs": "dni\tnombre y apellidos\n12\tana  perez  lopez\n",
}


def _write(folder: Path, content: str | bytes) -> Path:
    path = folder / "roster.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _submission(student: str, identity: Identity | None = None) -> Submission:
    return Submission(student=student, source=student, identity=identity or Identity())


@pytest.mark.parametrize("kind", LISTS)
def test_every_list_is_understood(tmp_path: Path, kind: str) -> None:
    """By the names that its platform gives to columns, in both languages; rows that are nobody's don't count."""
    roster = read_roster(_write(tmp_path, LISTS[kind]))
    assert len(roster.rows) == 1
    matched = match_roster([_submission("entrega", Identity(id="12"))], roster)
    assert (matched.missing, matched.unknown) == ((), ())
    assert words_of(matched.submissions[0].student) == {"ana", "perez", "lopez"}


@pytest.mark.parametrize(
    ("student", "identity"),
    [
        ("Ana Pérez López", Identity()),
        ("lopez_perez_ana", Identity()),
        ("PÉREZ LÓPEZ, Ana", Identity()),
        ("Ana Pérez", Identity()),
        ("ana perez lopez practica3", Identity()),
        ("pérezlópezana", Identity(id="4444", name="pérezlópezana")),
        ("perezana", Identity(id="4444", name="perezana")),
        ("Ana Pe\u0301rez Lo\u0301pez", Identity()),
        ("anap", Identity()),
        ("x", Identity(email="ANA@x.es")),
        ("x", Identity(id="U12")),
    ],
)
def test_names_in_any_order(tmp_path: Path, student: str, identity: Identity) -> None:
    """Accents, order, more and fewer words, accounts and addresses."""
    content = "Student,ID,SIS User ID,SIS Login ID,Email,Section\n"
    content += '"Pérez López, Ana",12,U12,anap,ana@x.es,A\n"Pérez Gil, Blas",13,U13,blasp,b@x.es,A\n'
    matched = match_roster([_submission(student, identity)], read_roster(_write(tmp_path, content)))
    (found,) = matched.submissions
    assert (found.student, found.identity.group, found.identity.email) == ("Pérez López, Ana", "A", "ana@x.es")
    assert found.identity.id == (identity.id or "12")
    assert matched.missing == ("Pérez Gil, Blas",)


def test_who_could_be_several_is_nobody(tmp_path: Path) -> None:
    """Namesakes are told apart by number only; nobody is guessed, and nobody is dropped."""
    roster = read_roster(_write(tmp_path, "id,name\n1,Ana Gil\n2,Ana Gil\n3,Ana Gil Sanz\n"))
    given = [_submission("ana gil"), _submission("x", Identity(id="2")), _submission("pepe"), _submission("ana")]
    matched = match_roster(given, roster)
    assert matched.unknown == ("ana gil", "pepe", "ana")
    assert [each.student for each in matched.submissions] == ["ana gil", "Ana Gil", "pepe", "ana"]
    assert matched.missing == ("Ana Gil", "Ana Gil Sanz")


GROUPS = (
    'id,name,email,grupos\n101,Blas Gil,b@x.es,Equipo 1\n104,Eva Sanz,e@x.es,Equipo 1\n7,Ana Mar,a@x.es,"Z, Equipo 2"\n'
)


@pytest.mark.parametrize(
    ("student", "identity", "missing"),
    [
        ("Blas Gil, Eva Sanz", Identity(id="101, 104", name="Blas Gil, Eva Sanz", group="Blas Gil, Eva Sanz"), 1),
        ("Gil, Eva Sanz", Identity(id="101, 104", name="Gil, Eva Sanz", group="Gil, Eva Sanz"), 1),
        ("Blas Gil, Eva Sanz", Identity(name="Blas Gil, Eva Sanz", group="Blas Gil, Eva Sanz"), 1),
        ("Equipo 1", Identity(id="7", name="Equipo 1"), 1),
        ("Equipo 2", Identity(id="101", name="equipo 2"), 2),
    ],
)
def test_a_groups_members_are_there(tmp_path: Path, student: str, identity: Identity, missing: int) -> None:
    """By the names that the download has, or the list's groups; the group's own number is no member's."""
    matched = match_roster([_submission(student, identity)], read_roster(_write(tmp_path, GROUPS)))
    assert len(matched.missing) == missing
    assert matched.unknown == ()
    assert [each.student for each in matched.submissions] == [student]
    again = match_roster(matched.submissions, read_roster(_write(tmp_path, GROUPS.replace("Equipo", "Team"))))
    assert again.missing == matched.missing


def test_a_group_with_a_stranger_is_said(tmp_path: Path) -> None:
    """Nobody of it counts as there, as it isn't known who is meant."""
    both = "Blas Gil, Zoe Zas"
    given = [_submission(both, Identity(name=both, group=both))]
    matched = match_roster(given, read_roster(_write(tmp_path, GROUPS)))
    assert (matched.unknown, len(matched.missing)) == ((both,), 3)


@pytest.mark.parametrize(
    ("identity", "found"),
    [
        (Identity(id="7", name="Eva Sanz"), "Eva Sanz"),
        (Identity(id="7", name="Zoe Zas"), None),
        (Identity(id="7", name="Maria Ana"), "Ana Mar"),
        (Identity(id="7", name="marana"), "Ana Mar"),
        (Identity(id="7"), "Ana Mar"),
        (Identity(id="99", name="Zoe", email="A@x.es"), "Ana Mar"),
    ],
)
def test_a_number_of_somebody_else(tmp_path: Path, identity: Identity, found: str | None) -> None:
    """Platforms number people in their own way: where names are quite others, the number isn't the list's."""
    row = find_row(read_roster(_write(tmp_path, GROUPS)).rows, identity, identity.name or "x")
    assert (row.identity.name if row else None) == found


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nota,comentario\n1,x\n", "no column that says who is who: expected one of id, .*; seen nota, comentario"),
        ("", "is empty"),
        ("id,name\n", "lists nobody"),
        (b"\x00PK", "is no table"),
        ('id,name\n1,"' + "a" * 200_000, "can't be read as a table"),
    ],
)
def test_lists_that_are_none(tmp_path: Path, content: str | bytes, said: str) -> None:
    """What was expected, what was seen."""
    with pytest.raises(UsageError, match=said):
        read_roster(_write(tmp_path, content))
    with pytest.raises(UsageError, match="can't be read"):
        read_roster(tmp_path / "none.csv")


def test_excels_encoding(tmp_path: Path) -> None:
    """Excel writes tables of Western Europe in cp1252."""
    roster = read_roster(_write(tmp_path, "nombre;apellidos\nBegoña;Núñez\n".encode("cp1252")))
    assert roster.rows[0].identity.name == "Begoña Núñez"
