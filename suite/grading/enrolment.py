"""A class as it is graded: what was handed in, held against the class list, with the attempts that count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from suite.errors import UsageError
from suite.grading.attempts import Attempts, latest, repeated
from suite.grading.collect import ClassRead, name_apart, read_class
from suite.grading.roster import Matched, Table, listed_as, match_roster, read_roster
from suite.records import Identity, Submission, Text, text
from suite.text.untrusted import listed

SHOWN = 40
"""Names that a sentence lists at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """Whom to grade, and what has to be said of the others."""

    submissions: Sequence[Submission]
    """To be graded, with names that no other has."""
    notes: tuple[Text, ...]
    """What the instructor has to know."""
    remarks: tuple[Text, ...]
    """Those of them that belong into the report, too."""


def collect_class(paths: Sequence[Path], main: str, form: str, roster: Path | None, attempts: Attempts) -> Enrolled:
    """Read a class; `UsageError` where the roster or the form of a download isn't what was said."""
    table = read_roster(roster) if roster else None
    return enrol(read_class(paths, main, form), table, attempts)


def enrol(read: ClassRead, table: Table | None, attempts: Attempts) -> Enrolled:
    """Hold what was read against the class list, if there is one."""
    matched = match_roster(read.submissions, table) if table else Matched(submissions=read.submissions)
    kept, earlier = latest(matched.submissions) if attempts == "latest" else (list(matched.submissions), [])
    remarks = tuple(_say_missing(matched, alone=read.alone))
    notes = (
        *read.notes,
        *([text("not_submissions", files=listed(read.others, SHOWN))] if read.others else []),
        *([text("earlier_attempts", files=listed((each.source for each in earlier), SHOWN))] if earlier else []),
        *(repeated(kept) if attempts == "all" else []),
        *remarks,
    )
    return Enrolled(submissions=name_apart(kept), notes=notes, remarks=remarks)


def as_student(submission: Submission, who: str, table: Table | None) -> Submission:
    """The submission as that of the student with this number, account or address.

    `UsageError` where there is a class list and that isn't one person of it.
    """
    told = Identity(id=who)
    if table is None:
        identity = replace(submission.identity, id=who, listed=listed_as(told))
        return replace(submission, identity=identity)
    matched = match_roster([replace(submission, student=who, identity=told)], table)
    if matched.unknown:
        raise UsageError(
            "{who!r} is nobody on the class list, or several: expected a number, an account or an address of "
            "it, seen {known}",
            who=who,
            known=listed((row.identity.id or row.identity.email for row in table.rows), 3),
        )
    return matched.submissions[0]


def _say_missing(matched: Matched, *, alone: bool) -> Iterable[Text]:
    """Who is on the list and handed in nothing, unless it is one alone; and who handed in something and isn't on it."""
    if matched.missing and not alone:
        yield text("roster_missing", count=len(matched.missing), names=listed(matched.missing, SHOWN))
    if matched.unknown:
        yield text("roster_unknown", count=len(matched.unknown), names=listed(matched.unknown, SHOWN))
