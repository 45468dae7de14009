"""One side of a paired timing: a model behind a channel, timed from outside and held still when it isn't its turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from suite.errors import FrameError, SuiteError
from suite.evidence.interview.answers import TimedAnswer, parse
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import TensorSlot
from suite.evidence.proof.experiment import Batch
from suite.evidence.proof.random_tensors import Array
from suite.evidence.timing.process_control import ProcessControl
from suite.records import Void, Work

MOST_CORES = 1.5  # times the cores that it was bound to: CPU time beyond that wasn't spent there
SMALLEST_NANOSECONDS = 5_000_000  # below, CPU clocks are too coarse to accuse anyone


class VoidError(SuiteError):
    """A side did what makes the timing worthless."""

    def __init__(self, void: Void, detail: str = "") -> None:
        super().__init__(f"{void}: {detail}")
        self.void: Void = void
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedWork:
    """How both sides work."""

    work: Work
    """A forward pass, or a training step."""
    rate: float
    """Of SGD."""
    threads: int
    """Of the framework."""
    device: str
    """`cpu` or `gpu`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One timed segment."""

    nanoseconds: int
    """From the question's first byte to the answer's last."""
    answers: Mapping[str, Array]
    """Arrays by name."""
    busy: bool
    """Whether threads were still at work when the answer was here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedModel:
    """One model, with the weights that it computes with."""

    channel: Channel
    """Of its process."""
    control: ProcessControl
    """Of its process."""
    index: int
    """Its place in the worker's list."""
    slots: Sequence[TensorSlot]
    """The tensors to be loaded."""
    weights: Sequence[Array]
    """What to load into them."""
    highs: Sequence[int]
    """Of each input: 0 for numbers, else one more than the largest word."""
    softmax: bool
    """Whether its outputs are logits whose probabilities are trained."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """During the block its processes run, each thread on its cores; outside they stand still."""
        self.control.release()
        self.control.pin()
        try:
            yield
        finally:
            if not self.control.hold():
                raise VoidError("running")

    def load(self, rule: TimedWork) -> None:
        """Give it its weights for good."""
        arrays = {f"w{slot.number}": array for slot, array in zip(self.slots, self.weights, strict=True)}
        answer, _, _ = self._ask("load", arrays, threads=rule.threads, device=rule.device)
        if rule.device == "gpu" and not any(word in answer.device.lower() for word in ("cuda", "gpu")):
            raise VoidError("device", answer.device)

    def ready(self, rule: TimedWork, batch: Batch) -> int:
        """One call that isn't part of a segment, then its weights and states anew; returns nanoseconds."""
        return self._ask("ready", _pack([batch]), **self._values(rule, [batch], chained=False))[1]

    def segment(self, rule: TimedWork, batches: Sequence[Batch], *, chained: bool) -> Segment:
        """Work through batches while the clock runs."""
        before = self.control.cpu_nanoseconds()
        answer, nanoseconds, answers = self._ask(
            "segment", _pack(batches), **self._values(rule, batches, chained=chained)
        )
        spent, busy = self.control.cpu_nanoseconds() - before, self.control.busy() > 1
        if answer.threads > rule.threads:
            raise VoidError("threads", str(answer.threads))
        allowed = MOST_CORES * len(self.control.cores) * nanoseconds + SMALLEST_NANOSECONDS
        if self.control.strayed() or spent > allowed:
            raise VoidError("cores")
        return Segment(nanoseconds=nanoseconds, answers=answers, busy=busy)

    def echo(self, batches: Sequence[Batch], shapes: Sequence[Sequence[int]]) -> int:
        """Nanoseconds that the same questions take with zeros for answers."""
        return self._ask("echo", _pack(batches), shapes=[list(shape) for shape in shapes])[1]

    def _values(self, rule: TimedWork, batches: Sequence[Batch], *, chained: bool) -> dict[str, Any]:
        return {
            "work": rule.work,
            "batches": len(batches),
            "inputs": len(batches[0].inputs),
            "outputs": len(batches[0].targets),
            "high": list(self.highs),
            "chained": chained,
            "rate": rule.rate,
            "softmax": self.softmax,
        }

    def _ask(
        self, question: str, arrays: dict[str, Array], **values: Any
    ) -> tuple[TimedAnswer, int, Mapping[str, Array]]:
        """Ask; a model that raises, or a process that is silent, makes the timing void."""
        self.channel.renew()
        try:
            frame, nanoseconds = self.channel.time(question, arrays, model=self.index, **values)
            answer = parse(TimedAnswer, frame)
        except FrameError as error:
            raise VoidError("silent", str(error)) from error
        if answer.problem:
            raise VoidError("raised", answer.problem)
        return answer, nanoseconds, frame.arrays


def _pack(batches: Sequence[Batch]) -> dict[str, Array]:
    """Inputs and targets under the names that the worker knows."""
    arrays: dict[str, Array] = {}
    for number, batch in enumerate(batches):
        arrays |= {
            f"x{number}.{place}": values for place, values in enumerate(batch.inputs) if not isinstance(values, list)
        }
        arrays |= {f"t{number}.{place}": values for place, values in enumerate(batch.targets)}
    return arrays
