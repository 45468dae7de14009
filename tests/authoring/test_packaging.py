"""The autograder that a platform installs and runs by itself."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import jsonschema
import pytest

from suite import assignments, plugins
from suite.authoring import packaging
from suite.authoring.packaging import package_gradescope, requirements
from tests.conftest import ROOT, run_suite
from tests.exporting.test_exports import GRADESCOPE

VARIANTS = """
title = "Networks"
runtime = "torch"
variants.values = { units = [3, 5] }
tasks = [{ id = "net", accepts = ["net_{units}"], probes = [{ inputs = [{ shape = [4] }] }] }]
"""
REFERENCE = ROOT / "reference" / "stacked_rnn"


def _unpack(path: Path, target: Path) -> None:
    """As Gradescope does, with the modes of files."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(target)
        for entry in archive.infolist():
            (target / entry.filename).chmod(stat.S_IMODE(entry.external_attr >> 16))


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    """The scripts lie at the top and can be run; another zip isn't overwritten; a folder must hold an assignment."""
    done = run_suite("package", REFERENCE, "--for", "gradescope", "--out", tmp_path / "a.zip", "--lang", "es")
    assert done.returncode == 0, done.stderr
    _unpack(tmp_path / "a.zip", tmp_path / "source")
    for name in ("setup.sh", "run_autograder"):
        script = tmp_path / "source" / name
        assert os.access(script, os.X_OK)
        subprocess.run(["bash", "-n", script], check=True)
        assert "@" not in script.read_text("utf-8").replace("$@", "")
    assert '--lang "es"' in (tmp_path / "source" / "run_autograder").read_text("utf-8")
    done = run_suite("package", REFERENCE, "--for", "gradescope", "--out", tmp_path / "a.zip")
    assert (done.returncode, "is there already" in done.stderr) == (2, True)
    done = run_suite("package", tmp_path, "--for", "gradescope", "--out", tmp_path / "b.zip")
    assert done.returncode == 2
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.slow
def test_variants_need_the_class_list(tmp_path: Path) -> None:
    """Before anything is written; of the list what says who is who is packed."""
    folder = tmp_path / "nets"
    folder.mkdir()
    (folder / "assignment.toml").write_text(VARIANTS, "utf-8")
    (folder / "model_torch.py").write_text("def build_net(units): ...\n", "utf-8")
    (folder / "expected.json").write_bytes((REFERENCE / "expected.json").read_bytes())
    done = run_suite("package", folder, "--for", "gradescope", "--out", tmp_path / "a.zip")
    assert (done.returncode, "--roster" in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.slow
def test_it_runs_from_its_own_files(tmp_path: Path) -> None:
    """With every part that is registered here, in a folder without anything else."""
    assignment = assignments.load("stacked_rnn", ROOT / "reference")
    path = tmp_path / "a.zip"
    path.write_bytes(package_gradescope(assignment, budget="quick", language="en", visibility="visible"))
    _unpack(path, tmp_path)
    program = "import json, suite, suite.plugins as p; print(json.dumps([suite.__file__, p.own_parts('checks')]))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [str(tmp_path / "suite" / "__init__.py"), plugins.own_parts("checks")]
    assert (tmp_path / "assignments" / "stacked_rnn" / "expected.json").is_file()


@pytest.mark.parametrize("checkout", [True, False])
def test_requirements(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, checkout: bool) -> None:
    """What the references need and nothing of tests; from a checkout and from what is installed."""
    if not checkout:
        monkeypatch.setattr(plugins, "PROJECT", tmp_path / "none.toml")
        told = distribution(plugins.OWN).requires
        monkeypatch.setattr(packaging, "requires", lambda _name: told)
    needed = requirements(assignments.load("stacked_rnn", ROOT / "reference"))
    names = {each.partition(">")[0].partition("=")[0].strip() for each in needed}
    assert {"click", "ipykernel", "keras", "torch", "matplotlib"} <= names
    assert not {"pytest", "ruff", "sqlalchemy", "notebook-suite[common]"} & names


@pytest.mark.slow
@pytest.mark.nightly
def test_it_grades_where_gradescope_does(tmp_path: Path) -> None:
    """In its documented folders: setup, then a right submission, then one without a notebook, which gets no results."""
    assert run_suite("package", REFERENCE, "--for", "gradescope", "--out", tmp_path / "a.zip").returncode == 0
    root = tmp_path / "autograder"
    _unpack(tmp_path / "a.zip", root / "source")
    python = root / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')  # what is installed here, as nothing is downloaded
    python.chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "SUITE_AUTOGRADER": str(root),
        "SUITE_PIP_OPTIONS": "--no-index --no-deps",
    }
    subprocess.run([root / "source" / "setup.sh"], check=True, env=environment, capture_output=True)
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (root / "run_autograder").chmod(0o755)
    (root / "submission").mkdir()
    (root / "submission" / "LEEME.pdf").write_text("x")
    run = [root / "run_autograder"]
    done = subprocess.run(run, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "LEEME.pdf" in done.stdout + done.stderr
    assert list((root / "results").iterdir()) == []
    (root / "submission" / "tarea.ipynb").write_bytes((ROOT / "submissions" / "ana.ipynb").read_bytes())
    done = subprocess.run(run, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    document = json.loads((root / "results" / "results.json").read_text("utf-8"))
    jsonschema.validate(document, GRADESCOPE)
    assert document["score"] == sum(each["max_score"] for each in document["tests"]) == 18
