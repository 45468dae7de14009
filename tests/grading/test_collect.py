"""Collecting: names, hashes, main files; nothing of a submission runs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from suite.grading.collect import collect
from suite.records import Submission

CODE = "print('ran')"
CELL = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": "'notebook'"}
NOTEBOOK = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [CELL]})


def _one(path: Path) -> Submission:
    (submission,) = collect([path])
    return submission


def _sources(submission: Submission) -> list[str]:
    cells = json.loads(submission.notebook)["cells"]
    return ["".join(cell["source"]) for cell in cells]


def test_students_are_named_by_file_and_folder(tmp_path: Path) -> None:
    """Suffixes go, dots in folder names stay, and equal names are numbered."""
    (tmp_path / "ana.py").write_text(CODE)
    (tmp_path / "ana").mkdir()
    (tmp_path / "ana" / "main.py").write_text(CODE)
    (tmp_path / "j.r. perez").mkdir()
    (tmp_path / "j.r. perez" / "a.py").write_text(CODE)
    assert [s.student for s in collect([tmp_path])] == ["ana", "ana (2)", "j.r. perez"]


def test_caches_hidden_and_loose_files_are_no_submissions(tmp_path: Path) -> None:
    """A class folder may hold a README, a CSV and what editors leave behind."""
    for name in ("README.md", "notas.csv", ".hidden.py"):
        (tmp_path / name).write_text(CODE)
    for name in ("__pycache__", ".ipynb_checkpoints", "__MACOSX"):
        (tmp_path / name).mkdir()
    (tmp_path / "luis.PY").write_text(CODE)
    assert [s.student for s in collect([tmp_path])] == ["luis"]


def test_build_functions_are_called_once(tmp_path: Path) -> None:
    """A module's `build_*` functions are called for it, unless it calls them itself or they need arguments."""
    path = tmp_path / "a.py"
    path.write_text("def build_model(units=3): ...\ndef build_other(n): ...\ndef build_used(): ...\nx = build_used()\n")
    assert _sources(_one(path))[1:] == ["model = build_model()"]


@pytest.mark.parametrize(
    ("files", "main"),
    [
        ({"n.ipynb": NOTEBOOK, "main.py": "'main'"}, "'notebook'"),
        ({"main.py": "'main'", "b.py": "'b'"}, "'main'"),
        ({"a.py": "'a'", "b.py": "def build_model(): ..."}, "def build_model(): ..."),
    ],
)
def test_main_file_of_a_folder(tmp_path: Path, files: dict[str, str], main: str) -> None:
    """A notebook beats modules; without one, main.py or the file that defines `build_model` is run."""
    folder = tmp_path / "ana"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content)
    submission = _one(tmp_path)
    assert _sources(submission)[0] == main
    assert len(submission.files) == len(files)


def test_hash_depends_on_names_and_contents(tmp_path: Path) -> None:
    """Moving a byte from a name to a content changes the hash; saving again doesn't."""
    hashes = set()
    for name, content in (("a.py", "bc"), ("ab.py", "c"), ("a.py", "bc")):
        path = tmp_path / name
        path.write_text(content)
        hashes.add(_one(path).content_hash)
    assert len(hashes) == 2


def test_saved_outputs_are_dropped(tmp_path: Path) -> None:
    """What a notebook says that it printed is no evidence."""
    cell = {
        "cell_type": "code",
        "metadata": {},
        "execution_count": 7,
        "source": [CODE],
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["Total params: 920"]}],
    }
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}))
    assert "920" not in _one(path).notebook


@pytest.mark.parametrize("version", [3, 4])
def test_old_notebook_formats_are_read(tmp_path: Path, version: int) -> None:
    """A version 3 notebook, with worksheets, is upgraded."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "language": "python", "input": CODE}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    new_cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": CODE}
    new = {"nbformat": 4, "nbformat_minor": 0, "metadata": {}, "cells": [new_cell]}
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(old if version == 3 else new))
    assert _sources(_one(path)) == [CODE]


def test_links_and_devices_are_not_followed(tmp_path: Path) -> None:
    """A link out of the folder isn't read; a fifo in place of a file is an error at once, not a hang."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    folder = tmp_path / "ana"
    folder.mkdir()
    (folder / "main.py").write_text(CODE)
    (folder / "stolen.txt").symlink_to(secret)
    assert [file.path for file in _one_in(tmp_path, "ana").files] == ["main.py"]
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "link.py").symlink_to(secret)
    for name, key in (("pipe", "no_regular_file"), ("link", "link")):
        submission = _one_in(tmp_path, name)
        assert submission.problem is not None
        assert submission.problem.key == key
        assert submission.ungraded


def _one_in(folder: Path, name: str) -> Submission:
    return next(s for s in collect([folder]) if s.student == name)
