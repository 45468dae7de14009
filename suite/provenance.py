"""The record of where evidence comes from: what it takes to judge it again, or to run its submission again exactly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How one piece of evidence came about; runtime, sandbox and data stand in the evidence itself."""

    key: str
    """Hash of what it depends on; the name of its file."""
    submission: str
    """Student name."""
    source: str
    """Path as the instructor gave it."""
    content_hash: str
    """SHA-256 of the submission's paths and contents."""
    assignment: str
    """Name of the assignment."""
    fingerprint: str
    """SHA-256 of its settings and helper files."""
    oracles: dict[str, str]
    """Framework to the SHA-256 of the oracles' file; empty where nothing was to be proved."""
    budget: str
    """How much training was allowed."""
    seed: int
    """Seeded the frameworks in the sandbox."""
    probe_seed: int
    """Seeded every draw of the host: probes, weights, inputs and targets."""
    suite: str
    """Version of the suite."""
    code: str
    """SHA-256 of the code that makes evidence."""
    libraries: dict[str, str]
    """Versions of Python and of what a submission may import."""
