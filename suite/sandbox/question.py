"""Asks a process that has run its notebook what it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from suite.assignments import Probe
from suite.errors import AnswerError, FrameError
from suite.records import Evidence, Model, Outcome, Run, Shape
from suite.sandbox.answers import Description, ModelHeader, ProbeAnswer, Weights, as_layer, as_shape, parse
from suite.sandbox.channel import Channel
from suite.sandbox.draw import draw
from suite.sandbox.job import Job

SAMPLE_VALUES = 10
LEAVE_SECONDS = 5  # an interrupted loop ends within a step of training; one that swallows the interrupt never does


def question(run: Run, channel: Channel, job: Job) -> Evidence:
    """Ask for the models; whatever goes wrong in the answers is part of the evidence."""
    if not run.left:
        return Evidence(run=run, silent="" if run.stopped else "it can't be made to end")
    channel.accept()
    models: list[Model] = []
    patience = LEAVE_SECONDS if run.stopped_as is Outcome.TIMEOUT else None
    try:
        description = parse(Description, channel.ask("describe", patience=patience))
    except FrameError as error:
        return Evidence(run=run, silent=str(error))
    silent = ""
    try:
        for index, header in enumerate(description.models):
            try:
                models.append(_examine(channel, index, header, job, run))
            except AnswerError as error:
                models.append(_describe(header, run, problem=str(error)))
    except FrameError as error:
        silent = str(error)
    return Evidence(
        run=run,
        models=tuple(models),
        shell_lines=tuple(description.shell_lines),
        capped=tuple(description.capped),
        versions=description.versions,
        silent=silent,
    )


def _examine(channel: Channel, index: int, header: ModelHeader, job: Job, run: Run) -> Model:
    """Call one model with each probe until it accepts one, then read its layers."""
    trials = []
    for probe in job.probes:
        trials.append(_try(channel, index, probe, np.random.default_rng(job.probe_seed)))
        if not trials[-1].problem:
            break
    best = trials[0] if trials[-1].problem else trials[-1]
    order = {name: place for place, name in enumerate(best.calls)}
    frame = channel.ask("weights", model=index)
    layers = [as_layer(layer, frame, best.calls.get(layer.name)) for layer in parse(Weights, frame).layers]
    layers.sort(key=lambda layer: order.get(layer.name, len(order)))
    return replace(
        _describe(header, run, problem=best.problem),
        layers=tuple(layers),
        inputs=best.inputs,
        outputs=best.outputs,
        sample=best.sample,
    )


def _describe(header: ModelHeader, run: Run, problem: str) -> Model:
    """A model of which no more is known than where it came from."""
    return Model(
        name=header.name,
        framework=header.framework,
        class_name=header.class_name,
        cell=run.cells[min(header.cell, len(run.cells) - 1)].index,
        finished=header.finished,
        layers=(),
        inputs=(),
        outputs=(),
        sample=(),
        problem=problem,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """What one probe showed."""

    problem: str
    calls: dict[str, Shape]
    inputs: tuple[Shape, ...] = ()
    outputs: tuple[Shape, ...] = ()
    sample: tuple[float, ...] = ()


def _try(channel: Channel, index: int, probe: Probe, generator: np.random.Generator) -> _Trial:
    """Draw a probe and call one model with it."""
    arrays, texts = draw(probe, generator)
    frame = channel.ask("probe", arrays, model=index, inputs=len(probe.inputs), texts=texts)
    answer = parse(ProbeAnswer, frame)
    calls = {name: as_shape(shape, probe.rows) for name, shape in answer.calls}
    outputs = list(frame.arrays.values())
    if answer.problem or not outputs:
        return _Trial(problem=answer.problem or "it returned nothing", calls=calls)
    values = outputs[0].ravel()[:SAMPLE_VALUES].astype(np.float64)
    return _Trial(
        problem="",
        calls=calls,
        inputs=tuple((None, *(given.shape or (1,))) for given in probe.inputs),
        outputs=tuple(as_shape(output.shape, probe.rows) for output in outputs),
        sample=tuple(float(value) for value in np.nan_to_num(values)),
    )
