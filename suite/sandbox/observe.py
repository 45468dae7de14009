"""One submission through one sandbox: run the notebook, then ask the process what it holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from suite.assignments import Limits
from suite.errors import FrameError
from suite.records import Evidence, Model, Outcome, Run, Shape, SourceFile, Submission
from suite.sandbox.answers import Description, ModelHeader, Probe, Weights, as_layer, as_shape, parse
from suite.sandbox.channel import Channel
from suite.sandbox.interface import Sandbox
from suite.sandbox.notebook import Played, play
from suite.sandbox.room import Room, open_room
from suite.sandbox.watch import Watch

PROBE_ROWS = 3  # no layer of the course has three units or three time steps as its first dimension
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
    inputs: Sequence[tuple[int, ...]]
    """Input shapes to try, without the batch dimension."""
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


def observe(submission: Submission, job: Job, sandbox: Sandbox) -> Evidence:
    """Run a submission and return what was seen; raise `SandboxError` when the sandbox itself failed."""
    begin = time.monotonic()
    limits = job.limits
    with (
        open_room(submission.files, job.helpers, job.data, job.hidden) as room,
        Channel(room.channel, limits.answer_mib * MIB, limits.answer_seconds) as channel,
        Watch(limits, job.wall_seconds, room.scratch) as watch,
    ):
        room.write_settings(_settings(job, sandbox, room))
        played = asyncio.run(play(submission.notebook, sandbox, room, limits, watch))
        run = _as_run(played, sandbox.name, time.monotonic() - begin, room)
        return _question(run, channel, job.inputs)


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


def _question(run: Run, channel: Channel, inputs: Sequence[tuple[int, ...]]) -> Evidence:
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
            models.append(_examine(channel, index, header, inputs, run))
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


def _examine(channel: Channel, index: int, header: ModelHeader, inputs: Sequence[tuple[int, ...]], run: Run) -> Model:
    """Probe one model with fresh inputs of each shape until it accepts one, then read its layers."""
    generator = np.random.default_rng()
    accepted: Shape | None = None
    output: Shape | None = None
    first: Probe | None = None
    for shape in inputs:
        values = generator.random((PROBE_ROWS, *shape), dtype=np.float32)
        frame = channel.ask("probe", {"input": values}, model=index)
        probe = parse(Probe, frame)
        first = first or probe
        if not probe.problem and "output" in frame.arrays:
            accepted, output, first = (None, *shape), as_shape(list(frame.arrays["output"].shape), PROBE_ROWS), probe
            break
    calls = {name: as_shape(shape, PROBE_ROWS) for name, shape in first.calls} if first else {}
    order = {name: place for place, name in enumerate(calls)}
    frame = channel.ask("weights", model=index)
    layers = [as_layer(layer, frame, calls.get(layer.name)) for layer in parse(Weights, frame).layers]
    layers.sort(key=lambda layer: order.get(layer.name, len(order)))
    return Model(
        name=header.name,
        framework=header.framework,
        class_name=header.class_name,
        cell=run.cells[min(header.cell, len(run.cells) - 1)].index,
        finished=header.finished,
        layers=tuple(layers),
        input_shape=accepted,
        output_shape=output,
        problem="" if accepted or first is None else first.problem,
    )
