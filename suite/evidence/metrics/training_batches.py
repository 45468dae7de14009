"""Draws what a model is trained on by the host's protocol, and counts what an oracle then answers right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from suite.assignments import Protocol
from suite.data.train_test_set import Array, TrainTestSet, count_right
from suite.evidence.proof.experiment import Side, TrainingSetup


def draw_course(
    lesson: TrainTestSet, protocol: Protocol, generator: np.random.Generator, *, logits: bool
) -> TrainingSetup:
    """Rows drawn afresh, in an order of their own in each epoch; a last batch that isn't full is left out."""
    available = len(lesson.targets)
    rows = generator.choice(available, min(protocol.rows, available), replace=False)
    batch = min(protocol.batch, len(rows))
    steps = len(rows) // batch
    order = [generator.permutation(len(rows))[: steps * batch].reshape(steps, batch) for _ in range(protocol.epochs)]
    return TrainingSetup(
        inputs=lesson.scaled(lesson.inputs[rows], lesson.scales[0]),
        targets=lesson.targets[rows],
        order=np.concatenate(order).astype(np.int64),
        kind=lesson.kind,
        logits=logits,
        optimizer=protocol.optimizer,
        rate=protocol.rate,
    )


def score(
    oracle: Side, weights: Sequence[Array], lesson: TrainTestSet, scale: tuple[float, float], *, logits: bool
) -> int:
    """Hidden rows that the oracle answers right with these weights."""
    inputs = lesson.scaled(lesson.hidden_inputs, scale)
    outputs = oracle.predict(weights, [[inputs]])[0]
    return count_right(lesson.kind, outputs, lesson.hidden_targets, logits=logits)
