"""The quads of one duel in one pair of processes: warm up, calibrate, take turns, and check every answer."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from suite.assignments import ProofSettings, ThroughputSettings
from suite.evidence.proof.distance import difference, in_form
from suite.evidence.proof.experiment import Batch
from suite.evidence.proof.random_tensors import Array
from suite.evidence.timing.chained_inputs import turned
from suite.evidence.timing.pairing import TimedPair
from suite.evidence.timing.timed_model import Segment, TimedModel, TimedWork, VoidError
from suite.records import Quad

MILLISECOND, SECOND = 1_000_000, 1_000_000_000
ECHOES = 9
TRIAL_BATCHES = 4
MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedRun:
    """What a heat gave."""

    batches: int
    """In a segment."""
    quads: tuple[Quad, ...]
    """As they were run."""
    busy: int
    """The submission's segments after which some of its threads were still at work."""
    compile_seconds: tuple[float, float]
    """Of the submission's first call and of the oracle's, beyond a later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedRunner:
    """Where and how a heat is run."""

    entry: TimedPair
    """Both sides."""
    rule: TimedWork
    """How they work."""
    rows: int
    """In a batch."""
    settings: ThroughputSettings
    """How it is timed."""
    proof: ProofSettings
    """What counts as equal."""
    seed: int
    """Of the inputs, which no submission can know."""

    def run(self, pair: int, coin: Sequence[bool], batches: int) -> PairedRun:
        """Run a quad for each toss; `batches` is 0 where it isn't known yet. Raises `VoidError`."""
        compiled = self._warm_up(self.entry.own), self._warm_up(self.entry.oracle)
        batches = batches or self._calibrate()
        overhead = self._measure_overhead(batches)
        quads, laps = [], []
        for number, own_first in enumerate(coin):
            own, oracle = self._run_quad(number, batches, own_first=own_first)
            quads.append(
                Quad(
                    pair=pair,
                    own_first=own_first,
                    own=(own[0].nanoseconds, own[1].nanoseconds),
                    oracle=(oracle[0].nanoseconds, oracle[1].nanoseconds),
                    overhead=overhead,
                )
            )
            laps += [(number, place, own[place], oracle[place]) for place in (0, 1)]
        for number, place, ours, theirs in laps:
            self._check(self._draw(number, place, batches), ours.answers, theirs.answers)
        busy = sum(ours.busy for _, _, ours, _ in laps)
        return PairedRun(batches=batches, quads=tuple(quads), busy=busy, compile_seconds=compiled)

    def _run_quad(self, number: int, batches: int, *, own_first: bool) -> tuple[list[Segment], list[Segment]]:
        """ABBA or BAAB; the first segments of both sides get the same batches, and so do the second ones."""
        drawn = [self._draw(number, place, batches) for place in (0, 1)]
        own: list[Segment] = []
        oracle: list[Segment] = []
        for is_own in (own_first, not own_first, not own_first, own_first):
            side, laps = (self.entry.own, own) if is_own else (self.entry.oracle, oracle)
            given = drawn[len(laps)][0 if is_own else 1]
            with side.turn():
                side.ready(self.rule, given[0])
                laps.append(side.lap(self.rule, given[1:], chained=True))
        return own, oracle

    def _draw(self, number: int, place: int, batches: int) -> tuple[list[Batch], list[Batch]]:
        """A batch to get ready with and those of a segment, for both sides; the same each time it is asked for."""
        return self.entry.draw(self.rows, batches + 1, np.random.default_rng([self.seed, number, place]))

    def _fresh(self, side: TimedModel, batches: int, call: int) -> list[Batch]:
        """Batches for anything but a segment."""
        own, oracle = self.entry.draw(self.rows, batches, np.random.default_rng([self.seed, 1 << 32, call]))
        return own if side is self.entry.own else oracle

    def _warm_up(self, side: TimedModel) -> float:
        """Call until the medians of two half-windows agree; returns seconds of the first call beyond a later one."""
        settings, times = self.settings, []
        window, half = settings.warm_up_window, settings.warm_up_window // 2
        with side.turn():
            side.load(self.rule)
            for call in range(settings.warm_up_calls):
                times.append(side.ready(self.rule, self._fresh(side, 1, call)[0]))
                late = times[1:][-window:]
                if len(late) == window:
                    medians = statistics.median(late[:half]), statistics.median(late[half:])
                    if abs(medians[0] - medians[1]) <= settings.warm_up_agreement * medians[1]:
                        break
            # a segment's first time costs too, and so do the processor's clock and caches after a rest
            side.lap(self.rule, self._fresh(side, TRIAL_BATCHES, settings.warm_up_calls), chained=True)
        return max(times[0] - statistics.median(times[1:]), 0) / SECOND

    def _calibrate(self) -> int:
        """How many batches make a segment long enough."""
        oracle, settings = self.entry.oracle, self.settings
        batches = self._fresh(oracle, TRIAL_BATCHES, 0)
        with oracle.turn():
            empty = statistics.median(oracle.echo([], []) for _ in range(ECHOES))
            one = min(oracle.lap(self.rule, batches, chained=True).nanoseconds for _ in range(3)) / TRIAL_BATCHES
        wanted = math.ceil(max(settings.segment_milliseconds * MILLISECOND, settings.overheads * empty) / one)
        size = sum(array.nbytes for array in _arrays(batches[0]))
        return max(1, min(wanted, settings.batches, int(settings.segment_mib * MIB // size)))

    def _measure_overhead(self, batches: int) -> int:
        """Nanoseconds that a segment's questions and answers take, at the least: what others slow down is noise."""
        oracle = self.entry.oracle
        given = self._fresh(oracle, batches, 0)
        each = [(self.rows, *shape) for shape in self.entry.outputs]
        shapes = each * batches if self.rule.work == "forward" else [slot.shape for slot in oracle.slots]
        with oracle.turn():
            return min(oracle.echo(given, shapes) for _ in range(ECHOES))

    def _check(
        self, drawn: tuple[list[Batch], list[Batch]], own: Mapping[str, Array], oracle: Mapping[str, Array]
    ) -> None:
        """Raise `VoidError` where the submission's answers aren't the oracle's on the same batches."""
        if self.rule.work == "train":
            self._check_weights(len(drawn[0]) - 1, own, oracle)
            return
        batches = drawn[1][1:]
        outputs = len(self.entry.outputs)
        named = [[own.get(f"y{batch}.{place}") for place in range(outputs)] for batch in range(len(batches))]
        answers = [[array for array in each if array is not None] for each in named]
        if any(len(each) < outputs for each in answers):
            raise VoidError("answers", "missing")
        highs = self.entry.oracle.highs
        given = turned([[_array(v) for v in b.inputs] for b in batches], [each[0] for each in answers], highs)
        plain = [Batch(inputs=inputs, targets=b.targets) for inputs, b in zip(given, batches, strict=True)]
        with self.entry.oracle.turn():
            self.entry.oracle.ready(self.rule, plain[0])
            right = self.entry.oracle.lap(self.rule, plain, chained=False).answers
        for batch, seen in enumerate(answers):
            expected = [right[f"y{batch}.{place}"] for place in range(outputs)]
            apart = difference(
                in_form(seen, squashed=self.entry.form in ("own logits", "both")),
                in_form(expected, squashed=self.entry.form in ("oracle logits", "both")),
            )
            if apart is None or apart > self.proof.outputs_of_largest:
                raise VoidError("answers", "?" if apart is None else f"{100 * apart:.2g}")

    def _check_weights(self, steps: int, own: Mapping[str, Array], oracle: Mapping[str, Array]) -> None:
        """Both must have moved alike: a step that was left out, or taken in lower precision, shows."""
        ours, theirs = self.entry.own, self.entry.oracle
        moved = _movements(theirs, oracle)
        seen = _movements(ours, own)
        for link in self.entry.way:
            for place, expected in zip(link.own, link.carry_movement([moved[n] for n in link.oracle]), strict=True):
                largest = float(np.abs(expected).max(initial=0))
                value = float(np.abs(ours.weights[place]).max(initial=0))
                allowed = self.proof.trained_of_movement * largest + steps * self.proof.trained_of_value * value
                apart = float(np.abs(seen[place] - expected).max(initial=0))
                if not apart <= allowed:
                    raise VoidError(
                        "answers", f"{100 * apart / largest:.2g}" if largest and math.isfinite(apart) else "?"
                    )


def _movements(side: TimedModel, after: Mapping[str, Array]) -> list[Array]:
    """How far each tensor has moved."""
    moves = []
    for slot, before in zip(side.slots, side.weights, strict=True):
        late = after.get(f"w{slot.number}")
        if late is None or late.shape != before.shape:
            raise VoidError("answers", "missing")
        moves.append(late.astype(np.float64) - before)
    return moves


def _arrays(batch: Batch) -> Iterator[Array]:
    yield from (array for array in batch.inputs if not isinstance(array, list))
    yield from batch.targets


def _array(values: Array | list[str]) -> Array:
    return np.asarray(values)
