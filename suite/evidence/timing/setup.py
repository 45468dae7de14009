"""What the timings of a submission need: the models that are timed, and what all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suite.assignments import ModelTask, ProofSettings, ThroughputSettings
from suite.evidence.interview.job import Job
from suite.records import Device, Submission
from suite.sandbox.interface import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedTarget:
    """A model of a submission that is to be timed."""

    task: ModelTask
    """The task that it was built for."""
    model_id: str
    """The reference that it is proved to equal."""
    place: int
    """Its position among the submission's models, in every run."""
    class_name: str
    """Its class, to be sure that it is the same model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingSetup:
    """What all timings of one submission share."""

    sandbox: Sandbox
    """The sandbox of both sides."""
    jobs: Sequence[Job]
    """How the submission is run again, the cheapest first; if a model doesn't appear, the next is tried."""
    reference: Submission
    """The file of references in the submission's framework."""
    reference_job: Job
    """How it is run."""
    settings: ThroughputSettings
    """How they are timed."""
    proof: ProofSettings
    """What counts as equal."""
    device: Device = "cpu"
    """`gpu` makes PyTorch use one; TensorFlow uses one whenever it sees one, as its `Job.devices` let it."""
