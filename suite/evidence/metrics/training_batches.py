"""Draws training batches by the host's protocol, and counts the rows that a reference then answers right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from suite.assignments import Protocol, Scale
from suite.data.train_test_set import Array, TargetKind, TrainTestSet
from suite.evidence.proof.experiment import Side, TrainingSetup


def draw_training(
    examples: TrainTestSet, protocol: Protocol, generator: np.random.Generator, *, logits: bool
) -> TrainingSetup:
    """Draw rows, shuffled anew in each epoch; a last batch that isn't full is left out."""
    available = len(examples.targets)
    rows = generator.choice(available, min(protocol.rows, available), replace=False)
    batch = min(protocol.batch, len(rows))
    steps = len(rows) // batch
    order = [generator.permutation(len(rows))[: steps * batch].reshape(steps, batch) for _ in range(protocol.epochs)]
    return TrainingSetup(
        inputs=examples.scaled(examples.inputs[rows], examples.scales[0]),
        targets=examples.targets[rows],
        order=np.concatenate(order).astype(np.int64),
        kind=examples.kind,
        logits=logits,
        optimizer=protocol.optimizer,
        rate=protocol.rate,
    )


def score(reference: Side, weights: Sequence[Array], examples: TrainTestSet, scale: Scale, *, logits: bool) -> int:
    """Held-out rows that the reference answers right with these weights."""
    inputs = examples.scaled(examples.held_out_inputs, scale)
    outputs = reference.predict(weights, [[inputs]])[0]
    return count_right(examples.kind, outputs, examples.held_out_targets, logits=logits)


def count_right(kind: TargetKind, outputs: Array, targets: Array, *, logits: bool) -> int:
    """Rows answered right: by the largest output for classes, else at all steps but the first, which can't be known."""
    if not np.isfinite(outputs).all():
        return 0
    if kind == "classes":
        right = outputs.reshape(len(targets), -1).argmax(axis=-1) == targets
    else:
        said = outputs.reshape(targets.shape) > (0 if logits else 0.5)
        right = (said == (targets > 0.5))[:, 1:].all(axis=(1, 2))  # noqa: PLR2004 - halfway between 0 and 1
    return int(right.sum())
