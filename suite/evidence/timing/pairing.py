"""What a duel of one model with its oracle takes: both sides with the same weights, and the batches that they get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suite.assignments import Probe, ProbeInput, ProofSettings, Task
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.proof.comparison import ModelComparison
from suite.evidence.proof.distance import FORMS, nearest
from suite.evidence.proof.experiment import Batch, ModelError, Side, on_channel
from suite.evidence.proof.prover import prepare, read_by
from suite.evidence.proof.random_tensors import Array, blank_rest, draw_inputs, draw_weights, fit_inputs
from suite.evidence.proof.weight_mappings import WeightMapping, lay
from suite.evidence.timing.process_control import ProcessControl
from suite.evidence.timing.timed_model import TimedModel
from suite.records import OutputForm

PLAIN_ROWS = Probe.model_fields["rows"].default


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveModel:
    """One side's process and the model in it."""

    channel: Channel
    """Of the process."""
    leash: ProcessControl
    """On the process."""
    examined: InspectedModel
    """The model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedPair:
    """Both sides, ready to run."""

    own: TimedModel
    """The submission's model."""
    oracle: TimedModel
    """The oracle."""
    way: WeightMapping
    """How the oracle's weights lie in the model."""
    form: OutputForm
    """How their outputs compare."""
    inputs: Sequence[ProbeInput]
    """As the oracle reads them."""
    wanted: Sequence[ProbeInput]
    """As the model does."""
    outputs: Sequence[tuple[int, ...]]
    """Shapes of the outputs, without the batch dimension."""
    bound_rows: int
    """The batch size that the model is bound to; 0 for any."""

    def draw(self, rows: int, batches: int, generator: np.random.Generator) -> tuple[list[Batch], list[Batch]]:
        """Batches, unseen before: as the model reads them, and the same as the oracle does."""
        own, oracle = [], []
        for _ in range(batches):
            drawn = draw_inputs(self.inputs, rows, generator, padded=False)
            targets = [generator.random((rows, *shape), np.float32) for shape in self.outputs]
            fitted = fit_inputs(drawn, self.wanted)
            assert fitted is not None  # noqa: S101 - they did in `prepare`
            own.append(Batch(inputs=fitted, targets=targets))
            oracle.append(Batch(inputs=blank_rest(drawn, len(self.wanted)), targets=targets))
        return own, oracle


def enter(
    own: LiveModel, oracle: LiveModel, task: Task, settings: ProofSettings, generator: np.random.Generator
) -> TimedPair | None:
    """Prove once more that both compute the same, in these processes; `None` where they don't."""
    there = oracle.examined
    side = Side(ask=on_channel(oracle.channel), index=there.index, slots=there.slots, traced=True)
    contest = prepare(on_channel(own.channel), own.examined, side, there, task, settings, generator)
    if contest is None or own.examined.probe is None or there.probe is None:
        return None
    if len(contest.answers) < len(own.examined.model.outputs):
        return None  # more outputs than the oracle's are more work
    weights = draw_weights([(slot.name, slot.shape) for slot in contest.oracle.slots], generator)
    found = _find_way(contest, weights)
    if found is None:
        return None
    way, form = found
    inputs, wanted = read_by(oracle.examined, task), own.examined.probe.inputs
    highs = [given.high for given in inputs]
    rows = there.probe.rows
    return TimedPair(
        own=TimedModel(
            channel=own.channel,
            leash=own.leash,
            index=own.examined.index,
            slots=contest.own.slots,
            weights=lay(way, weights),
            highs=highs[: len(wanted)],
            softmax=form in ("own logits", "both"),
        ),
        oracle=TimedModel(
            channel=oracle.channel,
            leash=oracle.leash,
            index=oracle.examined.index,
            slots=contest.oracle.slots,
            weights=weights,
            highs=highs,
            softmax=form in ("oracle logits", "both"),
        ),
        way=way,
        form=form,
        inputs=inputs,
        wanted=wanted,
        outputs=[tuple(size or 0 for size in shape[1:]) for shape in oracle.examined.model.outputs],
        bound_rows=rows if rows != PLAIN_ROWS else 0,
    )


def _find_way(contest: ModelComparison, weights: Sequence[Array]) -> tuple[WeightMapping, OutputForm] | None:
    """The first way of laying the weights in which both answer the same, and in which form."""
    settings = contest.settings
    compared = settings.calls
    expected = contest.oracle.predict(weights, contest.oracle_calls[:compared])
    forms = FORMS if contest.squashable else FORMS[:1]
    for way in contest.ways:
        try:
            outputs = contest.own.predict(lay(way, weights), contest.calls[:compared])
        except ModelError:
            return None
        apart, form = nearest(outputs, expected, forms, settings.outputs_of_largest)
        if apart is not None and apart <= settings.outputs_of_largest:
            return way, form
    return None


def tosses(seed: int, count: int) -> list[bool]:
    """The coin of a duel, from its seed."""
    return [bool(toss) for toss in np.random.default_rng(seed).integers(2, size=count)]
