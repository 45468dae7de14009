"""Draws training batches by the host's protocol, and what a recorded training starts from."""

from __future__ import annotations

import zlib

import numpy as np

from suite.assignments import Protocol
from suite.data.train_test_set import Array, TrainTestSet
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.metrics.initial_weights import draw_initial_weights
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


def draw_numbered(  # noqa: PLR0913 - a trial, and what it trains
    name: str, number: int, examples: TrainTestSet, protocol: Protocol, reference: InspectedModel, *, logits: bool
) -> tuple[list[Array], TrainingSetup]:
    """Weights and batches of the training of that number, which follow from it and from the name of its trial."""
    generator = np.random.default_rng([number, zlib.crc32(name.encode())])
    training = draw_training(examples, protocol, generator, logits=logits)
    return draw_initial_weights(reference, generator), training
