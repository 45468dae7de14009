"""Where answers err: counts of classes, errors of numbers, and nothing of a single row."""

from __future__ import annotations

import numpy as np
import pytest

from suite.evidence.metrics.breakdown import LEAST_ROWS, MOST_BINS, break_down

GENERATOR = np.random.default_rng(0)


def test_classes_are_counted_by_what_was_answered() -> None:
    """A row for each class, a column for each answer; a class that is never answered has its row all the same."""
    answers = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
    found = break_down(answers, np.array([0, 1, 1, 2]))
    assert found is not None
    assert found.confusion == ((1, 0, 0), (1, 1, 0), (0, 1, 0))


def test_errors_are_of_many_rows() -> None:
    """Bins of equally many rows, in the order of the answers, with quantiles inside them."""
    targets = GENERATOR.normal(0, 1, (200, 1)).astype(np.float32)
    found = break_down(targets + 0.5, targets)
    assert found is not None
    assert len(found.errors) == MOST_BINS
    assert sum(each.rows for each in found.errors) == 200
    assert [each.answer for each in found.errors] == sorted(each.answer for each in found.errors)
    for each in found.errors:
        assert (each.low, each.middle, each.high) == pytest.approx((0.5, 0.5, 0.5), abs=1e-5)
        assert each.rows >= LEAST_ROWS


@pytest.mark.parametrize(
    ("answers", "targets"),
    [
        (np.full((5, 2), np.nan), np.zeros(5, np.int64)),
        (np.zeros((5, 21)), np.zeros(5, np.int64)),
        (np.zeros((9, 1)), np.zeros((9, 1), np.float32)),
        (np.zeros((50, 784)), np.zeros((50, 784), np.float32)),
        (np.zeros((50, 7, 3)), np.zeros((50, 7), np.int64)),
    ],
)
def test_other_answers_have_none(answers: np.ndarray, targets: np.ndarray) -> None:
    """No numbers, more classes than a picture has room for, too few rows, images, steps."""
    assert break_down(answers, targets) is None
