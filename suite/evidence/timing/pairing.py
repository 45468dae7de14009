"""Prepares a model and its reference to be timed: the same weights in both, and batches for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suite.assignments import ModelTask, Probe, ProbeInput, ProofSettings
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import PLAIN, InspectedModel
from suite.evidence.proof.comparison import MappingError, SameOutputs
from suite.evidence.proof.experiment import Batch, Side, on_channel
from suite.evidence.proof.prover import compare_with, read_by
from suite.evidence.proof.random_tensors import blank_rest, draw_inputs, fit_inputs
from suite.evidence.proof.references import Reference
from suite.evidence.timing.gpu import Gpu
from suite.evidence.timing.process_control import ProcessControl
from suite.evidence.timing.timed_model import TimedModel
from suite.records import Shape

PLAIN_ROWS = Probe.model_fields["rows"].default


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveModel:
    """One side's process and the model in it."""

    channel: Channel
    """Connection to the process."""
    control: ProcessControl
    """Stops the process and lets it run."""
    inspected: InspectedModel
    """The model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedPair:
    """Both sides, ready to run."""

    own: TimedModel
    """The submission's model."""
    reference: TimedModel
    """The reference."""
    same: SameOutputs
    """How the reference's weights map to the model's, and how their outputs compare."""
    inputs: Sequence[ProbeInput]
    """Inputs as the reference reads them."""
    wanted: Sequence[ProbeInput]
    """Inputs as the model reads them."""
    outputs: Sequence[Shape]
    """Shapes of the outputs, `None` for the batch dimension, wherever it stands."""
    bound_rows: int
    """The only batch size that the model accepts; 0 for any."""
    gpu: Gpu | None
    """What they compute on; `None` for the processor."""

    def output_shapes(self, rows: int) -> list[tuple[int, ...]]:
        """Shapes of the outputs for so many rows."""
        return [tuple(rows if size is None else size for size in shape) for shape in self.outputs]

    def draw(self, rows: int, batches: int, generator: np.random.Generator) -> tuple[list[Batch], list[Batch]]:
        """New random batches: as the model reads them, and the same as the reference does."""
        own, reference = [], []
        for _ in range(batches):
            drawn = draw_inputs(self.inputs, rows, generator, padded=False)
            targets = [generator.random(shape, np.float32) for shape in self.output_shapes(rows)]
            fitted = fit_inputs(drawn, self.wanted)
            assert fitted is not None  # noqa: S101 - they fitted in `compare_with`
            own.append(Batch(inputs=fitted, targets=targets))
            reference.append(Batch(inputs=blank_rest(drawn, len(self.wanted)), targets=targets))
        return own, reference


def pair_up(  # noqa: PLR0913, PLR0917 - both sides, and how they are compared
    own: LiveModel,
    there: LiveModel,
    task: ModelTask,
    settings: ProofSettings,
    generator: np.random.Generator,
    gpu: Gpu | None = None,
) -> TimedPair | None:
    """Prove once more that both compute the same, in these processes; `None` if they don't."""
    inspected = there.inspected
    side = Side(ask=on_channel(there.channel), index=inspected.index, slots=inspected.slots, traced=True)
    reference = Reference(inspected=inspected, side=side)
    comparison = compare_with(own.channel, own.inspected, reference, task, settings, generator)
    if comparison is None or own.inspected.probe is None or inspected.probe is None:
        return None
    if own.inspected.convention != PLAIN:
        return None  # a timing calls models with their inputs alone
    if len(comparison.orders[0]) < len(own.inspected.model.outputs):
        return None  # more outputs than the reference has are more work
    weights = side.draw_weights(generator)
    try:
        same = comparison.find_mapping(weights, comparison.expect(weights), generator).same
    except MappingError:
        return None
    if same is None or same.answers != tuple(range(len(same.answers))):
        return None  # a timing takes outputs in their order
    given = comparison.reference_calls[0]
    seen = [array.shape for array in side.predict(weights, [given])]
    probed = [tuple(inspected.probe.rows if size is None else size for size in s) for s in inspected.model.outputs]
    outputs = [mark_batch(*shapes, inspected.probe.rows, len(given[0])) for shapes in zip(probed, seen, strict=True)]
    inputs, wanted = read_by(inspected, task), own.inspected.probe.inputs
    highs = [given.high for given in inputs]
    rows = inspected.probe.rows
    return TimedPair(
        own=TimedModel(
            channel=own.channel,
            control=own.control,
            index=own.inspected.index,
            slots=comparison.own.slots,
            weights=same.mapping.apply(weights),
            highs=highs[: len(wanted)],
            softmax=same.own_logits,
        ),
        reference=TimedModel(
            channel=there.channel,
            control=there.control,
            index=inspected.index,
            slots=side.slots,
            weights=weights,
            highs=highs,
            softmax=same.reference_logits,
        ),
        same=same,
        inputs=inputs,
        wanted=wanted,
        outputs=outputs,
        bound_rows=rows if rows != PLAIN_ROWS else 0,
        gpu=gpu,
    )


def mark_batch(shape: Shape, other: Shape, rows: int, other_rows: int) -> Shape:
    """A shape with `None` for the batch dimension: the first that has `rows` entries in it and `other_rows` in another.

    Both are shapes of the same output, for so many rows. The state of a PyTorch layer has its batch second.
    """
    for axis, (size, other_size) in enumerate(zip(shape, other, strict=False)):
        if (size, other_size) == (rows, other_rows):
            return (*shape[:axis], None, *shape[axis + 1 :])
    return shape


def tosses(seed: int, count: int) -> list[bool]:
    """The first coin tosses of a timing, from its seed: who starts each quad."""
    return [bool(toss) for toss in np.random.default_rng(seed).integers(2, size=count)]
