"""Judges a stored class again without running anything, and says which scores change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from suite.assignments import Assignment, Expected
from suite.errors import EvidenceError, Words, joined
from suite.grading.replay.stored import StoredReport, StoredResult, StoredVerdict, read_evidence_of
from suite.judging import checks, diagnoses
from suite.records import Evidence, Outcome, Result, Submission, Text, Verdict, text

ROUNDING = 5e-4  # results.json keeps four digits of points


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points of a submission in one check, over all its models."""

    gained: float
    """Points gained."""
    most: float
    """Most points possible."""

    def __str__(self) -> str:
        return f"{round(self.gained, 2):g} / {round(self.most, 2):g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChange:
    """A check whose verdicts on a submission have changed."""

    submission: str
    """Student name."""
    check: str
    """Name of the check."""
    before: Points | None
    """Points as reported; `None` if the check is new."""
    after: Points | None
    """Points as judged now; `None` if the check no longer exists."""


def as_graded(report: StoredReport, assignment: Assignment) -> Assignment:
    """The assignment with the checks that were asked for besides its own when the class was graded."""
    timed = any(verdict.check == "throughput" for result in report.results for verdict in result.verdicts)
    return assignment.with_throughput() if timed else assignment


def judge_again(folder: Path, report: StoredReport, assignment: Assignment, expected: Expected) -> list[Result]:
    """Judge every submission again from its evidence; `EvidenceError` lists evidence that can't be used."""
    evidences: list[Evidence | None] = []
    problems: list[Words] = []
    for stored in report.results:
        try:
            evidences.append(read_evidence_of(folder, stored))
        except EvidenceError as error:
            problems.append(error.words)
    if problems:
        raise EvidenceError(joined(problems))
    judged = [
        _keep(stored, assignment)
        if evidence is None
        else diagnoses.explain(checks.judge(_submission_of(stored, evidence), assignment, expected, evidence))
        for stored, evidence in zip(report.results, evidences, strict=True)
    ]
    return [replace(result, earlier=stored.earlier) for stored, result in zip(report.results, judged, strict=True)]


def find_changes(report: StoredReport, results: Sequence[Result]) -> list[ScoreChange]:
    """One per submission and check whose verdicts differ, in the order of the class."""
    changes = []
    for stored, result in zip(report.results, results, strict=True):
        before, after = _by_check(stored.verdicts), _by_check(result.verdicts)
        for check in dict.fromkeys([*before, *after]):
            one, other = before.get(check, {}), after.get(check, {})
            if one.keys() != other.keys() or any(_differ(one[place], other[place]) for place in one):
                changes.append(
                    ScoreChange(submission=stored.submission, check=check, before=_sum(one), after=_sum(other))
                )
    return changes


def annotate(results: Iterable[Result], changes: Sequence[ScoreChange]) -> list[Result]:
    """The results, each with a note on what changed."""
    noted = []
    for result in results:
        own = [change for change in changes if change.submission == result.submission]
        said = "; ".join(f"{change.check} {change.before or '–'} → {change.after or '–'}" for change in own)
        notes = (*result.notes, text("note_judged_again", changes=said)) if own else result.notes
        noted.append(replace(result, notes=notes))
    return noted


def _by_check(verdicts: Iterable[StoredVerdict | Verdict]) -> dict[str, dict[tuple[str, str], StoredVerdict | Verdict]]:
    """Verdicts by check, and by task and model."""
    found: dict[str, dict[tuple[str, str], StoredVerdict | Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.check, {})[verdict.task, verdict.model] = verdict
    return found


def _differ(one: StoredVerdict | Verdict, other: StoredVerdict | Verdict) -> bool:
    """Whether two verdicts differ in outcome or points."""
    apart = max(abs(one.points - other.points), abs(one.max_points - other.max_points))
    return one.outcome is not other.outcome or apart > ROUNDING


def _sum(verdicts: Mapping[tuple[str, str], StoredVerdict | Verdict]) -> Points | None:
    """Points of a check; `None` if it judged nothing."""
    if not verdicts:
        return None
    return Points(
        gained=sum(verdict.points for verdict in verdicts.values()),
        most=sum(verdict.max_points for verdict in verdicts.values()),
    )


def _submission_of(stored: StoredResult, evidence: Evidence) -> Submission:
    """The submission without its files, which judging doesn't need."""
    return Submission(
        student=stored.submission,
        source=stored.source,
        identity=stored.student,
        files=(),
        main="",
        notebook=evidence.run.notebook,
        content_hash=evidence.provenance.content_hash if evidence.provenance else "",
    )


def _keep(stored: StoredResult, assignment: Assignment) -> Result:
    """The unchanged result of a submission that never ran: its file couldn't be read, or the harness failed."""
    reason: Text = stored.reason
    if stored.status is Outcome.HARNESS_ERROR:
        return Result(
            submission=stored.submission,
            source=stored.source,
            identity=stored.student,
            status=stored.status,
            score=None,
            max_score=checks.max_score(assignment),
            verdicts=(),
            summary=reason,
            content_hash=stored.content_hash,
        )
    unreadable = Submission(
        student=stored.submission,
        source=stored.source,
        identity=stored.student,
        problem=reason,
        content_hash=stored.content_hash,
        ungraded=stored.score is None,
    )
    return checks.judge_unreadable(unreadable, assignment)
