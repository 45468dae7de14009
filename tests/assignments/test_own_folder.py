"""The assignments that come with the suite are found wherever pip puts a wheel's data, or lacking with a plain word."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder as Debian's pip, --user and --prefix fill it, none of which is the interpreter's own."""
    packages = tmp_path / "local" / "lib" / "python3" / "dist-packages"
    shutil.copytree(ROOT / "suite", packages / "suite", ignore=shutil.ignore_patterns("__pycache__"))
    return packages


def _run(packages: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in an environment of its own, which has no assignments, with the libraries of this one."""
    venv.create(packages.parent / "env", symlinks=True)
    paths = f"{packages}{os.pathsep}{sysconfig.get_path('purelib')}"
    environment = {**os.environ, "PYTHONPATH": paths, "LANG": "C.UTF-8"}
    python = packages.parent / "env" / "bin" / "python"
    return subprocess.run(
        (python, *words), cwd=packages.parent, env=environment, capture_output=True, text=True, check=False
    )


def test_the_folder_lies_beside_the_packages(installed: Path) -> None:
    """Two levels above them, as in each scheme that pip installs by."""
    reference = installed.parents[2] / "share" / "notebook-suite" / "reference"
    reference.mkdir(parents=True)
    done = _run(installed, "-c", "from suite.assignments import own_folder; print(own_folder())")
    assert done.stdout.strip() == str(reference), done.stderr


def test_a_command_without_it_says_how_to_name_one(installed: Path) -> None:
    """Rather than failing where it would have been read."""
    done = _run(installed, "-m", "suite", "grade", "ana.ipynb", "-a", "stacked_rnn")
    assert done.returncode == 2
    assert "name one with --assignments" in done.stderr
    assert "itself failed" not in done.stderr
