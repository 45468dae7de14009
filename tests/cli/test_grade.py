"""`suite grade`: who may write into a report's folder, who joins a class, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from suite.report.folder import hold
from tests.conftest import ROOT, grade, write_notebook

MakeNotebook = Callable[..., Path]
SENTENCE = "run the same command again: it goes on from what it has stored, if anything"


@pytest.mark.slow
def test_a_folder_in_use_is_refused(tmp_path: Path, notebook: MakeNotebook) -> None:
    """Before anything runs, with the name of the command that has it."""
    with hold(tmp_path / "report"):
        graded = grade(tmp_path / "report", notebook("ana.ipynb", "1"))
    said = " ".join(graded.stderr.split())
    assert graded.code == 2
    assert f"is in use by another command: process {os.getpid()} on {os.uname().nodename}, since 20" in said


@pytest.mark.slow
def test_others_files_are_refused_before_anything_runs(tmp_path: Path, notebook: MakeNotebook) -> None:
    """With the way out."""
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "grades.csv").write_text("mine")
    graded = grade(tmp_path / "report", notebook("ana.ipynb", "1"))
    assert graded.code == 2
    assert "grades.csv" in graded.stderr
    assert "--force" in graded.stderr
    assert (tmp_path / "report" / "grades.csv").read_text() == "mine"
    assert not list((tmp_path / "report" / "evidence").iterdir())


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(
    tmp_path: Path, notebook: MakeNotebook
) -> None:
    """The path is named."""
    (tmp_path / "file").touch()
    graded = grade(tmp_path / "file" / "report", notebook("ana.ipynb", "1"))
    assert graded.code == 2
    assert "file/report; name another path" in "".join(graded.stderr.split("\n"))


@pytest.mark.slow
def test_a_late_one_joins_and_damaged_evidence_is_made_again(tmp_path: Path, notebook: MakeNotebook) -> None:
    """The class is whole afterwards."""
    (tmp_path / "class").mkdir()
    for name in ("ana", "luis"):
        write_notebook(tmp_path / "class" / f"{name}.ipynb", [f"print({name!r})"])
    first = grade(tmp_path / "report", tmp_path / "class")
    ana, luis = (tmp_path / "report" / first.results[name]["evidence"]["file"] for name in ("ana", "luis"))
    luis.write_bytes(ana.read_bytes())
    late = grade(tmp_path / "report", notebook("late.ipynb", "print('late')"))
    said = " ".join(late.stderr.split())
    assert late.code == 0
    assert list(late.results) == ["ana", "late", "luis"]
    assert "luis is run again too" in said
    assert {name: late.results[name]["verdicts"] for name in first.results} == {
        name: result["verdicts"] for name, result in first.results.items()
    }
    luis.write_bytes(b"")
    again = grade(tmp_path / "report", tmp_path / "class")
    assert "1 (luis), as their stored evidence can't be read" in " ".join(again.stderr.split())
    assert again.results == late.results | {"luis": again.results["luis"]}


@pytest.mark.slow
def test_a_full_disk_ends_the_class_and_a_rerun_goes_on(tiny: Path, tmp_path: Path) -> None:
    """The path is named; what was stored by then is kept, and what had no room is run again."""
    (tmp_path / "class").mkdir()
    write_notebook(tmp_path / "class" / "a.ipynb", ["print('small')"])
    write_notebook(tmp_path / "class" / "b.ipynb", [f"print({number}, 'x' * 50_000)" for number in range(20)])
    report = tiny / "report"
    full = grade(report, tmp_path / "class", "-j", "1")
    said = "".join(full.stderr.split("\n"))
    assert full.code == 3
    assert f"{report}/evidence/" in said
    assert "can't be written: No space left on device; make room there and run the same command again" in said
    assert "Traceback" not in said
    subprocess.run(["mount", "-o", "remount,size=16m", str(tiny)], check=True)
    again = grade(report, tmp_path / "class")
    assert again.code == 0
    assert set(again.results) == {"a", "b"}
    assert "1 of 2 judged from stored evidence" in again.stderr


@pytest.mark.slow
def test_a_signal_keeps_what_is_done(tmp_path: Path) -> None:
    """One sentence, the signal's exit code, no traceback; the next run goes on."""
    (tmp_path / "class").mkdir()
    write_notebook(tmp_path / "class" / "a.ipynb", ["print(1)"])
    write_notebook(tmp_path / "class" / "b.ipynb", ["import time; time.sleep(6)"])
    words = ["grade", tmp_path / "class", "-a", "stacked_rnn", "--report", tmp_path / "report", "-j", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "suite", *map(str, words)], stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as grader:
        assert grader.stderr is not None
        while not (line := grader.stderr.readline()).startswith("[1/2]"):
            assert line, "ended before its first result"
        grader.send_signal(signal.SIGTERM)
        assert grader.stderr.read() == f"stopped by SIGTERM; {SENTENCE}\n"
        assert grader.wait() == 128 + signal.SIGTERM
    again = grade(tmp_path / "report", tmp_path / "class")
    assert again.code == 0
    assert "1 of 2 judged from stored evidence" in again.stderr
    assert "ended before its time" in " ".join(again.stderr.split())
