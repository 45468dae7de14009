"""Scores what a model answers to held-out rows: what its outputs say, and how well that fits by a metric."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from suite.assignments import ACCURACY, Metric
from suite.data.train_test_set import Array, TrainTestSet
from suite.evidence.metrics.breakdown import break_down
from suite.records import Breakdown
from suite.stats.bootstrap import interval

HALF = 0.5  # between no, 0, and yes, 1
NO_NUMBERS = "it answers held-out rows with what isn't a number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well a model predicts held-out rows."""

    rows: int
    """Their number."""
    value: float
    """By the metric."""
    right: int = 0
    """Rows answered right, where their share is the value."""
    interval: tuple[float, float] | None = None
    """95 % interval of the value by resampling; `None` where `right` gives an exact one."""
    breakdown: Breakdown | None = None
    """Where the answers err."""


def is_counted(metric: Metric, examples: TrainTestSet) -> bool:
    """Whether the metric is the share of rows that are answered right."""
    whole = examples.kind == "steps" or (examples.kind == "classes" and examples.held_out_targets.ndim == 1)
    return metric.name == ACCURACY and whole


def score(
    predict: Callable[[Array], Array], examples: TrainTestSet, metric: Metric, *, logits: bool | None, trained: bool
) -> Score:
    """The best score of a model under the ways in which notebooks scale what it reads and, of numbers, answers.

    `predict` gives outputs to inputs; `logits` is `None` where the outputs have to tell. A model that the host has
    trained learnt with the first way. Raises `ValueError` if an answer isn't a number, or has no score.
    """
    read = list(_read(predict, examples, logits=logits, first=trained))
    rows = len(examples.held_out_targets)
    if is_counted(metric, examples):
        best_pair = max(read, key=lambda pair: _count_right(*pair))
        right = _count_right(*best_pair)
        return Score(rows=rows, right=right, value=right / max(rows, 1), breakdown=break_down(*best_pair))
    read = [pair for pair in read if np.isfinite(pair[0]).all()]
    if not read:
        raise ValueError(NO_NUMBERS)
    values = [_judge(metric, *pair) for pair in read]
    best = max(range(len(read)), key=lambda place: metric.rank(values[place]))
    answers, targets = read[best]
    spread = interval(lambda chosen: _judge(metric, answers[chosen], targets[chosen]), rows)
    return Score(
        rows=rows,
        value=values[best],
        interval=spread or (values[best], values[best]),
        breakdown=None if examples.reconstructs else break_down(answers, targets),
    )


def _read(
    predict: Callable[[Array], Array], examples: TrainTestSet, *, logits: bool | None, first: bool
) -> Iterator[tuple[Array, Array]]:
    """(answers, targets) under each way of scaling."""
    ways = 1 if first else None
    for scale in examples.scales[:ways]:
        outputs = predict(examples.scaled(examples.held_out_inputs, scale))
        right = examples.right_answers(scale)
        if examples.kind == "values":
            for target_scale in examples.target_scales[:ways]:
                yield examples.unscaled(outputs.reshape(right.shape), target_scale), right
        else:
            squashed = bool(outputs.size) and outputs.min() >= 0 and outputs.max() <= 1
            yield _probabilities(outputs, right, logits=not squashed if logits is None else logits), right


def _probabilities(outputs: Array, targets: Array, *, logits: bool) -> Array:
    """Probabilities `(rows, ..., classes)`; a single output is that of the second of two classes."""
    from scipy.special import expit, softmax  # half a second to import

    places = targets.shape if targets.dtype.kind == "i" else targets.shape[:-1]
    values = outputs.reshape(*places, -1).astype(np.float64)
    if values.shape[-1] == 1:
        yes = expit(values) if logits else values
        return np.concatenate([1 - yes, yes], axis=-1)
    return np.asarray(softmax(values, axis=-1)) if logits else values


def _count_right(answers: Array, targets: Array) -> int:
    """Rows answered right: by the likeliest class, or at all steps but the first, which can't be known."""
    if not np.isfinite(answers).all():
        return 0
    if targets.dtype.kind == "i":
        return int((answers.argmax(axis=-1) == targets).sum())
    right = (answers[..., 1] > HALF) == (targets[..., 0] > HALF)
    return int(right[:, 1:].all(axis=1).sum())


def _judge(metric: Metric, answers: Array, targets: Array) -> float:
    """The metric's value, for classes over all steps; `ValueError` if it has none."""
    if answers.shape == targets.shape:
        rows = len(targets)
        return metric.judge(answers.reshape(rows, -1), targets.reshape(rows, -1))
    if targets.dtype.kind != "i":  # yes or no at each step
        answers, targets = answers[:, 1:], (targets[:, 1:, 0] > HALF).astype(np.int64)
    return metric.judge(answers.reshape(-1, answers.shape[-1]), targets.reshape(-1))
