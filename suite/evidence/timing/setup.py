"""What the timings of a submission need: the models that are timed, and what all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suite.assignments import ProofSettings, Task, ThroughputSettings
from suite.evidence.interview.job import Job
from suite.records import Submission
from suite.sandbox.interface import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedTarget:
    """A model of a submission that is to be timed."""

    task: Task
    """What was to be built."""
    model_id: str
    """The reference that it is proved to equal."""
    place: int
    """Among the submission's models, each time that it runs."""
    class_name: str
    """Its class, to be sure that it is the same model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingSetup:
    """What all timings of one submission share."""

    sandbox: Sandbox
    """What holds both sides."""
    jobs: Sequence[Job]
    """How the submission is run again, the cheapest first: where a model doesn't come to life, the next is tried."""
    reference: Submission
    """The reference's file of the submission's framework."""
    reference_job: Job
    """How it is run."""
    settings: ThroughputSettings
    """How they are timed."""
    proof: ProofSettings
    """What counts as equal."""
    device: str = "cpu"
    """`gpu` asks PyTorch for one; TensorFlow takes one where it sees one."""
