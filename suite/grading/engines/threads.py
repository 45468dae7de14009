"""The engine `local`: this command runs the submissions itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from suite.grading.evidence_source import EvidenceSource, Make


@dataclass(frozen=True, slots=True)
class Threads:
    """A thread of this process for each submission that runs."""

    at_a_time: int
    """Number of threads."""

    @contextmanager
    def open(self, source: EvidenceSource) -> Iterator[Make]:
        """The source runs them."""
        yield source.make
