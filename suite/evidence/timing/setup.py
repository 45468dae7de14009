"""What a submission's duels need: the models that are timed, and everything that all duels share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suite.assignments import ProofSettings, Task, ThroughputSettings
from suite.evidence.interview.job import Job
from suite.records import Framework, Submission
from suite.sandbox.interface import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedTarget:
    """A model of a submission that is to be timed."""

    model_id: str
    """The oracle that it is proved to equal."""
    task: Task
    """What was to be built."""
    name: str
    """The variable that held it."""
    class_name: str
    """Its class."""
    place: int
    """Among the submission's models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingSetup:
    """What all duels of one submission share."""

    sandbox: Sandbox
    """What holds both sides."""
    jobs: Sequence[Job]
    """How the submission is run again, the cheapest first: where a model doesn't come to life, the next is tried."""
    oracle: Submission
    """The oracle's file of the submission's framework."""
    oracle_job: Job
    """How it is run."""
    framework: Framework
    """Of both."""
    settings: ThroughputSettings
    """How they are timed."""
    proof: ProofSettings
    """What counts as equal."""
    device: str = "cpu"
    """`gpu` asks PyTorch for one; TensorFlow takes one where it sees one."""
