"""What a process says of its training is validated like every answer: odd claims are its own error."""

from __future__ import annotations

from typing import Any

import pytest

from suite.codec import Frame
from suite.errors import FrameError
from suite.evidence.interview.answers import Description, parse
from suite.evidence.interview.training_answers import as_observations
from suite.records import CellOutcome, Outcome, Run

TRAINING: dict[str, Any] = {
    "cell": 1,
    "models": [0],
    "optimizer": "Adam",
    "rate": 1e-3,
    "loss": "",
    "steps": 4,
    "effective": 4,
    "test_steps": 0,
    "first_loss": 2.3,
    "last_loss": None,
    "diverged": True,
}
RUN = Run(
    cells=tuple(CellOutcome(index=index, outcome=Outcome.PASS, seconds=0.1) for index in (2, 5)),
    notebook="",
    seconds=1.0,
    sandbox="namespaces",
)


def _describe(**observations: Any) -> Description:
    body = {"number": 1, "models": [], "shell_lines": [], "capped": [], "versions": {}, "observations": observations}
    return parse(Description, Frame(body=body))


def test_cells_get_their_place_in_the_notebook() -> None:
    """Cells are counted as they ran, text left out; records name their place in the notebook."""
    found = as_observations(_describe(trainings=[TRAINING]).observations, RUN)
    assert (found.trainings[0].cell, found.trainings[0].models) == (5, (0,))


@pytest.mark.parametrize(
    "change",
    [
        {"points": 15},
        {"steps": -1},
        {"steps": True},
        {"rate": float("nan")},
        {"models": [256]},
        {"optimizer": "A" * 301},
        {"cell": "1"},
    ],
    ids=str,
)
def test_odd_claims_are_refused(change: dict[str, Any]) -> None:
    """Unknown keys, other types, numbers that are none, and too long names make the whole answer invalid."""
    with pytest.raises(FrameError):
        _describe(trainings=[TRAINING | change])


def test_too_many_claims_are_refused() -> None:
    """Nobody trains in three hundred cells."""
    with pytest.raises(FrameError):
        _describe(trainings=[TRAINING] * 300)
