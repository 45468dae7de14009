"""The example submissions get the marks that this table states."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Graded

pytestmark = pytest.mark.slow

# name: status, points for runs (of 2), shapes (3), parameters (5), function (5), accuracy (3), a word of the message
TABLE: dict[str, tuple[str, float, float, float, float, float, str]] = {
    "ana": ("pass", 2, 3, 5, 5, 3, "right"),  # Keras notebook, Spanish
    "bruno": ("pass", 2, 3, 5, 5, 3, "right"),  # Keras file, functional API, a dropout layer
    "carla": ("pass", 2, 3, 5, 5, 3, "right"),  # PyTorch notebook with the course helper, Spanish
    "david": ("pass", 2, 3, 5, 5, 3, "right"),  # PyTorch script, one nn.RNN of three layers
    "elena": (
        "error",
        1,
        1.2,
        2,
        0,
        0,
        "set return_sequences=True in layer 2",
    ),  # four cells, two run; two layers built
    "felix": ("fail", 2, 2.4, 2, 0, 0, "(None, 8), expected (None, 10)"),  # eight units in layer 3
    "gloria": ("pass", 2, 3, 5, 5, 3, "right"),  # a folder: notebook and own module, Spanish
    "hugo": ("pass", 2, 3, 5, 5, 3, "right"),  # the model is overwritten in the last cell
    "ines": ("fail", 2, 1.8, 5, 0, 0, "out[:, -1, :]"),  # classifies every time step
    "jorge": ("error", 1.6, 3, 5, 5, 3, "NameError"),  # plots without importing
    "karin": ("fail", 2, 3, 1, 0, 0, "Layer 1 (LSTM) has 1560"),  # LSTM instead of RNN, English
    "leo": ("fail", 2, 0, 0, 0, 0, "No model was found"),  # Spanish
    "maria": ("missing dependency", 1, 3, 5, 5, 3, "mis_funciones"),  # a module that wasn't handed in
    "nuria": ("pass", 2, 3, 5, 5, 3, "right"),  # shell lines
    "oscar": ("error", 0, 0, 0, 0, 0, "isn't valid Python"),  # a colon is missing
    "pablo": ("fail", 2, 2.4, 3, 0, 0, "3 layers with parameters, expected 4"),  # two recurrent layers
    "rosa": ("error", 0, 0, 0, 0, 0, "isn't a valid notebook"),  # a broken upload
}


CAUSES = {
    "elena": [("missing_return_sequences", 3)],
    "hugo": [("trained_model_overwritten", 5)],
    "ines": [("wrong_last_step", 0)],
}
"""Cause and cell of what is recognised; nothing in the others."""


def _points(result: dict[str, Any]) -> dict[str, float]:
    return {verdict["check"]: verdict["points"] for verdict in result["verdicts"]}


@pytest.mark.parametrize("name", TABLE)
def test_marks(examples: Graded, name: str) -> None:
    """Each example gets its status and its points, and is told why."""
    status, *points, word = TABLE[name]
    result = examples.results[name]
    assert result["status"] == status
    assert _points(result) == pytest.approx(
        dict(zip(("runs", "shapes", "parameters", "function", "accuracy"), points, strict=True))
    )
    assert result["score"] == pytest.approx(sum(points))
    assert word in result["message"]


@pytest.mark.parametrize("name", TABLE)
def test_causes(examples: Graded, name: str) -> None:
    """The causes that are to be seen are named with their cells, and no others."""
    found = [(found["cause"], found["cell"]) for found in examples.results[name]["diagnoses"]]
    assert found == CAUSES.get(name, [])


def test_no_example_is_missing(examples: Graded) -> None:
    """The table and the folder name the same submissions, and wrong ones don't change the exit code."""
    assert examples.results.keys() == TABLE.keys()
    assert examples.code == 0


def test_shell_lines_are_recorded(examples: Graded) -> None:
    """Shell lines are skipped and named."""
    (note,) = [note for note in examples.results["nuria"]["notes"] if "shell" in note]
    assert "2 shell commands" in note
    assert "pip install" in note


def test_training_is_capped(examples: Graded) -> None:
    """The budget cuts `fit` and named constants, and says so."""
    assert any("fit(epochs=10) → 1" in note for note in examples.results["ana"]["notes"])
    assert any("TRAIN_EPOCHS = 20 → 1" in note for note in examples.results["carla"]["notes"])
