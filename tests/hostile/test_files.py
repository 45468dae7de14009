"""Files that attack whoever reads them: links, devices, archives, names, sizes and JSON bombs."""

from __future__ import annotations

import contextlib
import os
import socket
import zipfile
from pathlib import Path

import pytest

from suite.grading.collect import collect
from suite.records import Submission
from suite.sandbox.run_folders import open_run_folders
from tests.sandbox.conftest import as_notebook

CODE = "print('ran')"
NOTEBOOK = as_notebook(CODE)


def _one(path: Path) -> Submission:
    (submission,) = collect([path])
    return submission


def test_device_files_are_not_read(tmp_path: Path) -> None:
    """A device or a socket in place of a file is left out of a folder, and never read to its endless end."""
    folder = tmp_path / "ana"
    folder.mkdir()
    (folder / "main.py").write_text(CODE)
    (folder / "zero.py").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.csv")
    (folder / "home").symlink_to(Path.home(), target_is_directory=True)
    with socket.socket(socket.AF_UNIX) as listener, contextlib.chdir(folder):
        listener.bind("door")  # by a short name: a socket's path has at most 107 bytes
        assert [file.path for file in _one(tmp_path).files] == ["main.py"]


def test_file_replaced_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that was opened is the one that is read, whatever its name leads to by then."""
    path, secret = tmp_path / "ana.py", tmp_path / "secret.txt"
    path.write_text(CODE)
    secret.write_text("secret")
    real = os.fdopen

    def swap(descriptor: int, mode: str) -> object:
        path.unlink()
        path.symlink_to(secret)
        return real(descriptor, mode)

    monkeypatch.setattr(os, "fdopen", swap)
    assert [file.content for file in _one(path).files] == [CODE.encode()]


def test_archives_are_files_like_any_other(tmp_path: Path) -> None:
    """A zip bomb stays as small as it is, and paths that lead out of an archive lead nowhere: nothing is unpacked."""
    folder = tmp_path / "ana"
    folder.mkdir()
    (folder / "main.py").write_text(CODE)
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../outside.py", CODE)
        archive.writestr("/absolute.py", CODE)
        archive.writestr("zeros", bytes(50_000_000))
    assert [file.path for file in _one(tmp_path).files] == ["bomb.zip", "main.py"]
    assert sum(len(file.content) for file in _one(tmp_path).files) < 100_000
    assert [path.name for path in tmp_path.rglob("*.py")] == ["main.py"]


def test_hard_links_are_what_they_hold(tmp_path: Path) -> None:
    """A hard link is a file, read once for each name, and what it is linked to stays as it is."""
    folder = tmp_path / "ana"
    folder.mkdir()
    (folder / "main.py").write_text(CODE)
    (folder / "again.txt").hardlink_to(folder / "main.py")
    assert {file.path: file.content for file in _one(tmp_path).files} == dict.fromkeys(
        ("again.txt", "main.py"), CODE.encode()
    )


@pytest.mark.parametrize(
    "name",
    ["a\nb.py", "\x1b]0;t\x07.py", "\u202eyp.txt", "..py", "...", "a\\..\\b.py", "C:x.py", "~.py", "n" * 255, "-rf"],
)
def test_any_name_of_a_file_is_kept(tmp_path: Path, name: str) -> None:
    """Newlines, escapes, other systems' separators and the longest name are laid down as they were handed in."""
    folder = tmp_path / "ana"
    (folder / "own").mkdir(parents=True)
    (folder / "main.py").write_text(CODE)
    (folder / "own" / name).write_text("kept")
    submission = _one(tmp_path)
    with open_run_folders(submission.files, (), tmp_path, ()) as folders:
        base = folders.submission
        laid = {path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file()}
        assert laid == {"main.py"} | ({f"own/{name}"} if not name.startswith(".") else set())


def test_names_that_differ_in_case_are_two(tmp_path: Path) -> None:
    """Files and submissions whose names differ in case alone don't replace each other."""
    for name in ("Ana.py", "ana.py"):
        (tmp_path / name).write_text(f"'{name}'")
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system doesn't tell them apart")
    found = {s.student: s.files[0].content for s in collect([tmp_path])}
    assert found == {"Ana": b"'Ana.py'", "ana": b"'ana.py'"}


def test_name_that_is_not_utf8_in_a_folder(tmp_path: Path) -> None:
    """A file beside the main one may have a name of bytes: it arrives under the same bytes."""
    folder = tmp_path / "ana"
    folder.mkdir()
    (folder / "main.py").write_text(CODE)
    (folder / os.fsdecode(b"mu\xf1oz.csv")).write_text("1")
    with open_run_folders(_one(tmp_path).files, (), tmp_path, ()) as folders:
        assert {os.fsencode(path.name) for path in folders.submission.iterdir()} == {b"main.py", b"mu\xf1oz.csv"}


@pytest.mark.parametrize(("setting", "value"), [("MAX_BYTES", 10), ("MAX_FILES", 1)])
def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: int) -> None:
    """A dataset or a virtual environment handed in by mistake isn't read to its end."""
    folder = tmp_path / "ana"
    folder.mkdir()
    (folder / "main.py").write_text(CODE)
    (folder / "data.csv").write_text("1" * 20)
    monkeypatch.setattr(f"suite.grading.contents.{setting}", value)
    problem = _one(tmp_path).problem
    assert problem is not None
    assert problem.key == "too_much"


@pytest.mark.parametrize(
    "content",
    [
        "[" * 200_000,
        '{"nbformat": ' + "9" * 10_000 + "}",
        '{"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": ' + "[" * 500 + "]" * 500 + "}",
        NOTEBOOK.replace('"source": "', '"source": "\\ud800'),
        "\x00" * 100,
    ],
    ids=["nested", "huge number", "nested cells", "surrogate", "zeros"],
)
def test_json_bombs_are_notebooks_that_are_not_valid(tmp_path: Path, content: str) -> None:
    """JSON that overflows a parser costs its own submission only, and says so or is read as well as it goes."""
    path = tmp_path / "a.ipynb"
    path.write_text(content)
    submission = _one(path)
    assert submission.problem is None or submission.problem.key == "not_a_notebook"
    submission.notebook.encode()
