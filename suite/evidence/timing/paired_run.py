"""Runs one timing's quads (four timed segments each) in one pair of processes, and checks every answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from suite.assignments import ProofSettings, ThroughputSettings
from suite.evidence.proof.distance import difference, in_form
from suite.evidence.proof.experiment import Batch
from suite.evidence.proof.random_tensors import Array
from suite.evidence.timing.chained_inputs import turned
from suite.evidence.timing.pairing import TimedPair
from suite.evidence.timing.timed_model import Segment, TimedModel, TimedWork, VoidError
from suite.evidence.timing.warm_up import Draw, count_batches, measure_overhead, warm_up
from suite.records import Quad

MATRIX = 2  # dimensions


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedRun:
    """The result of one pair of processes."""

    batches: int
    """Batches per segment."""
    quads: tuple[Quad, ...]
    """In the order in which they ran."""
    busy: int
    """Number of the submission's segments after which some of its threads were still at work."""
    compile_seconds: tuple[float, float]
    """How much longer the first call took than later ones: the submission's, then the reference's."""
    device_seconds: tuple[float, float]
    """Both sides' segments by the clock of their device, as their processes report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedRunner:
    """Runs the quads of one timing in one pair of processes."""

    pair: TimedPair
    """Both models."""
    work: TimedWork
    """What is timed, and on what."""
    rows: int
    """Rows per batch."""
    settings: ThroughputSettings
    """How it is timed."""
    proof: ProofSettings
    """What counts as equal."""
    seed: int
    """Seed of the inputs, which no submission can know."""

    def run(self, number_of_pair: int, coin: Sequence[bool], batches: int) -> PairedRun:
        """Run a quad for each toss of `coin`; `batches` is 0 if it isn't known yet. Raises `VoidError`."""
        reference = self.pair.reference
        compiled = self._warm_up_own(), warm_up(reference, self.work, self._drawing(reference), self.settings)
        draw = self._drawing(reference)
        batches = batches or count_batches(reference, self.work, draw, self.settings)
        outputs = self.pair.output_shapes(self.rows)
        overhead = measure_overhead(reference, self.work, draw(batches), outputs)
        quads, segments = [], []
        for number, own_first in enumerate(coin):
            ours, theirs = self._run_quad(number, batches, own_first=own_first)
            quads.append(
                Quad(
                    pair=number_of_pair,
                    own_first=own_first,
                    own=(ours[0].nanoseconds, ours[1].nanoseconds),
                    reference=(theirs[0].nanoseconds, theirs[1].nanoseconds),
                    overhead=overhead,
                )
            )
            segments += [(number, place, ours[place], theirs[place]) for place in (0, 1)]
        for number, place, mine, right in segments:
            self._check(self._draw(number, place, batches), mine.answers, right.answers)
            self._check_speed(mine.nanoseconds, batches)
        return PairedRun(
            batches=batches,
            quads=tuple(quads),
            busy=sum(mine.busy for _, _, mine, _ in segments),
            compile_seconds=compiled,
            device_seconds=(
                sum(mine.device_seconds for _, _, mine, _ in segments),
                sum(right.device_seconds for _, _, _, right in segments),
            ),
        )

    def _warm_up_own(self) -> float:
        """Warm up the submission; a model that the host can't move to a GPU isn't timed, and that isn't its fault."""
        own = self.pair.own
        try:
            return warm_up(own, self.work, self._drawing(own), self.settings)
        except VoidError as error:
            if self.pair.gpu is not None and error.void == "raised":
                raise VoidError("device", error.detail) from error
            raise

    def _run_quad(self, number: int, batches: int, *, own_first: bool) -> tuple[list[Segment], list[Segment]]:
        """ABBA or BAAB; the first segments of both sides get the same batches, and so do the second ones."""
        drawn = [self._draw(number, place, batches) for place in (0, 1)]
        own: list[Segment] = []
        reference: list[Segment] = []
        for is_own in (own_first, not own_first, not own_first, own_first):
            side, segments = (self.pair.own, own) if is_own else (self.pair.reference, reference)
            given = drawn[len(segments)][0 if is_own else 1]
            if self.pair.gpu is not None:
                with self.pair.reference.turn():
                    self.pair.gpu.settle()
            with side.turn():
                side.ready(self.work, given[0])
                segments.append(side.segment(self.work, given[1:], chained=True))
        return own, reference

    def _draw(self, number: int, place: int, batches: int) -> tuple[list[Batch], list[Batch]]:
        """A batch to get ready with and those of a segment, for both sides; the same in every call."""
        return self.pair.draw(self.rows, batches + 1, np.random.default_rng([self.seed, number, place]))

    def _drawing(self, side: TimedModel) -> Draw:
        """A source of batches for one side, for calls other than timed segments."""
        generator = np.random.default_rng([self.seed, 1 << 32, side is self.pair.own])

        def draw(batches: int) -> list[Batch]:
            own, reference = self.pair.draw(self.rows, batches, generator)
            return own if side is self.pair.own else reference

        return draw

    def _check(
        self, drawn: tuple[list[Batch], list[Batch]], own: Mapping[str, Array], reference: Mapping[str, Array]
    ) -> None:
        """Raise `VoidError` if the submission's answers differ from the reference's on the same batches."""
        if self.work.work == "train":
            self._check_weights(len(drawn[0]) - 1, own, reference)
            return
        batches = drawn[1][1:]
        outputs = len(self.pair.outputs)
        named = [[own.get(f"y{batch}.{place}") for place in range(outputs)] for batch in range(len(batches))]
        answers = [[array for array in each if array is not None] for each in named]
        if any(len(each) < outputs for each in answers):
            raise VoidError("answers", "missing")
        highs = self.pair.reference.highs
        given = turned([[_array(v) for v in b.inputs] for b in batches], [each[0] for each in answers], highs)
        plain = [Batch(inputs=inputs, targets=b.targets) for inputs, b in zip(given, batches, strict=True)]
        with self.pair.reference.turn():
            self.pair.reference.ready(self.work, plain[0])
            right = self.pair.reference.segment(self.work, plain, chained=False).answers
        for batch, seen in enumerate(answers):
            expected = [right[f"y{batch}.{place}"] for place in range(outputs)]
            apart = difference(
                in_form(seen, squashed=self.pair.same.own_logits),
                in_form(expected, squashed=self.pair.same.reference_logits),
            )
            if apart is None or apart > self.proof.outputs_of_largest:
                raise VoidError("answers", "?" if apart is None else f"{100 * apart:.2g}")

    def _check_speed(self, nanoseconds: int, batches: int) -> None:
        """Raise `VoidError` if a segment took less time than the GPU needs for its products of matrices.

        A bound from below: each weight of a matrix is multiplied once for each row. There is none where inputs are
        words, whose vectors are looked up.
        """
        if self.pair.gpu is None or any(self.pair.reference.highs):
            return
        entries = sum(values.size for values in self.pair.reference.weights if values.ndim == MATRIX)
        if nanoseconds < self.pair.gpu.least_nanoseconds(entries * self.rows * batches):
            raise VoidError("impossible", f"{nanoseconds / 1e6:.3g} ms")

    def _check_weights(self, steps: int, own: Mapping[str, Array], reference: Mapping[str, Array]) -> None:
        """Raise `VoidError` if the weights changed differently: by a missing step, or one in lower precision."""
        ours, theirs = self.pair.own, self.pair.reference
        moved = _movements(theirs, reference)
        seen = _movements(ours, own)
        for place, expected in enumerate(self.pair.same.mapping.carry_movements(moved)):
            largest = float(np.abs(expected).max(initial=0))
            value = float(np.abs(ours.weights[place]).max(initial=0))
            allowed = self.proof.trained_of_movement * largest + steps * self.proof.trained_of_value * value
            apart = float(np.abs(seen[place] - expected).max(initial=0))
            if not apart <= allowed:
                share = f"{100 * apart / largest:.2g}" if largest and math.isfinite(apart) else "?"
                raise VoidError("answers", share)


def _movements(side: TimedModel, after: Mapping[str, Array]) -> list[Array]:
    """How much each tensor has changed."""
    moves = []
    for slot, before in zip(side.slots, side.weights, strict=True):
        late = after.get(f"w{slot.number}")
        if late is None or late.shape != before.shape:
            raise VoidError("answers", "missing")
        moves.append(late.astype(np.float64) - before)
    return moves


def _array(values: Array | list[str]) -> Array:
    return np.asarray(values)
