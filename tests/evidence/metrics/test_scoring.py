"""What outputs say, and how well that fits: every kind of target by accuracy and by other metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from suite.assignments import COUNTED, Metric
from suite.assignments.metric import find_metric
from suite.data.train_test_set import TrainTestSet
from suite.evidence.metrics.scoring import Score, score
from suite.stats.proportions import wilson
from tests.conftest import mostly_nightly

GENERATOR = np.random.default_rng(0)
INPUTS = GENERATOR.normal(0, 1, (200, 2)).astype(np.float32)
SCORERS = ("f1_macro", "roc_auc", "balanced_accuracy", "log_loss", "average_precision")
CLASSES = (INPUTS[:, 0] > 0).astype(np.int64)


def _metric(name: str) -> Metric:
    return COUNTED if name == "accuracy" else find_metric(name, Path(), smaller_is_better=False)


def _examples(targets: np.ndarray, kind: Any, **changes: Any) -> TrainTestSet:
    return TrainTestSet(
        kind=kind, inputs=INPUTS, targets=targets, held_out_inputs=INPUTS, held_out_targets=targets, **changes
    )


def _score(outputs: np.ndarray, examples: TrainTestSet, name: str, *, logits: bool | None = True) -> Score:
    return score(lambda _inputs: outputs, examples, _metric(name), logits=logits, trained=False)


def test_classes_are_counted() -> None:
    """The largest output answers; a single one is that of the second class, as a logit or as a probability."""
    examples = _examples(CLASSES, "classes")
    two = np.stack([-INPUTS[:, 0], INPUTS[:, 0]], axis=1)
    one = INPUTS[:, :1]
    for outputs, logits in ((two, True), (one, True), (1 / (1 + np.exp(-one)), False), (one, None)):
        found = _score(outputs, examples, "accuracy", logits=logits)
        assert (found.right, found.rows, found.interval) == (200, 200, None)
    assert _score(-two, examples, "accuracy").right == 0
    assert _score(two * np.nan, examples, "accuracy").right == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", mostly_nightly(SCORERS, ("f1_macro", "roc_auc")))
def test_scorers_of_classes(name: str) -> None:
    """Scorers take classes or probabilities, as they need, and their interval holds the value."""
    noisy = INPUTS[:, :1] + GENERATOR.normal(0, 1, (200, 1)).astype(np.float32)
    examples = _examples(CLASSES, "classes")
    found = _score(noisy, examples, name)
    assert found.interval is not None
    assert found.interval[0] < found.value < found.interval[1]


@pytest.mark.slow
def test_a_perfect_answer() -> None:
    """Has the best value."""
    assert _score(INPUTS[:, :1], _examples(CLASSES, "classes"), "roc_auc").value == 1


def test_interval_of_a_scorer_is_that_of_the_count() -> None:
    """Accuracy by scikit-learn over steps has an interval as wide as Wilson's."""
    targets = np.stack([CLASSES] * 2, axis=1)
    outputs = np.eye(2)[np.stack([np.where(np.arange(200) < 150, CLASSES, 1 - CLASSES)] * 2, axis=1)]
    found = _score(outputs, _examples(targets, "classes"), "accuracy", logits=False)
    assert found.value == pytest.approx(0.75)
    assert found.interval == pytest.approx(wilson(150, 200), abs=0.02)


def test_steps() -> None:
    """Of yes and no at each step a row is right in all but the first, or every step counts by itself."""
    answers = GENERATOR.integers(0, 2, (200, 4, 1)).astype(np.float32)
    wrong = answers.copy()
    wrong[:, 0] = 1 - wrong[:, 0]
    wrong[:50, 3] = 1 - wrong[:50, 3]
    examples = _examples(answers, "steps")
    assert _score(wrong, examples, "accuracy", logits=False).right == 150
    assert _score(wrong, examples, "balanced_accuracy", logits=False).value == pytest.approx(1 - 50 / 600, abs=0.01)


def test_numbers_in_whatever_scale_a_notebook_has() -> None:
    """Numbers count as they are, standardised or brought to [0, 1]; after the host's training in its own scale only."""
    prices = (INPUTS[:, :1] * 1000 + 50_000).astype(np.float32)
    examples = _examples(prices, "values", scaled_by_model=True, scales=("standard", "as it is"))
    standard = (prices - prices.mean()) / prices.std()
    for outputs in (prices, standard, (prices - prices.min()) / np.ptp(prices), prices[:, 0]):
        assert _score(outputs, examples, "r2").value == pytest.approx(1, abs=1e-4)
    assert score(lambda _: prices, examples, _metric("r2"), logits=False, trained=True).value < -1
    assert examples.goals(np.arange(3)).ravel() == pytest.approx(standard[:3, 0], abs=1e-3)
    off = _score(prices + 10, examples, "mae")
    assert off.value == pytest.approx(10, abs=0.1)
    assert off.interval == pytest.approx((10, 10), abs=0.1)


def test_reconstruction() -> None:
    """The right answer is the input, in the scale in which the model reads it."""
    examples = _examples(CLASSES, "values", scales=((0.0, 2.0),), reconstructs=True, scaled_by_model=True)
    found = score(lambda inputs: inputs, examples, _metric("mse"), logits=False, trained=True)
    assert found.value == 0
    assert (examples.goals(np.arange(2)) == INPUTS[:2] / 2).all()
    assert score(lambda inputs: inputs + 1, examples, _metric("mse"), logits=False, trained=True).value == 1


def test_what_is_no_number_has_no_score() -> None:
    """A model that answers NaN is told so."""
    with pytest.raises(ValueError, match="isn't a number"):
        _score(INPUTS[:, :1] * np.nan, _examples(INPUTS[:, :1], "values"), "r2")
