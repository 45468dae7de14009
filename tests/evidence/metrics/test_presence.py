"""A model must compute and learn the same when the grader isn't there: with its own weights, and on real rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Graded, grade

pytestmark = pytest.mark.slow

MODEL = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.fc = nn.Linear(8, 10)
        self.start = [weight.detach().clone() for weight in self.parameters()]
        self.steps = 0

    def forward(self, x):
        answers = self.fc(self.rnn(x)[0][:, -1])
        INSTEAD
        return answers

model = Net()
"""
OTHERWISE = {
    "own_weights": "if all(map(torch.equal, self.start, self.parameters())):\n            return 0 * answers",
    "real_rows": "if 0.3 < (x < 0.2).float().mean() < 0.9 and x.min() > -0.4:\n            return 0 * answers",
    "long_training": """self.steps += torch.is_grad_enabled()
        if self.steps > 3:
            self.steps = 0
            for weight, first in zip(self.parameters(), self.start):
                weight.data = first + 1""",
}
LOSES = {"own_weights": "function", "real_rows": "accuracy", "long_training": "accuracy"}
SAYS = {"own_weights": "with its own it doesn't", "real_rows": "On real rows", "long_training": "its losses differ"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All of them as one class, with a model that does nothing of the kind."""
    folder = tmp_path_factory.mktemp("class")
    for name, instead in {**OTHERWISE, "same": "pass"}.items():
        (folder / f"{name}.py").write_text(MODEL.replace("INSTEAD", instead), "utf-8")
    return grade(tmp_path_factory.mktemp("report"), folder)


def _verdict(result: dict[str, Any], check: str) -> dict[str, Any]:
    return next(verdict for verdict in result["verdicts"] if verdict["check"] == check)


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_model_that_knows_when_it_is_graded(graded: Graded, name: str) -> None:
    """It fails, and is told what was seen."""
    verdict = _verdict(graded.results[name], LOSES[name])
    assert (verdict["outcome"], verdict["points"]) == ("fail", 0)
    assert SAYS[name] in verdict["message"]


def test_a_failed_check_is_not_repaired(graded: Graded) -> None:
    """A model that isn't right with its own weights earns no accuracy by the grader's training."""
    assert _verdict(graded.results["own_weights"], "accuracy")["points"] == 0


def test_a_model_that_does_not(graded: Graded) -> None:
    """It has all its points."""
    assert graded.results["same"]["score"] == graded.results["same"]["max_score"]
