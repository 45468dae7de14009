"""Draws what a model is trained on by the host's protocol, and counts what an oracle then answers right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from suite.accuracy_settings import Protocol
from suite.lessons import Array, Lesson, count_right
from suite.sandbox.experiment import Course, Side


def draw_course(lesson: Lesson, protocol: Protocol, generator: np.random.Generator, *, logits: bool) -> Course:
    """Rows drawn afresh, in an order of their own in each epoch; a last batch that isn't full is left out."""
    available = len(lesson.targets)
    rows = generator.choice(available, min(protocol.rows, available), replace=False)
    batch = min(protocol.batch, len(rows))
    steps = len(rows) // batch
    order = [generator.permutation(len(rows))[: steps * batch].reshape(steps, batch) for _ in range(protocol.epochs)]
    return Course(
        inputs=lesson.scaled(lesson.inputs[rows], lesson.scales[0]),
        targets=lesson.targets[rows],
        order=np.concatenate(order).astype(np.int64),
        kind=lesson.kind,
        logits=logits,
        optimizer=protocol.optimizer,
        rate=protocol.rate,
    )


def score(oracle: Side, weights: Sequence[Array], lesson: Lesson, scale: tuple[float, float], *, logits: bool) -> int:
    """Hidden rows that the oracle answers right with these weights."""
    inputs = lesson.scaled(lesson.hidden_inputs, scale)
    outputs = oracle.predict(weights, [[inputs]])[0]
    return count_right(lesson.kind, outputs, lesson.hidden_targets, logits=logits)
