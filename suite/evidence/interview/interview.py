"""Asks a process that has run its notebook what it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from suite.errors import AnswerError, FrameError
from suite.evidence.interview.answers import Description, ModelHeader, TrainingAnswer, parse
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel, describe, inspect_model
from suite.evidence.interview.job import Job
from suite.evidence.interview.training_answers import as_observations
from suite.evidence.proof.tensor_usage import without_worth
from suite.records import Evidence, Model, Outcome, Run, TrainingClaim

LEAVE_SECONDS = 5  # an interrupted loop ends within a step of training; one that swallows the interrupt never does
Prove: TypeAlias = Callable[[Channel, InspectedModel], Model]
"""Holds a model that answers on the channel against the oracles; returns it with its proofs."""


def question(run: Run, channel: Channel, job: Job, prove: Prove | None = None) -> Evidence:
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
            _look(channel, index, header, job, run, models, prove)
    except FrameError as error:
        silent = str(error)
    return Evidence(
        run=run,
        models=tuple(models),
        shell_lines=tuple(description.shell_lines),
        capped=tuple(description.capped),
        versions=description.versions,
        observations=as_observations(description.observations, run),
        silent=silent,
    )


def _look(  # noqa: PLR0913, PLR0917 - what `question` has at hand
    channel: Channel,
    index: int,
    header: ModelHeader,
    job: Job,
    run: Run,
    models: list[Model],
    prove: Prove | None,
) -> None:
    """Add one model; a process that goes silent during the proof has shown nothing to matter."""
    try:
        examined = inspect_model(channel, index, header, job, run)
    except AnswerError as error:
        models.append(describe(header, run, problem=str(error)))
        return
    examined = replace(examined, model=replace(examined.model, training=_ask_training(channel, index)))
    models.append(examined.model)
    if prove is None:
        return
    try:
        models[-1] = prove(channel, examined)
    except FrameError as error:
        models[-1] = without_worth(examined.model)
        if not isinstance(error, AnswerError):
            raise


def _ask_training(channel: Channel, index: int) -> TrainingClaim | None:
    """What the process says of a model's training, if it can."""
    try:
        answer = parse(TrainingAnswer, channel.ask("training", model=index))
    except AnswerError:
        return None
    curves = {name: tuple(values) for name, values in answer.curves.items()}
    return TrainingClaim(steps=answer.steps, moved=answer.moved, curves=curves)
