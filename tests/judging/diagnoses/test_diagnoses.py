"""Each cause is recognised where it is, named with its cell, and nowhere else."""

from __future__ import annotations

import nbformat
import pytest

from tests.conftest import Graded, asked_names, grade, mostly_nightly
from tests.judging.diagnoses.cases import OLD, OLD_MARKS, RIGHT, WRONG

pytestmark = pytest.mark.slow

CASES = WRONG | OLD
DAILY = {
    *("keras_no_sequences", "torch_one_hot", "keras_too_few_outputs", "torch_no_eval", "torch_test_loader"),
    *("keras_linear_output", "keras_sparse"),
}
"""One of each family; what an error shows is recognised in test_causes.py, without running anything."""

DAILY_RIGHT = {
    *("torch_trained", "torch_saves_its_loss", "torch_softmax_to_look_at"),
    *("keras_trained", "keras_from_logits", "keras_name_error"),
}


@pytest.fixture(scope="module")
def diagnosed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Those that a selected test is about, graded as one class."""
    folder = tmp_path_factory.mktemp("class")
    asked = asked_names(request)
    cells = {name: CASES[name].cells for name in CASES.keys() & asked}
    cells |= {f"right_{name}": RIGHT[name] for name in RIGHT.keys() & asked}
    for name, sources in cells.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        (folder / f"{name}.ipynb").write_text(nbformat.writes(notebook), "utf-8")
    return grade(tmp_path_factory.mktemp("report"), folder)


@pytest.mark.parametrize("name", mostly_nightly(CASES, DAILY))
def test_cause_is_recognised(diagnosed: Graded, name: str) -> None:
    """The mistake is named, with its cell and what was observed, and no other cause is suspected."""
    case, found = CASES[name], diagnosed.results[name]["diagnoses"]
    assert [(one["cause"], one["cell"]) for one in found] == [(case.cause, case.cell)], found
    assert case.words in found[0]["message"]


@pytest.mark.parametrize("name", mostly_nightly(RIGHT, DAILY_RIGHT))
def test_right_work_is_left_alone(diagnosed: Graded, name: str) -> None:
    """Nothing is recognised where nothing is wrong, and what watches the training costs no marks."""
    result = diagnosed.results[f"right_{name}"]
    assert result["diagnoses"] == []
    assert (result["verdicts"][0]["outcome"] == "pass") == (name != "keras_name_error"), result["message"]
    assert result["score"] == 18 or name.startswith("keras"), result["message"]


@pytest.mark.nightly
@pytest.mark.parametrize("name", OLD)
def test_old_code_costs_what_stops(diagnosed: Graded, name: str) -> None:
    """What a removed API stops costs its cell; what still works, or works on Keras 2, costs nothing."""
    result = diagnosed.results[name]
    assert (result["status"], result["score"]) == OLD_MARKS[name], result["message"]
