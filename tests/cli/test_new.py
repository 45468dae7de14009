"""`suite new` in words: what is asked for, what is left out, what is wrong, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.proposal.notebooks import code, write_master
from tests.conftest import run_suite

pytestmark = pytest.mark.slow


def test_it_says_what_it_asks_for(tmp_path: Path) -> None:
    path = write_master(tmp_path, *code("### BEGIN SOLUTION\nsize = 3\ndef f(x):\n    return x\n### END SOLUTION"))
    done = run_suite("new", path, "--out", tmp_path / "made", "--lang", "es")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stderr.split())
    assert "pide size; el propio cuaderno obtiene 12 de 12 puntos" in said
    assert "f no se pide" in said
    assert (tmp_path / "made" / "handout" / "own.ipynb").is_file()
    assert (tmp_path / "made" / "handout" / "own.check.json").is_file()
    assert "Se detectan todos los errores hechos por reglas, 1." in said
    assert not (tmp_path / "made" / ".verify").exists()


def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = run_suite("new", write_master(tmp_path, *code("x = 1", "x / 0")))
    assert done.returncode == 2
    assert "Cell 2 of the notebook raises an error: ZeroDivisionError" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
