"""How the submissions of a class are run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suite.assignments import Assignment, Budget
from suite.grading.store import Store
from suite.records import Device
from suite.sandbox import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingPlan:
    """How submissions are run."""

    assignment: Assignment
    """The assignment to grade."""
    budget: Budget
    """The budget, which limits training."""
    sandbox: Sandbox
    """The sandbox that submissions run in."""
    jobs: int
    """Number of submissions to run at a time."""
    environment: Mapping[str, str]
    """Environment variables that say where datasets may be."""
    store: Store | None
    """Evidence of earlier runs; `None` to run everything again and store nothing."""
    seed: int = 0
    """Seeds the frameworks in the sandbox."""
    probe_seed: int | None = None
    """Seed of the host's random inputs; `None` means a new one per submission, recorded in its evidence."""
    proving: bool = True
    """Whether models are compared with the references if a check needs it; else each layer is inspected by itself."""
    inspecting: bool = True
    """Whether layers are inspected by themselves where models aren't compared with references."""
    names: tuple[str, ...] | None = None
    """Names of a notebook of which an assignment is to be made: see `Job.names`."""
    throughput: Device | None = None
    """What models are timed on beside the references after all submissions are graded; `None` for no timings."""
