"""What an engine is: it runs submissions somewhere, several at a time, and hands their evidence back.

An engine knows nothing of stores, checks and marks. So evidence is recalled, stored and judged in one way, wherever it
was made, and an engine that loses a process has only to run a submission again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from suite.grading.evidence_source import EvidenceSource
from suite.records import Device, Evidence, Provenance, Result, Submission


class Timer(Protocol):
    """Times graded submissions."""

    @property
    def at_a_time(self) -> int:
        """How many it times at a time: one a machine, which does nothing else meanwhile."""
        ...

    def time(self, submission: Submission, result: Result, told: Callable[[int, int], None]) -> Evidence | None:
        """The submission's evidence with its timings; `None` if there is nothing to time.

        `told` is called with the pairs of processes timed so far and the number of pairs in all, if that is known.
        """
        ...


class ClassRunner(Protocol):
    """Runs and times the submissions of one class."""

    def make(self, submission: Submission, origin: Provenance) -> Evidence:
        """Run one submission; called from several threads.

        `EngineError` means that no submission can be run any more.
        """
        ...

    def open_timer(self, device: Device) -> AbstractContextManager[Timer]:
        """What times submissions on that device, until the end of the block."""
        ...


class Engine(Protocol):
    """Runs the submissions of a class."""

    @property
    def at_a_time(self) -> int:
        """How many submissions it is given at a time."""
        ...

    def open(self, source: EvidenceSource) -> AbstractContextManager[ClassRunner]:
        """What runs submissions as `source` says, until the end of the block."""
        ...
