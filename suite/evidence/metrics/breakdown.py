"""Where answers to held-out rows err, in numbers of many rows together: nothing tells of a single row."""

from __future__ import annotations

import numpy as np

from suite.data.train_test_set import Array
from suite.records import Breakdown, ErrorBin

MOST_CLASSES = 20  # a picture of more has no room for numbers
MOST_BINS = 8
LEAST_ROWS = 10
"""In a bin: quantiles of fewer would be single rows' right answers."""
QUANTILES = (0.1, 0.5, 0.9)


def break_down(answers: Array, targets: Array) -> Breakdown | None:
    """Of probabilities `(rows, classes)` with classes `(rows,)`, or of numbers `(rows, 1)`; `None` of another form."""
    if not np.isfinite(answers).all():
        return None
    if targets.dtype.kind == "i" and targets.ndim == 1 and answers.ndim == 2:  # noqa: PLR2004 - rows and classes
        return _confuse(answers, targets) if answers.shape[1] <= MOST_CLASSES else None
    if targets.dtype.kind == "f" and answers.shape == targets.shape and targets[0].size == 1:
        return _bin(answers.reshape(-1).astype(float), targets.reshape(-1).astype(float))
    return None


def _confuse(answers: Array, targets: Array) -> Breakdown:
    classes = max(answers.shape[1], int(targets.max()) + 1)
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (targets, answers.argmax(axis=1)), 1)
    return Breakdown(confusion=tuple(tuple(int(count) for count in row) for row in counts))


def _bin(answers: Array, targets: Array) -> Breakdown | None:
    """Bins of equally many rows, in the order of the answers."""
    bins = min(MOST_BINS, len(answers) // LEAST_ROWS)
    if bins == 0:
        return None
    parts = np.array_split(np.argsort(answers, kind="stable"), bins)
    return Breakdown(errors=tuple(_describe(answers[part], targets[part]) for part in parts))


def _describe(answers: Array, targets: Array) -> ErrorBin:
    low, middle, high = (float(end) for end in np.quantile(answers - targets, QUANTILES))
    return ErrorBin(answer=float(answers.mean()), low=low, middle=middle, high=high, rows=len(answers))
