"""One submission through one sandbox: run the notebook, then ask the process what it holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from suite.assignments import Limits, Probe, Runtime
from suite.errors import AnswerError, FrameError
from suite.records import Evidence, Model, Outcome, Run, Shape, SourceFile, Submission
from suite.sandbox.answers import Description, ModelHeader, ProbeAnswer, Weights, as_layer, as_shape, parse
from suite.sandbox.channel import Channel
from suite.sandbox.draw import draw
from suite.sandbox.interface import Sandbox
from suite.sandbox.notebook import Played, play
from suite.sandbox.room import Room, open_room
from suite.sandbox.watch import Watch

SAMPLE_VALUES = 10
LOG_TAIL = 2000
MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What every run of one assignment and budget shares."""

    helpers: tuple[SourceFile, ...]
    """Files laid beside the submission."""
    data: Path
    """Prepared datasets."""
    hidden: tuple[Path, ...]
    """Folders that the submission must not see."""
    probes: Sequence[Probe]
    """What to call models with, tried in this order."""
    constants: Sequence[str]
    """Names of constants that `epochs` caps."""
    epochs: int
    """Cap on epochs; 0 for none."""
    wall_seconds: float
    """For the whole notebook, imports included."""
    limits: Limits
    """What the process tree may use."""
    seed: int
    """Seeds the frameworks in the sandbox."""
    runtime: Runtime
    """What it runs in."""
    probe_seed: int | None = None
    """Seeds the probes; `None` draws fresh ones, which a submission can't foresee."""


def observe(submission: Submission, job: Job, sandbox: Sandbox) -> Evidence:
    """Run a submission and return what was seen; raise `SandboxError` when the sandbox itself failed."""
    begin = time.monotonic()
    limits = job.limits
    with (
        open_room(submission.files, job.helpers, job.data, job.hidden) as room,
        Channel(room.channel, limits.answer_mib * MIB, limits.answer_seconds) as channel,
        Watch(limits, job.wall_seconds, room.base) as watch,
    ):
        room.write_settings(_settings(job, sandbox, room) | {"main": submission.main})
        played = asyncio.run(play(submission.notebook, sandbox, room, limits, watch))
        run = _as_run(played, sandbox.name, time.monotonic() - begin, room)
        return _question(run, channel, job)


def _settings(job: Job, sandbox: Sandbox, room: Room) -> dict[str, Any]:
    """What the worker needs to know; nothing in it is secret."""
    paths = sandbox.paths(room)
    return {
        "submission": paths.submission,
        "work": paths.work,
        "data": paths.data,
        "channel": str(room.channel),
        "constants": list(job.constants),
        "epochs": job.epochs,
        "seed": job.seed,
        "runtime": job.runtime,
        "open_files": job.limits.open_files,
        "file_bytes": job.limits.disk_mib * MIB,
    }


def _as_run(played: Played, sandbox: str, seconds: float, room: Room) -> Run:
    """The record of what the cells did."""
    stopped_as, stopped = played.stopped or (None, None)
    return Run(
        cells=played.cells,
        notebook=played.notebook,
        seconds=seconds,
        sandbox=sandbox,
        stopped=stopped,
        stopped_as=stopped_as,
        stderr_tail=room.log.read_text(errors="replace")[-LOG_TAIL:],
    )


def _question(run: Run, channel: Channel, job: Job) -> Evidence:
    """Ask for the models; whatever goes wrong in the answers is part of the evidence."""
    if run.stopped_as in (Outcome.MEMORY, Outcome.ERROR):
        return Evidence(run=run)
    channel.accept()
    models: list[Model] = []
    try:
        description = parse(Description, channel.ask("describe"))
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
