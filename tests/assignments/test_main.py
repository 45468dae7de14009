"""An assignment may name the file to run."""

from __future__ import annotations

import shutil
from pathlib import Path

from suite import assignments
from tests.conftest import ROOT


def test_main_is_a_glob_or_nothing(tmp_path: Path) -> None:
    """It is read from assignment.toml, and empty where that says nothing."""
    shutil.copytree(ROOT / "reference" / "stacked_rnn", tmp_path / "stacked_rnn")
    assert not assignments.load("stacked_rnn", tmp_path).main
    settings = tmp_path / "stacked_rnn" / "assignment.toml"
    settings.write_text('main = "practica*.ipynb"\n' + settings.read_text("utf-8"), "utf-8")
    assert assignments.load("stacked_rnn", tmp_path).main == "practica*.ipynb"
