"""Metrics by name: those of scikit-learn, those of an own file, and what is said of names that are neither."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from suite import assignments
from suite.assignments.metric import UnknownMetricError, find_metric, metric_named
from suite.errors import AssignmentError

TOML = """\
title = "Houses"

[data.houses]
file = "houses.csv"
target = "TARGET"

[[tasks]]
id = "net"
probes = [{ inputs = [{ shape = [1] }] }]

[accuracy.models.net]
dataset = "houses"
"""
OWN = """
import numpy as np

def worst(answers, targets):
    return np.abs(answers - targets).max()

def no_number(answers, targets):
    return float("nan")
"""


def _load(folder: Path, more: str = "", target: str = "price") -> assignments.Assignment:
    (folder / "own").mkdir(exist_ok=True)
    rows = "".join(f"{n},{n * 1.5},{'ab'[n % 2]}\n" for n in range(40))
    (folder / "own" / "houses.csv").write_text("area,price,kind\n" + rows, "utf-8")
    (folder / "own" / "metrics.py").write_text(OWN, "utf-8")
    (folder / "own" / "assignment.toml").write_text(TOML.replace("TARGET", target) + more, "utf-8")
    return assignments.load("own", folder)


@pytest.mark.parametrize(
    ("name", "plain", "error"),
    [
        ("r2", "r2", False),
        ("f1_macro", "f1_macro", False),
        ("mae", "mean_absolute_error", True),
        ("neg_mean_absolute_error", "mean_absolute_error", True),
        ("mean_absolute_error", "mean_absolute_error", True),
        ("rmse", "root_mean_squared_error", True),
        ("log_loss", "log_loss", True),
    ],
)
def test_scorers_by_name(name: str, plain: str, error: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """An error is positive, and smaller is better, whichever of its names is given."""
    found = find_metric(name, tmp_path, smaller_is_better=False)
    assert (found.name, found.smaller_is_better) == (plain, error)
    assert found.reaches(0.1, 0.2) is error


def test_a_metric_that_is_misspelt(tmp_path: Path) -> None:
    """The nearest names are told."""
    with pytest.raises(UnknownMetricError, match="did you mean f1_macro"):
        find_metric("f1_makro", tmp_path, smaller_is_better=False)


def test_usual_metrics(tmp_path: Path) -> None:
    """Accuracy of classes, R² of numbers, squared error of a reconstruction; and the check that judges them."""
    for target, more, name, check in (
        ("kind", "", "accuracy", "metric"),
        ("price", "", "r2", "metric"),
        ("kind", "reconstructs = true", "mean_squared_error", "metric"),
    ):
        found = _load(tmp_path, more, target)
        assert found.metrics["net"].name == name
        assert list(found.checks)[-1] == check


def test_own_function(tmp_path: Path) -> None:
    """It is called with arrays; a change of its file makes evidence anew."""
    before = _load(tmp_path, 'metric = "metrics.py:worst"\nsmaller_is_better = true\n')
    metric = before.metrics["net"]
    assert (metric.name, metric.smaller_is_better) == ("worst", True)
    assert metric.judge(np.array([[1.0], [5.0]]), np.array([[1.0], [2.0]])) == 3
    (tmp_path / "own" / "metrics.py").write_text(OWN + "\n# changed\n", "utf-8")
    assert assignments.load("own", tmp_path).fingerprint != before.fingerprint


WRONG = {
    "misspelt": (
        'metric = "r22"',
        "line 13, accuracy, models, net, metric: scikit-learn has no scorer 'r22'; did you mean r2",
    ),
    "of classes": (
        'metric = "f1_macro"',
        "line 13, accuracy, models, net, metric: f1_macro can't be used here: ValueError",
    ),
    "accuracy of numbers": ('metric = "accuracy"', 'the right answers are numbers; for example metric = "r2"'),
    "no file": ('metric = "other.py:worst"', "other.py isn't a Python file in"),
    "no function": ('metric = "metrics.py:best"', "metrics.py has no function best(answers, targets); write it there"),
    "no number": ('metric = "metrics.py:no_number"', "no_number can't be used here: it gives nan on six examples"),
    "check of another name": (
        "[checks]\naccuracy = { points = 1 }",
        "line 14, checks, accuracy: the check accuracy judges",
    ),
    "both checks": (
        "[checks]\naccuracy = { points = 1 }\nmetric = { points = 1 }",
        "the check metric judges accuracy, too; keep one",
    ),
    "floor and cut-offs": ("floor = 0.5\ncutoffs = [[0, 0], [1, 1]]", "from a floor or from cutoffs, not from both"),
    "cut-offs up and down": ("cutoffs = [[0, 0], [1, 1], [2, 0.5]]", "whose shares rise, or fall, with the value"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_metric_that_cannot_be_had_is_refused(name: str, tmp_path: Path) -> None:
    """When the assignment is loaded, with its line and what would do."""
    more, expected = WRONG[name]
    with pytest.raises(AssignmentError) as caught:
        _load(tmp_path, more)
    assert expected in str(caught.value)


TARGETS = np.array([0, 1, 1, 0, 1, 0, 0, 1] * 10)
SURE = np.eye(2)[TARGETS]


@pytest.mark.parametrize("name", ["accuracy", "f1_macro", "roc_auc", "balanced_accuracy", "average_precision"])
def test_right_classes(name: str) -> None:
    """Full score for the right answers, less for others."""
    metric = metric_named(name)
    assert metric.judge(SURE, TARGETS) == pytest.approx(1)
    assert metric.judge(SURE[::-1], TARGETS) < 1


def test_scores_by_probability() -> None:
    """A scorer that reads probabilities gets them."""
    half = np.full((len(TARGETS), 2), 0.5)
    assert metric_named("neg_log_loss").judge(half, TARGETS) == pytest.approx(np.log(2))
    assert metric_named("roc_auc").judge(half, TARGETS) == pytest.approx(0.5)


@pytest.mark.parametrize(("name", "expected"), [("mae", 1.0), ("mse", 1.0), ("rmse", 1.0), ("r2", 0.5)])
def test_numbers(name: str, expected: float) -> None:
    """Errors are positive, and less is better."""
    targets = np.sqrt(2) * np.array([[1.0], [-1.0]])
    metric = metric_named(name)
    assert metric.judge(targets + np.array([[1.0], [-1.0]]), targets) == pytest.approx(expected)
    assert metric.smaller_is_better is (name != "r2")
