"""Reads a report's `results.json`, as far as judging or running again needs it, and the evidence beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from suite.errors import EvidenceError, UsageError, Words
from suite.grading.store import read_evidence
from suite.records import NOBODY, EarlierAttempt, Evidence, Identity, Language, Outcome, Text
from suite.records.attempt import points_by_check
from suite.records.evidence_json import hash_evidence
from suite.text.catalogue import catalogue

REMEDY = Words("grade the class again into this folder")


class Stored(BaseModel):
    """Base: other fields of the file are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class StoredVerdict(Stored):
    """One verdict as the check gave it, whatever a person made of it."""

    check: str
    task: str
    model: str
    outcome: Outcome
    points: float
    max_points: float
    observed: Any = None

    @model_validator(mode="before")
    @classmethod
    def _judge(cls, given: Any) -> Any:
        """The check's own outcome and points where a person has marked."""
        mark = given.get("mark") if isinstance(given, dict) else None
        if not isinstance(mark, dict):
            return given
        return given | {"outcome": mark.get("judged_outcome"), "points": mark.get("judged_points")}


class StoredEvidence(Stored):
    """Where the evidence is stored."""

    file: Annotated[str, StringConstraints(pattern=r"^evidence/[0-9a-f]{32}\.json$")]
    sha256: str
    content_hash: str = ""
    fingerprint: str = ""
    budget: str = ""
    code: str = ""


class StoredResult(Stored):
    """One submission as it was judged, whatever people made of it."""

    submission: str
    source: str
    student: Identity = NOBODY
    status: Outcome
    score: float | None
    max_score: float
    summary: Text
    verdicts: tuple[StoredVerdict, ...]
    evidence: StoredEvidence | None
    content_hash: str = ""
    earlier: EarlierAttempt | None = None

    @model_validator(mode="before")
    @classmethod
    def _judge(cls, given: Any) -> Any:
        """The judged score, status and sentence where people have changed them."""
        marking = given.get("marking") if isinstance(given, dict) else None
        if not isinstance(marking, dict):
            return given
        return given | {name: marking.get(f"judged_{name}") for name in ("score", "status", "summary")}

    @property
    def as_earlier(self) -> EarlierAttempt:
        """What is told of it beside a later attempt of the same student."""
        points = points_by_check(self.verdicts)
        return EarlierAttempt(status=self.status, score=self.score, max_score=self.max_score, points=points)

    @property
    def reason(self) -> Text:
        """The sentence in the class table; `EvidenceError` if this version doesn't have it."""
        if self.summary.key not in catalogue():
            raise EvidenceError(
                "{submission}: no message is called {key!r}; {remedy}",
                submission=self.submission,
                key=self.summary.key,
                remedy=REMEDY,
            )
        return self.summary


class StoredReport(Stored):
    """A graded class."""

    schema_version: Literal[3]
    assignment: str
    language: Language
    results: Annotated[tuple[StoredResult, ...], Field(min_length=1)]


def read_report(folder: Path) -> StoredReport:
    """The report in a folder; `UsageError` says what is missing or wrong."""
    path = folder / "results.json"
    if not folder.is_dir():
        raise UsageError(
            "there is no folder {folder}; name the folder that suite grade wrote its report into", folder=folder
        )
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise UsageError(
            "{folder} holds no results.json, so it isn't a report of suite grade", folder=folder
        ) from error
    except ValueError as error:
        raise EvidenceError("{path} is damaged ({error}); {remedy}", path=path, error=error, remedy=REMEDY) from error
    version = document.get("schema_version") if isinstance(document, dict) else None
    expected = StoredReport.model_fields["schema_version"].annotation
    try:
        return StoredReport.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise EvidenceError(
            "{path} isn't a report that this suite can judge again (schema version {version!r}, expected "
            "{expected}; {where}: {problem}); {remedy}",
            path=path,
            version=version,
            expected=expected,
            where=where,
            problem=first["msg"],
            remedy=REMEDY,
        ) from error


def find_result(report: StoredReport, name: str) -> StoredResult:
    """The result of one submission; `UsageError` names the known ones."""
    for result in report.results:
        if result.submission == name:
            return result
    known = ", ".join(result.submission for result in report.results)
    raise UsageError("no submission is called {name!r}; known: {known}", name=name, known=known)


def read_evidence_of(folder: Path, result: StoredResult) -> Evidence | None:
    """The evidence of a result; `None` if it never ran. Raises `EvidenceError` if the file can't be trusted."""
    if result.evidence is None:
        return None
    path = folder / result.evidence.file
    evidence = read_evidence(path)
    if hash_evidence(evidence) != result.evidence.sha256:
        raise EvidenceError(
            "{path} isn't the evidence from which {submission} was judged: its SHA-256 isn't the one that "
            "results.json names; {remedy}",
            path=path,
            submission=result.submission,
            remedy=REMEDY,
        )
    return evidence
