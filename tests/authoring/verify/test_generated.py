"""An assignment without verify.toml is tried with mistakes that rules make, and it is said how many cost something."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_suite

pytestmark = pytest.mark.slow


@pytest.mark.nightly
def test_functions(tmp_path: Path) -> None:
    folder = tmp_path / "functions"
    shutil.copytree(ROOT / "reference" / "gallery" / "numpy_functions", folder)
    (folder / "verify.toml").unlink()
    done = run_suite("verify", "functions", "--assignments", tmp_path, "--repeat", "1", "--lang", "es")
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 0, said
    # a shift in softmax may be none
    assert re.search(
        r"Se detectan (2[2-3] de 24 errores; est(e|os) .*porque|todos los errores hechos por reglas, 24)", said
    )
    assert "3 alternativas nada" in said


@pytest.mark.nightly
def test_what_costs_nothing_is_said_and_is_no_failure(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "assignment.toml").write_text(
        'title = "One"\n[[tasks]]\nkind = "function"\nid = "f"\narguments = [{ shape = [3], low = 1, high = 2 }]\n',
        "utf-8",
    )
    (folder / "functions.py").write_text(
        "def f(x):\n    return x.sum(axis=0, keepdims=True) if x.min() > 0 else x\n", "utf-8"
    )
    kept = tmp_path / "kept"
    done = run_suite("verify", "one", "--assignments", tmp_path, "--repeat", "1", "--keep", kept)
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 0, said
    assert re.search(
        r"2 of 3 mistakes are caught; this one survives: functions: .*, because no check of f sees it", said
    )
    before = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    assert len(before) == 4  # the reference and three mistakes
    again = run_suite("verify", "one", "--assignments", tmp_path, "--repeat", "1", "--keep", kept)
    assert "2 of 3 mistakes are caught" in " ".join((again.stdout + again.stderr).split())
    assert {path.name: path.stat().st_mtime_ns for path in kept.iterdir()} == before  # nothing was run again
    assert "f, 2: > 0 → >= 0: this mistake costs nothing in f" in said


@pytest.mark.nightly
def test_a_reference_written_otherwise_loses_nothing() -> None:
    """With the functional API in place of Sequential."""
    done = run_suite("verify", "stacked_rnn", "--generated", "--only", "Sequential", "--repeat", "1")
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 0, said
    assert "1 alternatives nothing" in said
