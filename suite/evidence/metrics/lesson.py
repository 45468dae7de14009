"""The host's training of a model that gives a reference's outputs, from weights and with rows that the host draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from suite.assignments import AccuracySettings, Protocol
from suite.data import TrainTestSet
from suite.data.train_test_set import Array
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.metrics.initial_weights import draw_initial_weights
from suite.evidence.metrics.training_batches import draw_training
from suite.evidence.proof.comparison import SameOutputs
from suite.evidence.proof.experiment import TrainingSetup
from suite.evidence.proof.random_tensors import fit_inputs
from suite.evidence.proof.references import Reference

COMPARED_STEPS = 5  # later, rounding may have led elsewhere
TINY = 1e-30  # in place of a zero to divide by
REHEARSED_ROWS = 16  # in a batch of steps that are only compared
REHEARSAL = {"rows": COMPARED_STEPS * REHEARSED_ROWS, "batch": REHEARSED_ROWS, "epochs": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a model is to learn, and the reference from the same start."""

    same: SameOutputs
    """The model, beside the reference."""
    initial: Sequence[Array]
    """The reference's weights at the start."""
    own: TrainingSetup
    """The training, as the model wants its inputs."""
    reference: TrainingSetup
    """The same, as the reference wants them."""

    def teach(self) -> tuple[list[Array], list[float]]:
        """The reference's weights that compute what the model has learnt, and the loss before each step.

        Raises `ModelError` where the model does.
        """
        side = replace(self.same.comparison.own, traced=True)
        after, losses = side.fit(self.same.mapping.apply(self.initial), self.own, self.same.answers[0])
        return self.same.restore(after), losses

    def compare(self, losses: Sequence[float]) -> float | None:
        """Largest difference of the first losses from the reference's, as a share of its first.

        `None` where one bias stands for two, so that weights part after the first step.
        """
        if self.same.mapping.diverges:
            return None
        first = replace(self.reference, order=self.reference.order[:COMPARED_STEPS])
        _, expected = self.same.comparison.reference.fit(self.initial, first)
        return _losses_apart(losses, expected)

    def rehearse(self) -> float | None:
        """How far a lesson of a few steps leads from where it leads the reference: the larger of two shares.

        One is that of `compare`; the other is the distance of the weights as a share of what the reference moves, as
        losses that are as large as they can get are alike whatever the weights. `None` as in `compare`; raises
        `ModelError` where the model does.
        """
        if self.same.mapping.diverges:
            return None
        weights, losses = self.teach()
        wanted, expected = self.same.comparison.reference.fit(self.initial, self.reference)
        moved = _distance(wanted, self.initial)
        return float(np.max([_losses_apart(losses, expected), _distance(weights, wanted) / max(moved, TINY)]))


def _losses_apart(losses: Sequence[float], expected: Sequence[float]) -> float:
    gaps = [abs(seen - wanted) for seen, wanted in zip(losses, expected, strict=False)]
    return float(np.max(gaps)) / max(expected[0], TINY)


def _distance(one: Sequence[Array], other: Sequence[Array]) -> float:
    return float(np.sqrt(sum(np.square(a - b, dtype=np.float64).sum() for a, b in zip(one, other, strict=True))))


def draw_lesson(  # noqa: PLR0913, PLR0917 - two sides, and what they learn
    settings: AccuracySettings,
    protocol: Protocol,
    inspected: InspectedModel,
    same: SameOutputs,
    reference: Reference,
    examples: TrainTestSet,
    generator: np.random.Generator,
) -> Lesson | None:
    """Draw weights, rows and their order; `None` if the inputs don't fit."""
    comparison = same.comparison
    reference_logits = settings.models[comparison.model_id].logits
    logits = same.own_logits or (same.form == "same" and reference_logits)
    setup = draw_training(examples, protocol, generator, logits=logits)
    mapped = replace(reference.inspected, slots=tuple(comparison.reference.slots))
    initial = draw_initial_weights(mapped, generator)
    inputs = fit(setup.inputs, inspected)
    if inputs is None:
        return None
    return Lesson(
        same=same,
        initial=initial,
        own=replace(setup, inputs=inputs),
        reference=replace(setup, logits=reference_logits),
    )


def fit(inputs: Array, inspected: InspectedModel) -> Array | None:
    """Inputs in the shape that a model takes; `None` if they don't fit."""
    if inspected.probe is None:
        return None
    fitted = fit_inputs([inputs], inspected.probe.inputs)
    return None if fitted is None else fitted[0]
