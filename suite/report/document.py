"""What `results.json` holds, key by key; its JSON Schema, docs/results.schema.json, is made from this.

Keys may be added under the same version. One that is removed, renamed or means something else makes a new version.
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict  # before Python 3.12 pydantic takes no other

from suite.records import Language

SCHEMA_VERSION = 3
DIALECT = "https://json-schema.org/draft/2020-12/schema"
DESCRIBED = with_config(ConfigDict(use_attribute_docstrings=True))


@DESCRIBED
class StudentDocument(TypedDict):
    """Who handed it in, as far as the platform or the class list says."""

    id: str
    """Number or account; empty if unknown."""
    name: str
    """Full name, or the group's."""
    email: str
    """Address."""
    attempt: int
    """Which attempt it is, from 1; 0 if unknown."""
    late: bool
    """Whether the platform says that it came late."""
    group: str
    """Group or section."""


@DESCRIBED
class SummaryDocument(TypedDict):
    """The result's sentence, in a form that doesn't depend on the language."""

    key: str
    """Which sentence it is."""
    values: dict[str, str | int | float]
    """What stands in its gaps."""


@DESCRIBED
class EvidenceDocument(TypedDict):
    """Where the evidence lies, and what it takes to run the submission again."""

    file: str
    """Path in the report's folder."""
    sha256: str
    """SHA-256 of the evidence."""
    content_hash: str
    """SHA-256 of what was handed in."""
    fingerprint: str
    """SHA-256 of the assignment's settings and helper files."""
    budget: str
    """How much it might train."""
    seed: int
    """Seed of the run."""
    probe_seed: int
    """Seed of the grader's draws."""
    suite: str
    """Version of the suite."""
    code: str
    """SHA-256 of the suite's code that makes evidence."""


@DESCRIBED
class DiagnosisDocument(TypedDict):
    """A cause that was recognised."""

    cause: str
    """Its name."""
    cell: int | None
    """Index of the cell where it shows."""
    message: str
    """What the student is told."""


@DESCRIBED
class VerdictDocument(TypedDict):
    """What one check says of one task."""

    check: str
    """The check."""
    task: str
    """The task; empty for the run as a whole."""
    model: str
    """The reference model that it was compared with."""
    outcome: str
    """How it ended: pass, fail, error, …"""
    points: float
    """Points gained."""
    max_points: float
    """The most points possible."""
    expected: Any
    """What the reference showed; its form depends on the check."""
    observed: Any
    """What the submission showed, in the same form."""
    message: str
    """What it means and what to do."""
    details: list[str]
    """One finding each."""
    mark: dict[str, Any] | None
    """A person's mark, if the points are from one."""


@DESCRIBED
class ResultDocument(TypedDict):
    """One submission."""

    submission: str
    """The student's name, as on the pages."""
    source: str
    """Path as given."""
    student: StudentDocument
    """Who handed it in."""
    status: str
    """How it ended: pass, fail, waiting, error, …"""
    score: float | None
    """Points; null where it couldn't be graded, which is no zero."""
    max_score: float
    """The most points possible."""
    waiting: float
    """Points that wait for a person."""
    content_hash: str
    """SHA-256 of what was handed in."""
    earlier: dict[str, Any] | None
    """How the attempt before was judged in this report."""
    marking: dict[str, Any] | None
    """What people say of it."""
    message: str
    """The one sentence for the class table."""
    summary: SummaryDocument
    """The same sentence, for programs."""
    notes: list[str]
    """Remarks that cost no points."""
    evidence: EvidenceDocument | None
    """Where the evidence lies; null where nothing ran."""
    sandbox: str | None
    """What held it."""
    runtime: str | None
    """Which frameworks it ran with: keras, keras2, torch, …"""
    seconds: float | None
    """How long the notebook ran."""
    data: str | None
    """Where the dataset came from, and how many rows it gave."""
    versions: dict[str, str]
    """Versions of libraries."""
    proof_status: dict[str, str]
    """By task: proved, disproved or claimed."""
    diagnoses: list[DiagnosisDocument]
    """Causes that were recognised, the likeliest first."""
    verdicts: list[VerdictDocument]
    """In the order of the checks."""


@DESCRIBED
class ReportDocument(TypedDict):
    """A graded class."""

    schema_version: int
    """3."""
    assignment: str
    """Name of the assignment."""
    language: Language
    """Language of the sentences."""
    notes: list[str]
    """Remarks on the class as a whole."""
    results: list[ResultDocument]
    """In the order of the submissions."""


def results_schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    schema = TypeAdapter(ReportDocument).json_schema()
    return {"$schema": DIALECT} | schema | {"title": "results.json"}
