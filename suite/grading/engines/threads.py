"""The engine `local`: this command runs the submissions itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from suite.grading.engines.interface import ClassRunner
from suite.grading.evidence_source import EvidenceSource


@dataclass(frozen=True, slots=True)
class Threads:
    """A thread of this process for each submission that runs."""

    at_a_time: int
    """Number of threads."""

    @contextmanager
    def open(self, source: EvidenceSource) -> Iterator[ClassRunner]:
        """The source runs them."""
        yield source
