"""How the submissions of a class are run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suite.assignments import Assignment, Budget
from suite.grading.store import Store
from suite.sandbox import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingPlan:
    """How submissions are run."""

    assignment: Assignment
    """What was asked for."""
    budget: Budget
    """How much training is allowed."""
    sandbox: Sandbox
    """What holds the submissions."""
    jobs: int
    """Submissions at a time."""
    environment: Mapping[str, str]
    """Where datasets may lie."""
    store: Store | None
    """Evidence of earlier runs; `None` to run everything afresh and keep nothing."""
    seed: int = 0
    """Seeds the frameworks in the sandbox."""
    probe_seed: int | None = None
    """Seeds the host's draws; `None` takes a fresh one for each submission, which its evidence names."""
    proving: bool = True
    """Whether models are held against the references, where a check asks for it; else each layer is looked at alone."""
    throughput: bool = False
    """Whether models are timed beside the references, when all submissions are graded."""
