"""What a duel of one model with its oracle takes: both sides with the same weights, and the batches that they get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suite.assignments import Probe, ProbeInput, Task
from suite.proof_settings import ProofSettings
from suite.proofs import Form
from suite.sandbox.chance import Array, blank_rest, draw_inputs, draw_weights, fit_inputs
from suite.sandbox.channel import Channel
from suite.sandbox.compare import Contest
from suite.sandbox.distance import FORMS, nearest
from suite.sandbox.examine import Examined
from suite.sandbox.experiment import Batch, ModelError, Side, on_channel
from suite.sandbox.leash import Leash
from suite.sandbox.mapping import Mapping, lay
from suite.sandbox.prove import prepare, read_by
from suite.sandbox.racer import Racer

PLAIN_ROWS = Probe.model_fields["rows"].default


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One side's process and the model in it."""

    channel: Channel
    """Of the process."""
    leash: Leash
    """On the process."""
    examined: Examined
    """The model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Both sides, ready to run."""

    own: Racer
    """The submission's model."""
    oracle: Racer
    """The oracle."""
    way: Mapping
    """How the oracle's weights lie in the model."""
    form: Form
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


def enter(own: Seat, oracle: Seat, task: Task, settings: ProofSettings, generator: np.random.Generator) -> Entry | None:
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
    return Entry(
        own=Racer(
            channel=own.channel,
            leash=own.leash,
            index=own.examined.index,
            slots=contest.own.slots,
            weights=lay(way, weights),
            highs=highs[: len(wanted)],
            softmax=form in ("own logits", "both"),
        ),
        oracle=Racer(
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


def _find_way(contest: Contest, weights: Sequence[Array]) -> tuple[Mapping, Form] | None:
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
