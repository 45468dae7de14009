"""What lies in a class folder: nothing of it is dropped, or given a zero, without a word."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from suite.grading.collect import read_class
from suite.text.language import say
from tests.conftest import run_suite
from tests.grading.test_main_file import NET, book

PDF = b"%PDF-1.4"
UNGRADED = {
    # text entries
    "ana/onlinetext.html": (b"<p>Hola</p>", "no notebook"),
    "blas_assignsubmission_onlinetext_.html": (b"<p>Hola</p>", "no notebook"),
    "carla.txt": (b"No me ha dado tiempo", "no notebook"),
    "david.md": (b"# Tarea", "no notebook"),
    "eva.pdf": (PDF, "no notebook"),
    "fran.docx": (b"PK\x03\x04", "no notebook"),
    "gala": (b"?", "no notebook"),
    "hugo/tarea.xyz": (b"?", "tarea.xyz"),
    "ines/foto.png": (b"\x89PNG", "foto.png"),
    "jon/datos.csv": (b"1,2", "datos.csv"),
    "karen.ipynb.html": (b"<html>", "no notebook"),
    # archives
    "luis.rar": (b"Rar!", "isn't unpacked"),
    "maria.7z": (b"7z\xbc\xaf\x27\x1c", "isn't unpacked"),
    "nora.tar.gz": (b"\x1f\x8b", "can't be unpacked"),
    "noa.tar.xz": (b"\xfd7zXZ", "isn't unpacked"),
    "olga/entrega.tar": (b"ustar", "entrega.tar"),
    "pau/rota.zip": (b"PK\x03\x04", "can't be unpacked"),
}
"""File, content, and a word of what is said of it."""


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_everybody_who_handed_in_something_is_there(tmp_path: Path) -> None:
    """Whatever can't be run has no score and a sentence that names it, in both languages."""
    _write(tmp_path, {name: content for name, (content, _) in UNGRADED.items()})
    (tmp_path / "quim").mkdir()
    (tmp_path / "rosa" / "vacía").mkdir(parents=True)
    (tmp_path / "sara").symlink_to(tmp_path / "ana", target_is_directory=True)
    (tmp_path / "teo.ipynb").symlink_to("/dev/zero")
    (tmp_path / "uma").mkdir()
    (tmp_path / "uma" / "tarea.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "vera.ipynb").mkdir()
    found = read_class([tmp_path])
    assert found.others == ()
    words = {name.split("/")[0].split(".")[0]: word for name, (_, word) in UNGRADED.items()}
    words |= {"quim": "empty", "rosa": "empty", "sara": "symbolic link", "teo": "symbolic link"}
    words |= {"uma": "tarea.ipynb", "vera.ipynb": "empty"}
    said = {submission.student: submission for submission in found.submissions}
    assert said.keys() == words.keys()
    for name, word in words.items():
        problem = said[name].problem
        assert problem is not None
        assert said[name].ungraded
        assert word in say(problem, "en"), name
        assert say(problem, "es")


def test_what_is_run_whatever_its_form(tmp_path: Path) -> None:
    """Odd suffixes, zips and folders with a zip are work to grade."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("entrega/tarea.ipynb", book(NET))
    notebook = book(NET).encode()
    files = {"a.ipynb.txt": notebook, "b.ipynb.json": notebook, "C.IPYNB": notebook, "d.json": notebook}
    files |= {"e.zip": packed.getvalue(), "f/entrega.zip": packed.getvalue(), "f/informe.pdf": PDF}
    files |= {"g.ipynb": packed.getvalue(), "h.ipynb (1)": notebook, "i.py.txt": NET.encode()}
    _write(tmp_path, files)
    found = read_class([tmp_path])
    assert [s.problem for s in found.submissions] == [None] * len(found.submissions)
    assert sorted(s.student for s in found.submissions) == ["C", "a", "b", "d", "e", "f", "g", "h.ipynb (1)", "i"]


def test_what_belongs_to_nobody_is_named(tmp_path: Path) -> None:
    """Data, settings and files of the class are no students; neither are caches, which aren't even named."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"))
    named = ["README.md", "LÉEME.txt", "__init__.py", "config.yaml", "data", "datos.tar.gz", "notas 2024.xlsx"]
    named += ["enunciado.pdf", "lista-alumnos.txt", "requirements.txt", "roster.csv", ".oculto.py"]
    _write(tmp_path, dict.fromkeys((name for name in named if name != "data"), b"x"))
    _write(tmp_path, {"data/train.csv": b"1", ".DS_Store": b"", "Thumbs.db": b"", "__pycache__/a.pyc": b""})
    (tmp_path / "datos.tar.gz").write_bytes(packed.getvalue())
    _write(tmp_path, {"ana.py": NET.encode(), "docs/tarea.py": NET.encode()})
    found = read_class([tmp_path])
    assert [s.student for s in found.submissions] == ["ana", "docs"]
    assert sorted(found.others) == sorted(named)


def test_a_path_that_was_asked_for_is_always_somebodys(tmp_path: Path) -> None:
    """A data file named on the command line is told apart from nothing: it is there, and can't be run."""
    (tmp_path / "roster.csv").write_text("1")
    found = read_class([tmp_path / "roster.csv"])
    assert [s.problem and s.problem.key for s in found.submissions] == ["no_notebook"]


def test_names_in_sentences_are_printable(tmp_path: Path) -> None:
    """No escape or newline of a file's name reaches a terminal, and a thousand names fit in one line."""
    _write(tmp_path / "ana", {f"\x1b[31m{number}\n.csv": b"1" for number in range(999)})
    (submission,) = read_class([tmp_path]).submissions
    assert submission.problem is not None
    sentence = say(submission.problem, "en")
    assert sentence.isprintable()
    assert "(+991)" in sentence
    assert len(sentence) < 1000


@pytest.mark.slow
def test_a_class_folder_without_submissions_is_wrong_usage(tmp_path: Path) -> None:
    """The empty folder is named, and so is what lies in it."""
    (tmp_path / "roster.csv").write_text("1")
    done = run_suite("grade", tmp_path, "-a", "stacked_rnn", "--report", tmp_path / "report")
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert "no notebook and no Python file in" in said
    assert "not graded: roster.csv" in said
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize("name", ["nobody.ipynb", "nobody"])
def test_a_path_that_is_not_there(tmp_path: Path, name: str) -> None:
    """It keeps its place, without a score."""
    (submission,) = read_class([tmp_path / name]).submissions
    assert submission.student == "nobody"
    assert submission.ungraded
