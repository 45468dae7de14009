"""An assignment with variants, from the class list to the marks: each student is judged by the own one."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, Graded, grade, run_suite, write_notebook

# tests/assignments/test_variants.py has the like in less
pytestmark = [pytest.mark.slow, pytest.mark.nightly]
TOML = """
title = "Networks of several sizes"
runtime = "torch"

[variants.values]
units = [3, 5, 7]
seed = { low = 1, high = 999 }

[[tasks]]
id = "net"
accepts = ["net_{units}"]
probes = [{ inputs = [{ shape = [4] }] }]
"""
REFERENCE = """
from torch import nn

def build_net(units):
    return nn.Sequential(nn.Linear(4, units), nn.Tanh(), nn.Linear(units, 2))
"""
HANDOUT = (
    "import torch\nunits = 3\nseed = 1\ntorch.manual_seed(seed)",
    "net = torch.nn.Sequential(torch.nn.Linear(4, units), torch.nn.Tanh(), torch.nn.Linear(units, 2))",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assignment, frozen, and a notebook for each of six students."""
    folder = tmp_path_factory.mktemp("variants")
    (folder / "nets").mkdir()
    (folder / "nets" / "assignment.toml").write_text(TOML, "utf-8")
    (folder / "nets" / "model_torch.py").write_text(REFERENCE, "utf-8")
    done = run_suite("freeze", "nets", "--assignments", folder)
    assert done.returncode == 0, done.stderr
    write_notebook(folder / "work.ipynb", HANDOUT)
    lines = [f"{number}X,Student {letter},{letter}@x.es,5" for number, letter in enumerate("ABCDEF", 10)]
    (folder / "class.csv").write_text("\n".join(["NIA,Full name,Email,Mark", *lines]), "utf-8")
    given = "--roster", folder / "class.csv", "--out", folder / "notebooks"
    done = run_suite("variants", folder / "work.ipynb", "-a", "nets", "--assignments", folder, *given)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def units(folder: Path) -> dict[str, str]:
    """Who has how many units, by the table."""
    with (folder / "notebooks" / "variants.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {line["name"]: line["units"] for line in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def graded(folder: Path, units: dict[str, str]) -> Graded:
    """Who has the first student's units and who hasn't, both with the first one's notebook; and a stranger."""
    handed_in, first = folder / "class", folder / "notebooks" / "10x" / "work.ipynb"
    handed_in.mkdir()
    shutil.copy(first, handed_in / "Student A.ipynb")
    shutil.copy(first, handed_in / f"{_other(units)}.ipynb")
    shutil.copy(first, handed_in / "stranger.ipynb")
    return grade(
        folder / "report", handed_in, "--assignments", folder, "--roster", folder / "class.csv", assignment="nets"
    )


def _other(units: dict[str, str]) -> str:
    return next(name for name, value in units.items() if value != units["Student A"])


def test_the_references_of_all_variants_are_recorded(folder: Path) -> None:
    """Each as an own model."""
    expected = json.loads((folder / "nets" / "expected.json").read_text("utf-8"))
    assert sorted(expected["models"]) == ["net_3", "net_5", "net_7"]
    assert expected["models"]["net_5"]["torch"]["parameters"] == 4 * 5 + 5 + 5 * 2 + 2


def test_the_own_notebook_earns_everything(graded: Graded, units: dict[str, str]) -> None:
    """And the page says which variant it is."""
    result = graded.results["Student A"]
    assert result["score"] == result["max_score"]
    said = f"This student's variant: units = {units['Student A']}, seed = "
    assert any(note.startswith(said) for note in result["notes"])


def test_somebody_elses_notebook_does_not(graded: Graded, units: dict[str, str]) -> None:
    """It is judged by the own variant, and the difference is said."""
    result = graded.results[_other(units)]
    assert result["score"] < result["max_score"]
    assert any("The notebook sets" in note and f"units = {units['Student A']}" in note for note in result["notes"])


def test_a_stranger_has_no_score(graded: Graded) -> None:
    """With a sentence that says what to do."""
    result = graded.results["stranger"]
    assert result["score"] is None
    assert result["summary"]["key"] == "variant_unknown"
    assert graded.code == 3


@pytest.fixture(scope="module")
def autograder(folder: Path) -> Path:
    """The container of Gradescope's documentation, with what is installed here, as nothing is downloaded."""
    root, packed = folder / "autograder", folder / "autograder.zip"
    given = "--for", "gradescope", "--roster", folder / "class.csv", "--out", packed
    done = run_suite("package", folder / "nets", *given)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(root / "source")
        assert "Mark" not in archive.read("roster.csv").decode()
    python = root / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return root


def _run_autograder(root: Path, work: Path, *users: dict[str, object]) -> subprocess.CompletedProcess[str]:
    shutil.rmtree(root / "results", ignore_errors=True)
    (root / "submission").mkdir(exist_ok=True)
    shutil.copy(work, root / "submission" / "work.ipynb")
    told = {"id": 123456, "users": list(users), "previous_submissions": [{"score": 0.0}]}
    (root / "submission_metadata.json").write_text(json.dumps(told), "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        ["bash", root / "source" / "run_autograder"],
        cwd=root,
        env=environment | {"SUITE_AUTOGRADER": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("user", [{"sid": "10x", "email": "other@x.es"}, {"email": "A@x.es"}, {"name": "A, Student"}])
def test_gradescope_says_whose_it_is(folder: Path, autograder: Path, user: dict[str, object]) -> None:
    """By number, address or name, each as the class list has it; nobody else on the list is called missing."""
    work = folder / "notebooks" / "10x" / "work.ipynb"
    done = _run_autograder(autograder, work, {"id": 11, "name": "Anne", **user})
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads((autograder / "results" / "results.json").read_text("utf-8"))
    assert document["score"] == document["extra_data"]["max_score"]
    assert "Student B" not in done.stdout + done.stderr


def test_gradescope_gives_a_stranger_no_results(folder: Path, autograder: Path) -> None:
    """Its own number of a user is nobody's on the list; the sentence says what was seen and what to do."""
    work = folder / "notebooks" / "10x" / "work.ipynb"
    done = _run_autograder(autograder, work, {"id": 10, "sid": "99Z", "email": "z@x.es", "name": "Zoe"})
    assert done.returncode == 1
    assert list((autograder / "results").iterdir()) == []
    said = " ".join((done.stdout + done.stderr).split())
    assert "99Z, Zoe, z@x.es" in said
    assert "--roster" in said


def test_pytest_is_told_whose_it_is(folder: Path, units: dict[str, str]) -> None:
    """In a student's own repository, by the command or its settings, with a class list or without one."""
    repository = folder / "repository"
    (repository / ".git").mkdir(parents=True)
    shutil.copy(folder / "notebooks" / "10x" / "work.ipynb", repository)
    roster = "--suite-roster", str(folder / "class.csv")
    code, output = _pytest(folder, repository)
    assert (code, "--suite-student" in output, "repository" in output) == (1, True, True)
    code, output = _pytest(folder, repository, "--suite-student", "10X", "-k", "runs or shapes")
    assert code == 0, output
    (repository / "pytest.ini").write_text("[pytest]\nsuite_student = 10x\n")
    code, output = _pytest(folder, repository, *roster, "-k", "runs or shapes")
    assert code == 0, output
    other = next(f"{number}x" for number, letter in enumerate("ABCDEF", 10) if f"Student {letter}" == _other(units))
    code, output = _pytest(folder, repository, "--suite-student", other, "-k", "runs or shapes")
    assert (code, "1 failed, 1 passed" in output) == (1, True), output
    code, output = _pytest(folder, repository, *roster, "--suite-student", "99z")
    assert (code, "'99z' is nobody on the class list" in output, "grader.py" in output) == (2, True, False), output


def test_pytest_finds_a_class_on_its_list(folder: Path, graded: Graded) -> None:
    """By the names of what was handed in; who is missing and who is a stranger is said, also by workers."""
    assert graded.code == 3
    roster = "--suite-roster", "class.csv"
    code, output = _pytest(folder, folder / "class", *roster, "-k", "shapes", "-p", "xdist", "-n", "2")
    assert code == 1
    assert "2 failed, 1 passed" in output, output
    assert output.count("Student C") == output.count("by nobody on the class list") == 1
    code, output = _pytest(folder, folder / "class", "--suite-student", "10X")
    assert (code, "seen 3 in" in output) == (2, True), output


def _pytest(folder: Path, *arguments: str | Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "suite.testing.plugin", "--suite-assignment", "nets"]
    environment = {name: value for name, value in os.environ.items() if name != "TOX_ENV_DIR"}  # it moves the cache
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [*command, "--suite-assignments", folder, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment | {"PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return done.returncode, done.stdout + done.stderr


def test_judging_again_gives_the_same(folder: Path, graded: Graded) -> None:
    """The report keeps by what a student was found on the list."""
    before = {name: result["score"] for name, result in graded.results.items()}
    done = run_suite("report", folder / "report", "--assignments", folder)
    assert done.returncode in {0, 3}, done.stderr
    assert {name: result["score"] for name, result in graded.results.items()} == before
