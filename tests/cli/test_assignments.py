"""`suite assignments`: what is in order, what is asked for, what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_suite

GALLERY = ROOT / "reference" / "gallery"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("numpy_functions", "La función softmax, que se llama 9 veces"),
        ("under_50k", "puntuado con accuracy sobre filas reservadas: puntos de 0,4 a 0,7"),
        ("keras_cnn", "Un modelo que recibe 28 × 28 × 1"),
    ],
)
def test_show_says_what_is_asked_for(name: str, said: str) -> None:
    done = run_suite("assignments", "show", GALLERY / name, "--lang", "es", COLUMNS="250")
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    assert "puntos en total" in done.stdout


@pytest.mark.slow
def test_check_reads_everything_and_runs_nothing(tmp_path: Path) -> None:
    done = run_suite("assignments", "check", GALLERY / "numpy_functions")
    assert (done.returncode, done.stdout) == (0, "numpy_functions is valid: 4 tasks, 10 points.\n")
    shutil.copytree(GALLERY / "numpy_functions", tmp_path / "own")
    with (tmp_path / "own" / "assignment.toml").open("a", encoding="utf-8") as file:
        file.write("kinds = 3\n")
    done = run_suite("assignments", "check", tmp_path / "own")
    assert done.returncode == 2
    assert "there is no such key; did you mean kind?" in " ".join(done.stderr.split())


@pytest.mark.slow
def test_the_schema_is_json() -> None:
    assert json.loads(run_suite("assignments", "schema").stdout)["title"] == "assignment.toml"
