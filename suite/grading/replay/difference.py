"""Says whose marks moved from one report of a class to another, and why."""

from __future__ import annotations

from dataclasses import dataclass

from suite.grading.replay.stored import StoredReport, StoredResult
from suite.records import Text, text

CAUSES = {
    "content_hash": "moved_content_hash",
    "fingerprint": "moved_fingerprint",
    "budget": "moved_budget",
    "code": "moved_code",
}
"""Message by the field of `StoredEvidence` that says where evidence comes from; the first that differs is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChange:
    """A submission whose mark isn't what it was."""

    submission: str
    """Student name."""
    before: StoredResult | None
    """The older result; `None` if the submission wasn't in the class."""
    after: StoredResult | None
    """The newer result; `None` if it isn't in the class any more."""
    reason: Text
    """What changed first, of all that a mark depends on."""


def compare_reports(before: StoredReport, after: StoredReport) -> list[MarkChange]:
    """One per submission whose points or most points differ, by name."""
    old = {result.submission: result for result in before.results}
    new = {result.submission: result for result in after.results}
    return [
        MarkChange(
            submission=name, before=old.get(name), after=new.get(name), reason=_why(old.get(name), new.get(name))
        )
        for name in sorted(old.keys() | new.keys())
        if _mark(old.get(name)) != _mark(new.get(name))
    ]


def _mark(result: StoredResult | None) -> tuple[float | None, float] | None:
    return None if result is None else (result.score, result.max_score)


def _why(before: StoredResult | None, after: StoredResult | None) -> Text:
    """What a mark depends on, in the order in which one decides the next."""
    if before is None or after is None:
        return text("moved_new" if before is None else "moved_gone")
    one, other = before.evidence, after.evidence
    if one is None or other is None:
        return text("moved_unreadable" if other is None else "moved_readable")
    if one.sha256 == other.sha256:
        return text("moved_judged")
    changed = (key for name, key in CAUSES.items() if getattr(one, name) != getattr(other, name))
    return text(next(changed, "moved_run"))
