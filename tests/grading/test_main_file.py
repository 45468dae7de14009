"""Which of several files is run: one rule for folders, zips and single files."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from suite.grading.contents import RefusedError
from suite.grading.main_file import choose_main, find_candidates
from suite.grading.notebook_file import find_kind
from suite.grading.one_submission import read_submission
from suite.records import SourceFile, Submission

NET = "from torch import nn\nclass Red(nn.Module): ...\nmodel = Red()\n"
PLOT = "import matplotlib.pyplot as plt\n"


def book(source: str) -> str:
    """A notebook of one cell."""
    cell = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": [source]}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]})


LAYOUTS = {
    "a README beside src": ({"README.md": "# Tarea", "src/tarea.py": NET}, "src/tarea.py"),
    "data beside it": ({"datos/a.csv": "1", "notas.txt": "x", "trabajo/tarea.ipynb": book(NET)}, "trabajo/tarea.ipynb"),
    "shallow over deep": ({"tarea.py": NET, "viejo/tarea.py": NET + "1"}, "tarea.py"),
    "notebook over script": ({"src/a.py": NET, "src/a.ipynb": book(NET)}, "src/a.ipynb"),
    "preferred name": ({"src/main.py": NET, "src/otro.py": NET + "1"}, "src/main.py"),
    "main before model": ({"main.py": NET, "model.py": NET + "1"}, "main.py"),
    "a notebook called main": ({"main.ipynb": book(NET), "pruebas.ipynb": book(NET + "1")}, "main.ipynb"),
    "a module beside it": ({"src/tarea.py": "import redes\n" + PLOT, "src/redes.py": NET}, "src/tarea.py"),
    "a module in a package": (
        {"tarea.py": "from red.capas import Red", "red/capas.py": NET, "red/__init__.py": ""},
        "tarea.py",
    ),
    "a helper above it": ({"utils.py": PLOT, "cuadernos/tarea.ipynb": book(NET)}, "cuadernos/tarea.ipynb"),
    "a helper that it imports": (
        {"utils.py": NET, "cuadernos/t.ipynb": book("from utils import Red")},
        "cuadernos/t.ipynb",
    ),
    "the notebook that makes models": ({"eda.ipynb": book(PLOT), "red.ipynb": book(NET)}, "red.ipynb"),
    "the script that makes models": ({"informe.ipynb": book("print(1)"), "red.py": NET}, "red.py"),
    "a notebook that runs another": ({"a.ipynb": book("%run b.ipynb"), "b.ipynb": book(NET)}, "a.ipynb"),
    "tests and setup": ({"setup.py": NET, "test_red.py": NET + "1", "src/red.py": NET + "2"}, "src/red.py"),
    "build functions": ({"a.py": NET, "b.py": "def build_model(): ..."}, "b.py"),
    "the same file twice": ({"tarea.ipynb": book(NET), "tarea (1).ipynb": book(NET)}, "tarea.ipynb"),
    "a broken upload beside it": ({"tarea.ipynb": "", "tarea (1).ipynb": book(NET)}, "tarea (1).ipynb"),
    "checkpoints": ({"a/.ipynb_checkpoints/t.ipynb": book(NET), "a/t.ipynb": book(NET + "1")}, "a/t.ipynb"),
    "caches": ({"__pycache__/x.py": NET, "__MACOSX/._t.ipynb": "?", "a/t.py": "1"}, "a/t.py"),
    "environments": ({"venv/pyvenv.cfg": "", "venv/lib/python3/x.py": NET, "a/b/t.py": "1"}, "a/b/t.py"),
    "packages": ({"lib/site-packages/x.py": NET, "node_modules/a.py": NET, "a/t.py": "1"}, "a/t.py"),
    "capitals": ({"TAREA.IPYNB": book(NET)}, "TAREA.IPYNB"),
    "ipynb.txt": ({"tarea.ipynb.txt": book(NET), "b.txt": ""}, "tarea.ipynb.txt"),
    "ipynb.json": ({"tarea.ipynb.json": book(NET), "config.json": "{}"}, "tarea.ipynb.json"),
    "json alone": ({"tarea.json": book(NET)}, "tarea.json"),
    "a notebook called py": ({"tarea.py": book(NET)}, "tarea.py"),
    "py.txt": ({"tarea.py.txt": NET, "LEEME.txt": "x"}, "tarea.py.txt"),
    "its own suffix first": ({"tarea.ipynb.txt": book(NET), "tarea.ipynb": book(NET + "1")}, "tarea.ipynb"),
}


def _write(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


def _zip(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("kind", ["folder", "zip", "zip in a folder"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_file_to_run_is_found(tmp_path: Path, layout: str, kind: str) -> None:
    """Wherever it lies and whatever lies beside it, in a folder as in a zip."""
    files, main = LAYOUTS[layout]
    if kind == "folder":
        path = _write(tmp_path / "ana", files)
    elif kind == "zip":
        path = _zip(tmp_path / "ana.zip", files)
    else:
        (tmp_path / "ana").mkdir()
        path = _zip(tmp_path / "ana" / "entrega.zip", files).parent
    submission = read_submission(path)
    assert submission.problem is None
    assert (submission.student, submission.main) == ("ana", main)
    assert "cells" in json.loads(submission.notebook)


def _problem(submission: Submission) -> tuple[str, dict[str, str | int | float]]:
    assert submission.problem is not None
    assert submission.ungraded
    return submission.problem.key, submission.problem.values


@pytest.mark.parametrize(
    "files",
    [
        {"a.ipynb": book(NET), "b.ipynb": book(NET + "1")},
        {"src/a.py": NET, "src/b.py": NET + "1"},
        {"Tarea.ipynb": book(NET), "tarea.ipynb": book(NET + "1")},
        {"p1/t.ipynb": book(NET), "p2/t.ipynb": book(NET + "1")},
        {"a.ipynb": "{}", "b.ipynb": "{}"},
    ],
)
def test_what_is_ambiguous_is_not_graded(tmp_path: Path, files: dict[str, str]) -> None:
    """Two files of equal claim are both named, and there is no score."""
    key, values = _problem(read_submission(_zip(tmp_path / "ana.zip", files)))
    assert key == "ambiguous_main"
    assert values["files"] == ", ".join(sorted(files))


@pytest.mark.parametrize(
    ("pattern", "main"),
    [
        ("practica*.ipynb", "Practica3.ipynb"),
        ("PRACTICA3.IPYNB", "Practica3.ipynb"),
        ("otro.ipynb", "otro.ipynb"),
        ("src/*.py", "src/a.py"),
        ("./src/a.py", "src/a.py"),
        ("a.py", "a.py"),
        ("*.py", "a.py"),
        ("práctica4*", "pra\u0301ctica4.ipynb.txt"),
    ],
)
def test_a_glob_names_the_file(tmp_path: Path, pattern: str, main: str) -> None:
    """It is matched on name or path in whatever case; of several that fit, the rule chooses."""
    names = ("Practica3.ipynb", "otro.ipynb", "pra\u0301ctica4.ipynb.txt", "practicas/x.ipynb")
    files = {name: book(f"{NET}'{name}'") for name in names} | {"src/a.py": NET, "a.py": NET + "1"}
    assert read_submission(_write(tmp_path / "ana", files), pattern).main == main


@pytest.mark.parametrize("pattern", ["practica*.ipynb", "/", ".", "[", "../*"])
def test_a_glob_that_nothing_fits(tmp_path: Path, pattern: str) -> None:
    """What was expected and what is there are said, and there is no score."""
    key, values = _problem(read_submission(_write(tmp_path / "ana", {"tarea.ipynb": book(NET), "a.py": NET}), pattern))
    assert key == "main_not_there"
    assert values == {"pattern": pattern, "files": "a.py, tarea.ipynb"}


def test_a_single_file_needs_no_glob(tmp_path: Path) -> None:
    """A loose file's name is its student's."""
    (tmp_path / "ana.ipynb").write_text(book(NET))
    assert read_submission(tmp_path / "ana.ipynb", "practica*.ipynb").main == "ana.ipynb"


def test_kinds_by_content() -> None:
    """A zip called .ipynb is a zip, a spreadsheet isn't, and JSON that isn't a notebook is data."""
    cases = {
        ("a.ipynb", b"PK\x03\x04"): "zip",
        ("a.ZIP", b""): "zip",
        ("a.xlsx", b"PK\x03\x04"): "other",
        ("a.ipynb", b"Rar!\x1a"): "archive",
        ("a.tar.gz", b""): "tar",
        ("a.tar.xz", b""): "archive",
        ("a.ipynb.gz", b""): "archive",
        ("train.gz", b""): "other",
        ("a.json", b'{"nbformat": "4", "cells": []}'): "other",
        ("a.json", b'{"a": "\\"nbformat\\""}'): "other",
        ("a.json", b'{"nbformat": ' + b"[" * 100_000): "other",
        ("a", b'\xef\xbb\xbf {"nbformat": 3, "worksheets": []}'): "notebook",
    }
    for (path, content), kind in cases.items():
        assert find_kind(SourceFile(path=path, content=content)) == kind, path


def test_thousands_of_scripts_that_import_each_other() -> None:
    """A crowd is sorted in no time, and a few of it are named."""
    lines = "".join(f"import m{other}\n" for other in range(300)).encode()
    files = [SourceFile(path=f"m{number}.py", content=lines) for number in range(200)]
    with pytest.raises(RefusedError) as refused:
        choose_main(find_candidates(files), "")
    assert str(refused.value.problem.values["files"]).endswith("m7.py, … (+192)")


@pytest.mark.parametrize("content", ["{", "[" * 100_000, '{"cells": [3]}', '{"cells": 3}', '{"worksheets": {}}'])
def test_broken_notebooks_beside_a_good_one(tmp_path: Path, content: str) -> None:
    """They are candidates like any other, which make no models."""
    files = {"a.ipynb": content, "b.ipynb": book(NET)}
    assert read_submission(_write(tmp_path / "ana", files)).main == "b.ipynb"
