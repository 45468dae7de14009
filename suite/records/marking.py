"""What people say of a submission: marks, comments, requests, and how late it came."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from suite.records.message import Text
from suite.records.run import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who entered something into the ledger, and when."""

    who: str
    """The name under which it was entered."""
    when: str
    """ISO 8601, to the second, with its offset."""
    entry: str
    """Identifier of the ledger's entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionMark:
    """The points of one criterion of a rubric."""

    criterion: str
    """Its title in the report's language."""
    points: float
    """Points given."""
    max_points: float
    """The most possible."""
    comments: tuple[str, ...] = ()
    """What was said to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A person's points in place of a check's."""

    author: Author
    """Whose they are."""
    judged_outcome: Outcome
    """What the check had said."""
    judged_points: float | None
    """Points that it had given; `None` where there was no score."""
    title: str = ""
    """The task's title in the report's language; empty for an override."""
    criteria: tuple[CriterionMark, ...] = ()
    """One per criterion; empty for an override."""
    comment: str = ""
    """What was said to the whole, or why the check was overridden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment on a submission, or on everybody with the same diagnosis."""

    author: Author
    """Whose it is."""
    comment: str
    """What it says."""
    about: str = ""
    """The check or the task that it is about; empty for the whole submission."""
    for_group: bool = False
    """Whether it is for everybody with the same diagnosis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegradeRequest:
    """A student's request to look again, with what was answered."""

    author: Author
    """Who entered it."""
    request: str
    """What the student says."""
    about: str = ""
    """The check or the task that it is about; empty for the whole submission."""
    answer: str = ""
    """Empty until it was answered."""
    answered: Author | None = None
    """Who answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How late a submission came, and what that costs."""

    hours: float
    """Hours after the deadline, without the extension."""
    extension_hours: float
    """Hours by which its deadline was put off."""
    days: int
    """Days begun that count, after extension and grace."""
    percent: float
    """Percentage that is taken off."""
    deducted: float
    """Points that were taken off."""
    message: Text
    """The same as a sentence."""


class Misfit(StrEnum):
    """Why an entry of the ledger isn't applied."""

    CHANGED = "changed"
    """The submission has changed since."""
    RUBRIC = "rubric"
    """The assignment has changed: there is no such check, task or criterion any more, or it has fewer points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnappliedEntry:
    """An entry of the ledger that is shown and not applied."""

    author: Author
    """Whose it is."""
    misfit: Misfit
    """Why it isn't applied."""
    content: Text
    """What it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """All that people say of one submission, besides the marks on its verdicts."""

    total: Mark | None = None
    """The mark that replaces the sum of the verdicts."""
    remarks: tuple[Remark, ...] = ()
    """In the order in which they were entered."""
    requests: tuple[RegradeRequest, ...] = ()
    """In the same order."""
    late: Lateness | None = None
    """`None` if it came in time, or nobody said when."""
    unapplied: tuple[UnappliedEntry, ...] = ()
    """In the same order."""
    judged_score: float | None
    """The score before anything of this; `None` where there was none."""
    judged_status: Outcome
    """The status before."""
    judged_summary: Text
    """The sentence before."""
