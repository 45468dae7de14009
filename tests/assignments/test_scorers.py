"""Scorers by name, with intervals."""

from __future__ import annotations

import numpy as np
import pytest

from suite.assignments.scorers import scorer_named

TARGETS = np.array([0, 1, 1, 0, 1, 0, 0, 1] * 10)
SURE = np.eye(2)[TARGETS]


@pytest.mark.parametrize("name", ["accuracy", "f1_macro", "roc_auc", "balanced_accuracy", "average_precision"])
def test_right_classes(name: str) -> None:
    """Full score for the right answers, less for others."""
    scorer = scorer_named(name)
    assert scorer.more_is_better
    assert scorer.score(SURE, TARGETS, classes=True) == pytest.approx(1)
    assert scorer.score(SURE[::-1], TARGETS, classes=True) < 1


def test_scores_by_probability() -> None:
    """A scorer that reads probabilities gets them."""
    half = np.full((len(TARGETS), 2), 0.5)
    assert scorer_named("neg_log_loss").score(half, TARGETS, classes=True) == pytest.approx(np.log(2))
    assert scorer_named("roc_auc").score(half, TARGETS, classes=True) == pytest.approx(0.5)


@pytest.mark.parametrize(("name", "expected"), [("mae", 1.0), ("mse", 1.0), ("rmse", 1.0), ("r2", 0.5)])
def test_numbers(name: str, expected: float) -> None:
    """Errors are positive, and less is better."""
    targets = np.sqrt(2) * np.array([[1.0], [-1.0]])
    scorer = scorer_named(name)
    assert scorer.score(targets + np.array([[1.0], [-1.0]]), targets, classes=False) == pytest.approx(expected)
    assert scorer.more_is_better is (name == "r2")


def test_interval_holds_the_score() -> None:
    """And narrows as rows come."""
    generator = np.random.default_rng(0)
    widths = []
    for rows in (50, 5000):
        targets = generator.integers(0, 2, rows)
        answers = np.eye(2)[np.where(generator.random(rows) < 0.8, targets, 1 - targets)]
        low, high = scorer_named("accuracy").interval(answers, targets, classes=True)
        assert low < scorer_named("accuracy").score(answers, targets, classes=True) < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 5


def test_unknown_name() -> None:
    """Near names are told."""
    with pytest.raises(ValueError, match="near are f1_macro"):
        scorer_named("macro_f1")
