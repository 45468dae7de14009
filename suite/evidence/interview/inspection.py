"""Examines one model: calls it with probes (sample inputs) until it accepts one, then reads its layers."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from suite.assignments import Probe, ProbeInput
from suite.codec import Frame
from suite.evidence.interview.answers import (
    LayerHeader,
    ModelHeader,
    ProbeAnswer,
    Weights,
    as_layer,
    as_shape,
    as_weights,
    parse,
)
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.handed_weights import hash_tensors, lay
from suite.evidence.interview.job import Job
from suite.evidence.interview.probe_inputs import FEWEST_WORDS, PROBES, draw, stream
from suite.evidence.interview.training_answers import place_of
from suite.frameworks import Framework, Role, framework_named
from suite.records import Model, Run, Shape, TakenInput

SAMPLE_VALUES = 10
FREE_SIZE = 12  # of inputs whose size may vary, the same for all, as it may have to be
AFTER_WEIGHTS = 1 << 20  # number of the probe after weights were laid in; those before it are fewer
WORDS_OF_TEXT = 20  # of a text that a model reads, as long as the titles of news


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorSlot:
    """A tensor of a model that the host can load with values of its own."""

    number: int
    """Its position in the worker's list of tensors."""
    layer: int
    """Index of its layer in `Model.layers`."""
    place: int | None
    """Index in `Layer.weights`; `None` for a buffer."""
    name: str
    """`<layer>.<tensor>`."""
    shape: tuple[int, ...]
    """Shape of its array."""
    called: bool
    """Whether its layer was called on the probe."""
    role: Role = ""
    """What it does in its layer; known for reference models only, as a submission may choose misleading names."""
    fan: int = 0
    """Of a kernel: how many numbers each output sums; 0 where that isn't known; for reference models only."""
    divided: bool = False
    """Of a scale: whether its layer divides by a stored deviation; for reference models only."""
    said: Role = ""
    """What it does if the names in its model are right: a guess."""
    keeping: tuple[int, int] | None = None
    """Of a bias of gates: which of how many parts opens the gate that keeps the state; for reference models only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingConvention:
    """How a model is called, where it isn't called with its inputs alone."""

    steps_first: bool = False
    """Whether its sequences have the steps before the rows, as the notebook calls it with such."""
    complete: bool = False
    """Whether the process fills in what the model requires beside its inputs: first states."""
    order: tuple[int, ...] = ()
    """The inputs' places, in the order in which the model takes them; empty for their own."""
    apart: int = 0
    """If above 0, so many inputs are arguments of their own, and the others are one; if below, all are one."""


PLAIN = CallingConvention()
Tensor: TypeAlias = tuple[str, str, str, tuple[int, ...], bool]
"""Its layer's name and class, its own name, its shape, and whether it is trained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedModel:
    """A model and what is needed to ask it further questions."""

    index: int
    """Its position in the worker's list of models."""
    model: Model
    """What was observed of it."""
    probe: Probe | None
    """What it accepted; `None` if it accepted nothing."""
    slots: tuple[TensorSlot, ...]
    """Its tensors, in the order of computation."""
    values: tuple[np.ndarray[Any, Any], ...]
    """What they held when it was examined, in the same order."""
    convention: CallingConvention = PLAIN
    """How it is called."""
    tried: Probe | None = None
    """What it accepted, or came nearest to accepting."""
    words: int = 0
    """How many words its largest embedding knows; 0 if it has none."""
    traceable: bool = False
    """Whether it computes the same as a graph, as none of its code is the notebook's; its process says so."""
    architecture: str = ""
    """What it is put together of, in JSON, as its process says; empty where code takes part, or nobody can tell."""
    tensors: tuple[Tensor, ...] = ()
    """Its tensors, in its process's order."""
    asked: tuple[np.ndarray[Any, Any], ...] = ()
    """The inputs that it accepted."""
    answered: tuple[np.ndarray[Any, Any], ...] = ()
    """What it answered to them, with `values`."""


def inspect_model(  # noqa: PLR0913, PLR0917 - the model, and how it was made
    channel: Channel, index: int, header: ModelHeader, job: Job, run: Run, files: Sequence[str] = ()
) -> InspectedModel:
    """Call one model with each probe until it accepts one, lay weights from `files` into it, then read its layers."""
    best: _ProbeResult | None = None
    for number, (convention, probe, rest) in enumerate(_ways(header, job.probes)):
        known = _within_vocabulary(probe, header.words)
        generator = stream(job.probe_seed, PROBES, index, number)
        trial = _try(channel, index, known, convention, generator, job)
        best = trial if best is None or trial.nearness > best.nearness else best
        if not best.problem and not _may_take_more(best.probe, rest):
            break
    assert best is not None  # noqa: S101 - an assignment has a probe
    laid, unfit = lay(channel, index, files)
    if laid and not best.problem:  # what it answers has changed
        generator = stream(job.probe_seed, PROBES, index, AFTER_WEIGHTS)
        best = _try(channel, index, best.probe, best.convention, generator, replace(job, repeated_steps=0))
    order = {name: place for place, name in enumerate(best.calls)}
    frame = channel.ask("weights", model=index)
    headers_said = parse(Weights, frame).layers
    headers = sorted(headers_said, key=lambda layer: order.get(layer.name, len(order)))
    layers = tuple(as_layer(layer, frame, best.calls.get(layer.name)) for layer in headers)
    model = replace(
        describe(header, run, problem=best.problem),
        layers=layers,
        inputs=best.inputs,
        outputs=best.outputs,
        sample=best.sample,
        laid=laid,
        laid_sha256=hash_tensors(frame.arrays.values()) if laid else "",
        unfit=unfit,
    )
    slots = tuple(_slots(headers, frame, best.calls, framework_named(header.framework)))
    arrays = list(frame.arrays.values())
    return InspectedModel(
        index=index,
        model=model,
        probe=None if best.problem else best.probe,
        slots=slots,
        values=tuple(arrays[slot.number] for slot in slots),
        convention=best.convention,
        tried=best.probe,
        words=header.words,
        traceable=best.traceable,
        architecture=best.architecture,
        tensors=list_tensors(headers_said, frame),
        asked=best.asked,
        answered=best.answered,
    )


def list_tensors(headers: Sequence[LayerHeader], frame: Frame) -> tuple[Tensor, ...]:
    """What the answer to `weights` says of each tensor."""
    return tuple(
        (header.name, header.kind, weight.name, weight.shape, weight.trainable)
        for header in headers
        for weight in as_weights([*header.weights, *header.buffers], header.name, frame)
    )


def describe(header: ModelHeader, run: Run, problem: str) -> Model:
    """A model of which only its origin is known."""
    return Model(
        name=header.name,
        framework=header.framework,
        class_name=header.class_name,
        cell=place_of(run, header.cell),
        finished=header.finished,
        layers=(),
        inputs=(),
        outputs=(),
        sample=(),
        problem=problem,
        within=tuple(header.within),
    )


def _slots(
    headers: Sequence[LayerHeader], frame: Frame, called: Container[str], framework: Framework
) -> Iterator[TensorSlot]:
    """A slot for each tensor of each layer, the layer's buffers last."""
    numbers = {key: number for number, key in enumerate(frame.arrays)}
    for layer, header in enumerate(headers):
        tensors = [*header.weights, *header.buffers]
        for place, (tensor, weight) in enumerate(zip(tensors, as_weights(tensors, header.name, frame), strict=True)):
            yield TensorSlot(
                number=numbers[tensor.key],
                layer=layer,
                place=place if place < len(header.weights) else None,
                name=f"{header.name}.{tensor.name}",
                shape=weight.shape,
                called=header.name in called,
                said=framework.role(tensor.name, header.kind),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _ProbeResult:
    """What one probe showed."""

    probe: Probe
    convention: CallingConvention
    problem: str
    calls: dict[str, Shape]
    inputs: tuple[Shape, ...] = ()
    outputs: tuple[Shape, ...] = ()
    sample: tuple[float, ...] = ()
    traceable: bool = False
    architecture: str = ""
    asked: tuple[np.ndarray[Any, Any], ...] = ()
    answered: tuple[np.ndarray[Any, Any], ...] = ()

    @property
    def nearness(self) -> tuple[bool, int, bool]:
        """The more, the nearer it came to an answer: whether there is one, layers called, and no texts in between."""
        return not self.problem, len(self.calls), not any(given.words for given in self.probe.inputs)


def probe_of(taken: Sequence[TakenInput]) -> Probe:
    """What to call a model with that takes these inputs; a size that may vary is chosen."""
    inputs = []
    for each in taken:
        shape = tuple(FREE_SIZE if given is None else given for given in each.shape)
        if each.text:
            inputs.append(ProbeInput(words=WORDS_OF_TEXT))
        else:
            inputs.append(ProbeInput(shape=shape, high=each.words or (FEWEST_WORDS if each.whole else 0)))
    rows = max((each.rows for each in taken), default=0)
    return Probe(inputs=tuple(inputs), rows=rows) if rows else Probe(inputs=tuple(inputs))


def _within_vocabulary(probe: Probe, words: int) -> Probe:
    """The probe with word indices that a model knows, and one at least: 0 is padding."""
    if not words:
        return probe
    inputs = [given.model_copy(update={"high": min(given.high, max(words, FEWEST_WORDS))}) for given in probe.inputs]
    return probe.model_copy(update={"inputs": tuple(inputs)})


def are_long(inputs: Iterable[np.ndarray[Any, Any]], steps: int) -> bool:
    """Whether some input may be a sequence of so many steps."""
    return any(array.ndim > 1 and array.shape[1] >= steps for array in inputs)


def _may_take_more(accepted: Probe, rest: Sequence[Probe]) -> bool:
    """Whether one of the probes that are left has more inputs, which a model of any number of them would take, too."""
    return any(len(probe.inputs) > len(accepted.inputs) for probe in rest)


def _ways(header: ModelHeader, probes: Sequence[Probe]) -> Iterator[tuple[CallingConvention, Probe, Sequence[Probe]]]:
    """Every way of calling a model, the usual ones first, each with the probes that are still to come in this way."""
    for number, probe in enumerate(probes, 1):
        yield CallingConvention(steps_first=_is_steps_first(header, probe)), probe, probes[number:]
    for probe in probes:
        yield CallingConvention(steps_first=_is_steps_first(header, probe), complete=True), probe, ()
    for probe in probes:
        count = len(probe.inputs)
        for order, apart in itertools.product(itertools.permutations(range(count)), range(-1, count - 1)):
            if count > 1 and (order, apart) != (tuple(range(count)), 0):
                yield CallingConvention(order=order, apart=apart), probe, ()


def _is_steps_first(header: ModelHeader, probe: Probe) -> bool:
    """Whether the notebook called the model with the steps of a probe's sequences before the rows.

    Sequences of words may have any number of steps: there the answer says which size was that of the rows, if the
    notebook went on to train with it. A batch read the wrong way round would have stopped there.
    """
    given, called = probe.inputs[0], header.called_with
    if len(called) != len(given.shape) + 1 or not given.shape:
        return False
    if given.high and len(given.shape) == 1:
        return called[0] != header.answered_with == called[1]
    return called[0] == given.shape[0] != called[1]


def _try(  # noqa: PLR0913, PLR0917 - a question and how it is asked
    channel: Channel,
    index: int,
    probe: Probe,
    convention: CallingConvention,
    generator: np.random.Generator,
    job: Job,
) -> _ProbeResult:
    """Draw a probe's inputs and call one model with them."""
    arrays, texts = draw(probe, generator)
    repeated = bool(job.repeated_steps) and are_long(arrays.values(), job.repeated_steps)
    frame = channel.ask(
        "probe",
        arrays,
        model=index,
        inputs=len(probe.inputs),
        texts=texts,
        convention=asdict(convention),
        repeated=repeated,
        copied=job.copied,
    )
    answer = parse(ProbeAnswer, frame)
    calls = {name: as_shape(shape, probe.rows) for name, shape in answer.calls}
    outputs = list(frame.arrays.values())
    if answer.problem or not outputs:
        return _ProbeResult(
            probe=probe, convention=convention, problem=answer.problem or "it returned nothing", calls=calls
        )
    values = outputs[0].ravel()[:SAMPLE_VALUES].astype(np.float64)
    return _ProbeResult(
        probe=probe,
        convention=convention,
        problem="",
        calls=calls,
        inputs=probe.shapes,
        outputs=tuple(as_shape(output.shape, probe.rows) for output in outputs),
        sample=tuple(float(value) for value in np.nan_to_num(values)),
        traceable=answer.traceable,
        architecture="" if texts else answer.architecture,
        asked=tuple(arrays.values()),
        answered=tuple(outputs),
    )
