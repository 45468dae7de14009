"""Downloads of learning platforms: who handed in what, by the names that each platform gives."""

from __future__ import annotations

import io
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from suite.errors import UsageError
from suite.grading import archives
from suite.grading.collect import ClassRead, is_there, read_class, read_source
from suite.grading.downloads import recognise
from suite.grading.downloads.canvas import CANVAS
from suite.grading.downloads.gradescope import GRADESCOPE
from suite.grading.downloads.interface import ImportFormat
from suite.grading.downloads.moodle import MOODLE
from suite.grading.downloads.nbgrader import NBGRADER
from suite.grading.downloads.repositories import GITHUB_CLASSROOM, KAGGLE
from suite.grading.downloads.trees import FolderTree
from suite.records import Identity
from suite.text.language import say
from tests.grading.test_collect import NOTEBOOK

CODE = "modelo = 1"
METADATA = """
submission_11:
  :submitters:
  - :name: Ana Pérez
    :sid: '100'
    :email: ana@uni.example
  :created_at: !ruby/object:Time 2026-03-01 10:00:00.000000000 Z
  :score: 3.0
  :history:
  - :id: 10
    :created_at: 2026-02-28 10:00:00.000000000 Z
submission_12:
  :submitters:
  - :name: Blas Gil
    :sid: '101'
  - :name: Carla Sanz
    :sid: '102'
submission_99:
  :submitters: []
"""
GIVEN = """{"id": 123456, "created_at": "2018-07-01T14:22:32.365935-07:00", "submission_method": "upload",
"users": [{"email": "ana@uni.example", "id": 7, "name": "Ana Gil", "sid": 100}],
"previous_submissions": [{"submission_time": "2017-04-06T14:24:48.087023-07:00", "score": 0.0, "results": {}}]}"""
TREES: dict[str, tuple[ImportFormat, dict[str, str], dict[str, Identity]]] = {
    "Moodle, folders": (
        MOODLE,
        {
            "Ana Pérez López_123_assignsubmission_file_/tarea.py": CODE,
            "Ana Pérez López_123_assignsubmission_onlinetext_/onlinetext.html": "<p>Hola</p>",
            "Blas Gil_124_assignsubmission_file/src/tarea.py": CODE,
            "Carla_125_assignsubmission_onlinetext/onlinetext.html": "<p>Hola</p>",
        },
        {
            "Ana Pérez López": Identity(id="123", name="Ana Pérez López"),
            "Blas Gil": Identity(id="124", name="Blas Gil"),
            "Carla": Identity(id="125", name="Carla"),
        },
    ),
    "Moodle, flat": (
        MOODLE,
        {
            "Ana Pérez_123_assignsubmission_file_tarea.py": "from redes import x\n" + CODE,
            "Ana Pérez_123_assignsubmission_file_redes.py": "x = 1",
            "Blas Gil_124_assignsubmission_onlinetext_onlinetext.html": "<p>Hola</p>",
            "Equipo de por defecto_assignsubmission_file_tarea.py": CODE,
        },
        {
            "Ana Pérez": Identity(id="123", name="Ana Pérez"),
            "Blas Gil": Identity(id="124", name="Blas Gil"),
            "Equipo de por defecto": Identity(name="Equipo de por defecto"),
        },
    ),
    "Moodle, blind": (
        MOODLE,
        {
            "Participante_7_assignsubmission_file_/a.py": CODE,
            "Participante_8_assignsubmission_file_/a.py": CODE,
        },
        {"Participante 7": Identity(id="7"), "Participante 8": Identity(id="8")},
    ),
    "Moodle, namesakes": (
        MOODLE,
        {"Ana Gil_7_assignsubmission_file_/a.py": CODE, "Ana Gil_8_assignsubmission_file_/a.py": CODE},
        {"Ana Gil (7)": Identity(id="7", name="Ana Gil"), "Ana Gil (8)": Identity(id="8", name="Ana Gil")},
    ),
    "Canvas": (
        CANVAS,
        {
            "pérezana_LATE_1234_56789_practica-2.py": CODE,
            "gilblas_1235_56790_red.py": "x = 1",
            "gilblas_1235_56791_tarea_final.ipynb": '{"nbformat": 4, "cells": []}',
            "sanzcarla_1236_text.html": "<p>Hola</p>",
        },
        {
            "pérezana": Identity(id="1234", name="pérezana", late=True),
            "gilblas": Identity(id="1235", name="gilblas"),
            "sanzcarla": Identity(id="1236", name="sanzcarla"),
        },
    ),
    "Canvas, anonymous": (
        CANVAS,
        {"anon_a1b2C_567_a.py": CODE, "LATE_anon_Zz9_568_a.py": CODE},
        {"anon a1b2C": Identity(id="a1b2C"), "anon Zz9": Identity(id="Zz9", late=True)},
    ),
    "nbgrader": (
        NBGRADER,
        {
            "submitted/ana/ps1/tarea.py": CODE,
            "submitted/ana/ps1/timestamp.txt": "2026-03-01 10:00:00 UTC",
            "submitted/blas/ps1/tarea.py": CODE,
            "submitted/carla/nota.txt": "no",
            "source/ps1/tarea.py": CODE,
            "nbgrader_config.py": "c = get_config()",
        },
        {"ana": Identity(id="ana"), "blas": Identity(id="blas"), "carla": Identity(id="carla")},
    ),
    "nbgrader, inside": (
        NBGRADER,
        {"ana/ps1/tarea.py": CODE, "ana/ps1/timestamp.txt": "2026-03-01 10:00:00 UTC"},
        {"ana": Identity(id="ana")},
    ),
    "Gradescope": (
        GRADESCOPE,
        {
            "assignment_5_export/submission_metadata.yml": METADATA,
            "assignment_5_export/submission_11/tarea.py": CODE,
            "assignment_5_export/submission_12/tarea.py": CODE,
            "assignment_5_export/submission_13/tarea.py": CODE,
        },
        {
            "Ana Pérez": Identity(id="100", name="Ana Pérez", email="ana@uni.example", attempt=2),
            "Blas Gil, Carla Sanz": Identity(
                id="101, 102", name="Blas Gil, Carla Sanz", group="Blas Gil, Carla Sanz", attempt=1
            ),
            "submission_13": Identity(),
        },
    ),
    "Gradescope, of an autograder": (
        GRADESCOPE,
        {"submission_metadata.json": GIVEN, "submission/tarea.py": CODE},
        {"Ana Gil": Identity(id="100", name="Ana Gil", email="ana@uni.example", attempt=2)},
    ),
    "Gradescope, of an autograder, of a group": (
        GRADESCOPE,
        {"submission_metadata.json": '{"users": [{"name": "Ana"}, {"name": "Eva"}, 7]}', "submission/tarea.py": CODE},
        {"Ana, Eva": Identity(name="Ana, Eva", group="Ana, Eva", attempt=1)},
    ),
    "Gradescope, of an autograder, of nobody": (
        GRADESCOPE,
        {"submission_metadata.json": "[" * 5000, "submission/tarea.py": CODE},
        {"submission": Identity(attempt=1)},
    ),
    "GitHub Classroom": (
        GITHUB_CLASSROOM,
        {
            "tarea-1-ana/.git/config": "",
            "tarea-1-ana/tarea.py": CODE,
            "tarea-1-alba-gil/.git/config": "",
            "tarea-1-alba-gil/tarea.py": CODE,
        },
        {"ana": Identity(id="ana"), "alba-gil": Identity(id="alba-gil")},
    ),
    "GitHub Classroom, one": (
        GITHUB_CLASSROOM,
        {"tarea-1-submissions/tarea-1-ana-gil/.git": "gitdir: x", "tarea-1-submissions/tarea-1-ana-gil/a.py": CODE},
        {"ana-gil": Identity(id="ana-gil")},
    ),
    "Kaggle": (
        KAGGLE,
        {
            "entrega 1/kernel-metadata.json": '{"id": "anagil/tarea-1", "language": "python"}',
            "entrega 1/tarea-1.py": CODE,
            "entrega 2/kernel-metadata.json": "[" * 5000,
            "entrega 2/tarea-1.py": CODE,
        },
        {"anagil": Identity(id="anagil"), "entrega 2": Identity(id="entrega 2")},
    ),
}


def _write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


def _zip(path: Path, files: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _tar(path: Path, files: Mapping[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content.encode())
            archive.addfile(entry, io.BytesIO(content.encode()))
    return path


MAKERS: dict[str, Callable[[Path, Mapping[str, str]], Path]] = {"class": _write, "class.zip": _zip, "class.tgz": _tar}


def _identities(found: ClassRead) -> dict[str, Identity]:
    return {submission.student: submission.identity for submission in found.submissions}


@pytest.mark.parametrize("kind", TREES)
@pytest.mark.parametrize("form", MAKERS)
def test_every_form_is_recognised(tmp_path: Path, kind: str, form: str) -> None:
    """As folders and packed, by its shape or by its name; each submission is found again by its source."""
    expected, files, identities = TREES[kind]
    path = MAKERS[form](tmp_path / form, files)
    found = read_class([path])
    assert _identities(found) == identities
    assert [note.values["form"] for note in found.notes] == [expected.title]
    assert "--from folder" in say(found.notes[0], "es")
    for submission in found.submissions:
        again = read_source(Path(submission.source))
        assert again.content_hash == submission.content_hash
        assert is_there(Path(submission.source))
    path.rename(tmp_path / "gone")
    assert not any(is_there(Path(submission.source)) for submission in found.submissions)


def test_files_of_one_student_lie_together(tmp_path: Path) -> None:
    """Flat files get their own names back; what was written online lies in a folder beside the work."""
    flat = read_class([_write(tmp_path / "flat", TREES["Moodle, flat"][1])])
    ana = next(each for each in flat.submissions if each.identity.id == "123")
    assert ([file.path for file in ana.files], ana.main) == (["redes.py", "tarea.py"], "tarea.py")
    folders = read_class([_write(tmp_path / "folders", TREES["Moodle, folders"][1])])
    ana = next(each for each in folders.submissions if each.identity.id == "123")
    assert [file.path for file in ana.files] == ["onlinetext/onlinetext.html", "tarea.py"]


def test_lateness_is_noted(tmp_path: Path) -> None:
    """As the platform says it; it costs nothing by itself."""
    found = read_class([_write(tmp_path, TREES["Canvas"][1])])
    late = {each.student for each in found.submissions if any(note.key == "note_came_late" for note in each.remarks)}
    assert late == {"pérezana"}


def test_two_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    """Canvas lets a student hand in two files of one name."""
    files = {"gilblas_12_5671_a.py": "1", "gilblas_12_5672_a.py": "2", "gilblas_12_5673_a (2).py": "3"}
    files["gilblas_12_5674_main.py"] = CODE
    (blas,) = read_class([_write(tmp_path, files)]).submissions
    assert sorted(file.content for file in blas.files) == [b"1", b"2", b"3", CODE.encode()]


def test_what_a_form_does_not_claim_is_read_as_ever(tmp_path: Path) -> None:
    """Loose work beside a download is graded, what is nobody's is named."""
    files = {**TREES["Moodle, folders"][1], "suelto.py": CODE, "README.md": "x", "participants.csv": "x"}
    found = read_class([_write(tmp_path, files)])
    assert "suelto" in _identities(found)
    assert set(found.others) == {"README.md", "participants.csv"}
    files = {**TREES["nbgrader"][1], "submitted/ana/suelto.py": CODE}
    course = read_class([_write(tmp_path / "nbgrader", files)])
    assert set(course.others) == {"source", "nbgrader_config.py", "ana/suelto.py"}


@pytest.mark.parametrize(
    "names",
    [
        ("ana.py", "blas.py"),
        ("tarea_2024_11_a.py", "otra_2024_12_b.py"),
        ("ana_12_1_tarea.py", "blas_13_2_tarea.py"),
        ("ana_assignsubmission_file_.py", "blas.py", "carla.py"),
        ("ana/ps1/tarea.py", "blas/ps2/tarea.py"),
        ("ana/tarea.py", "tarea-1-blas/.git/config", "tarea-1-blas/tarea.py"),
        ("ana/red/.git/config", "ana/red/red.py", "ana/tarea.py"),
        ("ana/red/kernel-metadata.json", "ana/red/red.py", "ana/tarea.py"),
        ("submitted/ana/src/red.py", "submitted/ana/tarea.py", "submitted/blas/red/a.py"),
    ],
)
def test_other_classes_are_no_downloads(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Names that only look a little so change nothing."""
    found = read_class([_write(tmp_path, dict.fromkeys(names, CODE))])
    assert found.notes == ()
    assert all(submission.identity == Identity() for submission in found.submissions)


def test_a_form_can_be_named(tmp_path: Path) -> None:
    """A class folder in a zip, or a download that is none; another one than it is says what was expected and seen."""
    files = {"class/ana.py": CODE, "class/blas/tarea.py": CODE, "class/notas.csv": "x"}
    found = read_class([_zip(tmp_path / "class.zip", files)], form="folder")
    assert {each.student: each.problem for each in found.submissions} == {"ana": None, "blas": None}
    assert found.others == ("notas.csv",)
    assert read_source(Path(found.submissions[0].source)).content_hash == found.submissions[0].content_hash
    download = _write(tmp_path / "download", TREES["Moodle, folders"][1])
    assert "Ana Pérez López_123_assignsubmission_file_" in _identities(read_class([download], form="folder"))
    with pytest.raises(UsageError, match=r"expected surnamename_123_4567_file.ipynb, seen Ana"):
        read_class([download], form="canvas")


@pytest.mark.parametrize("form", MAKERS)
def test_one_of_several_assignments_is_named(tmp_path: Path, form: str) -> None:
    """nbgrader keeps all of a course in one folder; who handed in another one alone isn't there."""
    files = {"submitted/ana/ps1/a.py": CODE, "submitted/ana/ps2/b.py": CODE, "submitted/blas/ps2/b.py": CODE}
    path = MAKERS[form](tmp_path / form, files)
    with pytest.raises(UsageError, match=r"of ps1, ps2 .* expected one assignment: .* --from nbgrader:ps1"):
        read_class([path])
    with pytest.raises(UsageError, match=r"of ps1, ps2 .* expected one assignment"):
        read_class([path], form="nbgrader:ps3")
    found = read_class([path], form="nbgrader:ps1")
    assert _identities(found) == {"ana": Identity(id="ana")}
    assert set(_identities(read_class([path], form="nbgrader:ps2"))) == {"ana", "blas"}
    (ana,) = found.submissions
    assert read_source(Path(ana.source)).content_hash == ana.content_hash


@pytest.mark.parametrize(
    ("form", "said"), [("moodel", "known are: auto, folder, moodle"), ("moodle:1", "leave out :1")]
)
def test_a_form_that_there_is_not(tmp_path: Path, form: str, said: str) -> None:
    """What is known, and what can be left out."""
    (tmp_path / "a.py").write_text(CODE)
    with pytest.raises(UsageError, match=said):
        read_class([tmp_path], form=form)


def test_no_link_leads_out_of_a_download(tmp_path: Path) -> None:
    """A student's folder that is a link, or a list that is one, isn't followed."""
    _write(tmp_path / "other", {"ps1/a.py": "'secret'"})
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "ana").symlink_to(tmp_path / "other", target_is_directory=True)
    _write(tmp_path, {"submitted/blas/ps1/a.py": CODE})
    found = read_class([tmp_path / "submitted"])
    assert {each.student: each.problem.key if each.problem else "" for each in found.submissions} == {
        "blas": "",
        "ana": "link",
    }
    (tmp_path / "export" / "submission_1").mkdir(parents=True)
    (tmp_path / "export" / "submission_metadata.yml").symlink_to("/etc/passwd")
    assert recognise(FolderTree(path=tmp_path / "export")) is None


@pytest.mark.parametrize(
    "told", ["submission_1: [", "- 1", "submission_1: text", "a: &a [*a]", "\x00", "!!python/x: 1"]
)
def test_lists_that_are_none(tmp_path: Path, told: str) -> None:
    """The folders are then read as any others."""
    found = read_class([_write(tmp_path, {"submission_metadata.yml": told, "submission_1/a.py": CODE})])
    assert [each.student for each in found.submissions] == ["submission_1"]


def test_one_bad_entry_costs_itself(tmp_path: Path) -> None:
    """Of a class's zip what leads out is named; what is too much, or stands there twice, is that student's problem."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the name that stands in it twice
        archive.writestr("Ana_1_assignsubmission_file_/a.py", CODE)
        archive.writestr("Blas_2_assignsubmission_file_/../../evil.py", CODE)
        for number in range(5):
            archive.writestr(f"Carla_3_assignsubmission_file_/{number}.bin", bytes(50 << 20))
        archive.writestr("Dora_4_assignsubmission_file_/a.py", CODE)
        archive.writestr("Dora_4_assignsubmission_file_/a.py", CODE)
        archive.writestr("Eva_5_assignsubmission_file_/A.py", "1")
        archive.writestr("Eva_5_assignsubmission_file_/a.py", "1")
    found = read_class([path])
    keys = {each.student: each.problem.key if each.problem else "" for each in found.submissions}
    assert keys == {"Ana": "", "Carla": "too_much", "Dora": "zip_twice", "Eva": ""}
    assert "evil.py" in say(found.notes[1], "en")
    eva = next(each for each in found.submissions if each.student == "Eva")
    assert [file.path for file in eva.files] == ["A.py", "a.py"]


def test_a_class_that_is_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as a submission that can't be read: nothing of it was unpacked."""
    monkeypatch.setattr(archives, "MAX_CLASS_BYTES", 5)
    (found,) = read_class([_zip(tmp_path / "class.zip", TREES["Moodle, folders"][1])]).submissions
    assert found.student == "class"


def test_a_zip_in_a_download_is_unpacked(tmp_path: Path) -> None:
    """As students hand them in, and as Kaggle and Colab give notebooks out."""
    inner = _zip(tmp_path / "entrega.zip", {"entrega/__notebook__.ipynb": NOTEBOOK, "entrega/__results__.html": "<p>"})
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "Ana_7_assignsubmission_file_/entrega.zip")
        archive.writestr("Blas_8_assignsubmission_file_/Copia de tarea (1).ipynb", NOTEBOOK)
    mains = {each.student: each.main for each in read_class([path]).submissions}
    assert mains == {"Ana": "entrega/__notebook__.ipynb", "Blas": "Copia de tarea (1).ipynb"}
