"""One side of a paired timing: a model behind a channel, timed from outside and stopped when it isn't its turn."""

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
from suite.records import Device, Void, Work

MOST_CORES = 1.5  # CPU seconds allowed per second and core; more must have been spent on other cores
SMALLEST_NANOSECONDS = 5_000_000  # below this, CPU clocks are too coarse to accuse anyone


class VoidError(SuiteError):
    """A side did something that makes the timing invalid."""

    def __init__(self, void: Void, detail: str = "") -> None:
        super().__init__(f"{void}: {detail}")
        self.void: Void = void
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedWork:
    """The work that both sides do, and how."""

    work: Work
    """A forward pass, or a training step."""
    rate: float
    """Learning rate of SGD."""
    threads: int
    """Threads that the framework may use."""
    device: Device
    """What is computed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One timed segment."""

    nanoseconds: int
    """From the question's first byte to the answer's last."""
    answers: Mapping[str, Array]
    """Arrays by name."""
    busy: bool
    """Whether threads were still at work after the answer had arrived."""
    device_seconds: float
    """By the device's own clock, as the process reports; 0 if it has none."""
    device_bytes: int
    """Most memory of the device that tensors took, as the process reports; 0 for the processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedModel:
    """One model, with the weights that it computes with."""

    channel: Channel
    """Connection to its process."""
    control: ProcessControl
    """Stops its process and lets it run."""
    index: int
    """Its position in the worker's list of models."""
    slots: Sequence[TensorSlot]
    """The tensors to be loaded."""
    weights: Sequence[Array]
    """What to load into them."""
    highs: Sequence[int]
    """For each input: 0 for numbers, else one more than the largest word index."""
    softmax: bool
    """Whether its outputs are logits, to which training applies softmax."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """During the block its processes run, each thread on its cores; outside they are stopped."""
        self.control.release()
        self.control.pin()
        try:
            yield
        finally:
            if not self.control.hold():
                raise VoidError("running")

    def load(self, rule: TimedWork) -> None:
        """Load its weights, which all later calls start from."""
        arrays = {f"w{slot.number}": array for slot, array in zip(self.slots, self.weights, strict=True)}
        answer, _, _ = self._ask("load", arrays, threads=rule.threads, device=rule.device)
        if rule.device == "gpu" and not any(word in answer.device.lower() for word in ("cuda", "gpu")):
            raise VoidError("device", answer.device)

    def ready(self, rule: TimedWork, batch: Batch) -> int:
        """Make one call outside any segment, then reset weights and states; returns nanoseconds."""
        return self._ask("ready", _pack([batch]), **self._values(rule, [batch], chained=False))[1]

    def segment(self, rule: TimedWork, batches: Sequence[Batch], *, chained: bool) -> Segment:
        """Time one segment: work through batches."""
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
        return Segment(
            nanoseconds=nanoseconds,
            answers=answers,
            busy=busy,
            device_seconds=answer.device_seconds,
            device_bytes=answer.device_bytes,
        )

    def echo(self, batches: Sequence[Batch], shapes: Sequence[Sequence[int]]) -> int:
        """Nanoseconds for the same question if the answer is zeros that take no computing."""
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
        return ask_timed(self.channel, self.index, question, arrays, **values)


def ask_timed(
    channel: Channel, index: int, question: str, arrays: dict[str, Array], **values: Any
) -> tuple[TimedAnswer, int, Mapping[str, Array]]:
    """Ask a process about its model of that index: the answer, nanoseconds on the host's clock, and arrays.

    A model that raises, or a process that is silent, makes the timing void.
    """
    channel.renew()
    try:
        frame, nanoseconds = channel.time(question, arrays, model=index, **values)
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
