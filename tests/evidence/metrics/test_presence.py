"""A model must compute and learn the same when the grader isn't there: with its own weights, and on real rows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Graded, change_settings, grade

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
TRAINED = ("its losses differ", "answers only")
"""Which of them a long training shows hangs on the step that changes the weights."""
SAYS = {"own_weights": ("with its own it doesn't",), "real_rows": ("On real rows",), "long_training": TRAINED}
LATE = OTHERWISE["long_training"].replace("> 3", "> 9")
"""It is right for as many steps as the proof takes, and the few on real rows that are compared after it."""


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
    assert any(word in verdict["message"] for word in SAYS[name])


def test_a_failed_check_is_not_repaired(graded: Graded) -> None:
    """A model that isn't right with its own weights earns no accuracy by the grader's training."""
    assert _verdict(graded.results["own_weights"], "accuracy")["points"] == 0


def test_a_model_that_does_not(graded: Graded) -> None:
    """It has all its points."""
    assert graded.results["same"]["score"] == graded.results["same"]["max_score"]


def _grade_late(folder: Path, audit: float) -> Graded:
    """Grade such a model where a share of those whose proof says what they learn is trained."""
    shutil.copytree(ROOT / "reference" / "stacked_rnn", folder / "assignments" / "stacked_rnn")
    change_settings(folder / "assignments" / "stacked_rnn", {"accuracy": {"audit": audit}})
    (folder / "class").mkdir()
    (folder / "class" / "late.py").write_text(MODEL.replace("INSTEAD", LATE), "utf-8")
    return grade(folder / "report", folder / "class", "--assignments", folder / "assignments")


def _notes(graded: Graded) -> str:
    return " ".join(json.loads((graded.report / "results.json").read_text("utf-8"))["notes"])


def test_an_audit_that_contradicts_the_proof(tmp_path: Path) -> None:
    """Training is believed, and the class is told that the proof was wrong, and about whom."""
    graded = _grade_late(tmp_path, audit=1)
    verdict = _verdict(graded.results["late"], "accuracy")
    assert (verdict["outcome"], verdict["points"]) == ("fail", 0)
    assert any(word in verdict["message"] for word in TRAINED)
    assert any("The training counts, not the proof" in detail for detail in verdict["details"])
    assert "trained 1 all the same, drawn by lot, and 1 learnt otherwise: late" in _notes(graded)


@pytest.mark.nightly
def test_what_only_an_audit_finds(tmp_path: Path) -> None:
    """A model that is right for as long as the proof takes passes where it isn't drawn."""
    graded = _grade_late(tmp_path, audit=0)
    assert _verdict(graded.results["late"], "accuracy")["outcome"] == "pass"
    assert "None of them was drawn" in _notes(graded)
