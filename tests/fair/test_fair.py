"""Right work has all its points, however it is written; wrong work has not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.conftest import Graded, grade
from tests.fair.right import RIGHT
from tests.fair.wrong import WRONG

pytestmark = pytest.mark.slow


def grade_all(folder: Path) -> Graded:
    """Grade all of them as one class."""
    work = folder / "class"
    work.mkdir()
    for name, cells in RIGHT.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        (work / f"right_{name}.ipynb").write_text(nbformat.writes(notebook), "utf-8")
    for name, source in WRONG.items():
        (work / f"wrong_{name}.py").write_text(source, "utf-8")
    return grade(folder / "report", work)


def losses(result: dict[str, Any]) -> dict[str, str]:
    """What each check that took points says."""
    return {v["check"]: v["message"] for v in result["verdicts"] if v["points"] < v["max_points"]}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Everything, graded once."""
    return grade_all(tmp_path_factory.mktemp("fair"))


@pytest.mark.parametrize("name", RIGHT)
def test_right_work_has_all_its_points(graded: Graded, name: str) -> None:
    """Style and circumstance cost nothing."""
    result = graded.results[f"right_{name}"]
    assert losses(result) == {}
    assert result["score"] == result["max_score"]


@pytest.mark.parametrize("name", WRONG)
def test_wrong_work_loses_points(graded: Graded, name: str) -> None:
    """A mistake costs something."""
    assert losses(graded.results[f"wrong_{name}"])
