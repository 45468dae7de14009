"""What an engine is: it runs submissions somewhere, several at a time, and hands their evidence back.

An engine knows nothing of stores, checks and marks. So evidence is recalled, stored and judged in one way, wherever it
was made, and an engine that loses a process has only to run a submission again.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from suite.grading.evidence_source import EvidenceSource, Make


class Engine(Protocol):
    """Runs the submissions of a class."""

    @property
    def at_a_time(self) -> int:
        """How many submissions it is given at a time."""
        ...

    def open(self, source: EvidenceSource) -> AbstractContextManager[Make]:
        """What runs submissions as `source` says, until the end of the block."""
        ...
