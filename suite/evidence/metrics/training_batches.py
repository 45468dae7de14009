"""Draws training batches by the host's protocol."""

from __future__ import annotations

import numpy as np

from suite.assignments import Protocol
from suite.data.train_test_set import TrainTestSet
from suite.evidence.proof.experiment import TrainingSetup


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
        targets=examples.goals(rows),
        order=np.concatenate(order).astype(np.int64),
        kind=examples.kind,
        logits=logits,
        optimizer=protocol.optimizer,
        rate=protocol.rate,
    )
