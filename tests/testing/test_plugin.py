"""The pytest plugin: each check of a submission is an item, and nothing of a submission is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import ROOT, write_notebook

CHECKS = ["runs", "shapes", "parameters", "function", "accuracy"]
EVIL = "import pathlib\npathlib.Path(__file__).with_name('imported').touch()\n"


def _pytest(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "suite.testing.plugin", "--suite-assignment", "stacked_rnn"]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {name: value for name, value in os.environ.items() if name != "TOX_ENV_DIR"}  # it moves the cache
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
        env=environment | {"PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return done.returncode, done.stdout + done.stderr


def _items(output: str) -> list[str]:
    return [line for line in output.splitlines() if "::" in line]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A class beside settings of pytest's."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "class" / "Ana Gil_7_assignsubmission_file_").mkdir(parents=True)
    write_notebook(tmp_path / "class" / "Ana Gil_7_assignsubmission_file_" / "tarea.ipynb", ["print(1)"])
    return tmp_path


@pytest.mark.slow
def test_each_check_is_an_item(folder: Path) -> None:
    """Students have the names that they have in a report; -k chooses."""
    code, output = _pytest(folder, "class", "--collect-only", "-q")
    assert (code, _items(output)) == (0, [f"class::Ana Gil::{check}" for check in CHECKS])
    code, output = _pytest(folder, "class", "-k", "Ana and shapes", "--collect-only", "-q")
    assert (code, _items(output)) == (0, ["class::Ana Gil::shapes"])
    code, output = _pytest(folder, "class", "--collect-only", "-q", "-k", "runs or shapes")
    assert _items(output) == ["class::Ana Gil::runs", "class::Ana Gil::shapes"]


@pytest.mark.slow
def test_nothing_of_a_submission_is_imported(folder: Path) -> None:
    """No conftest, no tests; settings among them are refused; a file that is named is a submission, too."""
    for name in ("conftest.py", "test_evil.py", "Ana Gil_7_assignsubmission_file_/conftest.py"):
        (folder / "class" / name).write_text(EVIL)
    _, output = _pytest(folder, "class", "--collect-only", "-q")
    assert "::runs" in output
    code, output = _pytest(folder, "class/test_evil.py", "--collect-only", "-q")
    assert (code, _items(output)) == (0, [f"class/test_evil.py::test_evil::{check}" for check in CHECKS])
    assert not list(folder.rglob("imported"))
    (folder / "class" / "pytest.ini").write_text("[pytest]\naddopts = -p test_evil\npythonpath = .\n")
    code, output = _pytest(folder, "class", "--collect-only", "-q")
    assert code == 4  # pytest itself has imported the plugin by then (docs/lms.md)
    (folder / "class" / "pytest.ini").write_text("[pytest]\n")
    code, output = _pytest(folder, "class", "--collect-only", "-q")
    assert code == 4
    assert "lies among the submissions" in output


@pytest.mark.nightly
@pytest.mark.slow
def test_a_repository_is_one_submission(folder: Path) -> None:
    """As a student's CI checks it out; otherwise --suite-one says so."""
    (folder / "repo" / ".git").mkdir(parents=True)
    (folder / "repo" / "src").mkdir()
    write_notebook(folder / "repo" / "src" / "tarea.ipynb", ["print(1)"])
    code, output = _pytest(folder / "repo", ".", "--collect-only", "-q")
    assert code == 0
    assert [item.rpartition("::")[2] for item in _items(output)] == CHECKS
    assert "repo" in _items(output)[0]
    (folder / "repo" / ".git").rmdir()
    code, output = _pytest(folder, "repo", "--suite-one", "--collect-only", "-q")
    assert _items(output)[0] == "repo::repo::runs"


@pytest.mark.slow
def test_wrong_usage(folder: Path) -> None:
    """In one line, with what is known."""
    code, output = _pytest(folder, "class", "--suite-assignments", str(folder))
    assert code != 0
    assert "holds no assignment: expected stacked_rnn/assignment.toml there" in output
    assert "grader.py" not in output


@pytest.mark.nightly
@pytest.mark.slow
def test_it_speaks_the_language_that_is_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its option, else by the locale: what is refused is said in Spanish, too."""
    monkeypatch.setenv("LC_ALL", "es_CO.UTF-8")
    _, output = _pytest(folder, "class", "--suite-assignments", str(folder))
    assert "no hay ninguna práctica: se esperaba ahí stacked_rnn" in output
    (folder / "class" / "pytest.ini").write_text("[pytest]\n")
    _, output = _pytest(folder, "class", "--collect-only", "-q")
    assert "está entre las entregas" in output
    _, output = _pytest(folder, "class", "--collect-only", "-q", "--suite-lang", "en")
    assert "lies among the submissions" in output


@pytest.mark.slow
def test_verdicts_are_failures(folder: Path) -> None:
    """The text is the verdict, without a traceback; JUnit has the points; two workers grade it once."""
    (folder / "class" / "luis.pdf").write_text("x")
    code, output = _pytest(folder, "class", "-p", "xdist", "-n", "2", "--junitxml", "junit.xml")
    assert code == 1
    assert "Traceback" not in output
    assert "class::Ana Gil: 2 / 18" in output
    assert "luis.pdf is no notebook" in output
    root = ET.parse(folder / "junit.xml").getroot()
    cases = {(case.get("classname"), case.get("name")): case for case in root.iter("testcase")}
    assert len(cases) == 2 * len(CHECKS)
    (runs,) = (case for (owner, name), case in cases.items() if "Ana" in str(owner) + str(name) and "runs" in str(name))
    points = {each.get("name"): each.get("value") for each in runs.iter("property")}
    assert points == {"points": "2.0", "max_points": "2.0"}
    evidence = list((folder / ".pytest_cache").rglob("evidence/*.json"))
    assert len(evidence) == 1


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "two workers"])
def test_the_first_failure_ends_a_repositorys_run(folder: Path, workers: tuple[str, ...]) -> None:
    """As a student's CI has it with -x, also among the checks that -k chooses; JUnit has what was judged."""
    (folder / "repo" / ".git").mkdir(parents=True)
    write_notebook(folder / "repo" / "tarea.ipynb", ["print(1)"])
    given = ".", "-x", "-k", "runs or shapes or parameters", "--junitxml", "junit.xml"
    code, output = _pytest(folder / "repo", *given, *workers)
    assert code in {1, 2}  # pytest-xdist says that it was interrupted
    cases = list(ET.parse(folder / "repo" / "junit.xml").getroot().iter("testcase"))
    assert 2 <= len(cases) <= 3
    failed = [case.get("name") for case in cases if case.find("failure") is not None]
    assert "shapes" in " ".join(map(str, failed)) or "parameters" in " ".join(map(str, failed))
    assert workers or len(failed) == 1
    assert "Traceback" not in output
