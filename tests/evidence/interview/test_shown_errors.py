"""An exception counts however its cell is run, and cells are numbered as the notebook has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from suite.grading.store import read_evidence
from tests.conftest import ROOT, grade

pytestmark = pytest.mark.slow

WRAPPED = (
    "%%capture\nundefined",
    "%%capture out\nprint(1)\nundefined",
    "%%time\nundefined",
    "%%timeit -n1 -r1\nundefined",
    "%%prun\nundefined",
    "%time undefined",
    "%run other.py",
    "%%mine\nundefined",
)
RAN = (
    """
from IPython.core.magic import register_cell_magic
@register_cell_magic
def mine(line, cell):
    get_ipython().run_cell(cell)
""",
    "%%writefile other.py\nundefined",
    "%%capture\nprint(1)",
    "%%time\ntry:\n    undefined\nexcept NameError:\n    pass",
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A right model after cells that hide what they raise from the kernel's report."""
    model = (ROOT / "reference" / "stacked_rnn" / "alternatives" / "torch_steps_first.py").read_text("utf-8")
    cells = (*RAN, *WRAPPED, model)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    path: Path = tmp_path_factory.mktemp("class") / "wrapped.ipynb"
    path.write_text(nbformat.writes(notebook), "utf-8")
    done = grade(tmp_path_factory.mktemp("report"), path)
    result: dict[str, Any] = done.results["wrapped"]
    evidence = read_evidence(done.report / result["evidence"]["file"])
    return result | {"made_in": {model.cell for model in evidence.models}}


def test_exceptions_in_magics_are_seen(graded: dict[str, Any]) -> None:
    """Each cell that shows an exception has failed, and one that catches it hasn't."""
    runs = graded["verdicts"][0]
    assert runs["observed"] == {"cells": len(RAN) + 1}
    assert runs["details"][0].startswith(f"Code cell {len(RAN) + 1} stopped with NameError")


def test_the_model_keeps_its_points(graded: dict[str, Any]) -> None:
    """Models that are built after such cells are examined as ever, and said to be of their own cell."""
    assert graded["made_in"] == {len(RAN) + len(WRAPPED)}
    assert all(verdict["outcome"] == "pass" for verdict in graded["verdicts"][1:])
