"""Asks a process that has run its notebook which models it holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from suite.errors import AnswerError, FrameError
from suite.evidence.interview.answers import Description, ModelHeader, TakesAnswer, TrainingAnswer, parse
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.handed_weights import offered
from suite.evidence.interview.inspection import InspectedModel, describe, inspect_model, probe_of
from suite.evidence.interview.job import Job
from suite.evidence.interview.session import Session
from suite.evidence.interview.training_answers import as_observations
from suite.records import Outcome, TakenInput, TrainingClaim, TrainingObservations

LEAVE_SECONDS = 5  # an interrupted loop ends within a step of training; one that swallows the interrupt never does


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """What a process reports about itself, with nothing proved yet, and a way to inspect its models."""

    session: Session
    """The process."""
    job: Job
    """How it was run."""
    headers: tuple[ModelHeader, ...] = ()
    """Its models, in order of creation, and after them those inside them; none where the assignment asks for none."""
    shell_lines: tuple[str, ...] = ()
    """Shell commands that were recorded and not run."""
    capped: tuple[str, ...] = ()
    """What the budget cut."""
    versions: dict[str, str] = field(default_factory=dict)
    """Python and framework versions in the sandbox."""
    observations: TrainingObservations = field(default_factory=TrainingObservations)
    """How the notebook trained."""
    silent: str = ""
    """Why the process doesn't answer; empty if it does."""

    @property
    def whole(self) -> int:
        """How many of its models, the first ones, stand by themselves."""
        return next((place for place, header in enumerate(self.headers) if header.within), len(self.headers))

    def inspect(self, index: int) -> InspectedModel:
        """Inspect one model; if the process can't show it, only its origin is known.

        Raises `FrameError` where the process stops answering.
        """
        channel, header, run = self.session.channel, self.headers[index], self.session.run
        taken = _ask_inputs(channel, index, header) if self.job.names is not None else ()
        job = replace(self.job, probes=(probe_of(taken),)) if taken else self.job
        try:
            inspected = inspect_model(channel, index, header, job, run, offered(index, self.headers, job.weights))
        except AnswerError as error:
            model = describe(header, run, problem=str(error))
            return InspectedModel(index=index, model=model, probe=None, slots=(), values=())
        return replace(inspected, model=replace(inspected.model, takes=taken, training=_ask_training(channel, index)))


def interview(session: Session, job: Job) -> Interview:
    """Ask a process to describe itself; if it doesn't answer, `silent` says why."""
    run, channel = session.run, session.channel
    if not run.left:
        return Interview(session=session, job=job, silent="" if run.stopped else "it can't be made to end")
    channel.accept()
    patience = LEAVE_SECONDS if run.stopped_as is Outcome.TIMEOUT else None
    try:
        description = parse(Description, channel.ask("describe", patience=patience))
    except FrameError as error:
        return Interview(session=session, job=job, silent=str(error))
    return Interview(
        session=session,
        job=job,
        headers=tuple(description.models) if job.probes else (),
        shell_lines=tuple(description.shell_lines),
        capped=tuple(description.capped),
        versions=description.versions,
        observations=as_observations(description.observations, run),
    )


def _ask_inputs(channel: Channel, index: int, header: ModelHeader) -> tuple[TakenInput, ...]:
    """What a model's notebook gives it, rows first; nothing where that doesn't show."""
    try:
        answer = parse(TakesAnswer, channel.ask("takes", model=index))
    except AnswerError:
        return ()
    taken = [TakenInput(**(each.model_dump() | {"shape": tuple(each.shape)})) for each in answer.inputs]
    called = header.called_with
    if taken and len(called) > 1 and called[0] != header.answered_with == called[1]:
        taken[0] = replace(taken[0], shape=(called[0], *called[2:]))
    return tuple(taken)


def _ask_training(channel: Channel, index: int) -> TrainingClaim | None:
    """What the process says about a model's training, if it can."""
    try:
        answer = parse(TrainingAnswer, channel.ask("training", model=index))
    except AnswerError:
        return None
    curves = {name: tuple(values) for name, values in answer.curves.items()}
    return TrainingClaim(steps=answer.steps, moved=answer.moved, curves=curves)
