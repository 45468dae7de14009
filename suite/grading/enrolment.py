"""A class as it is graded: what was handed in, held against the class list, with the attempts that count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from suite.grading.attempts import Attempts, latest, repeated
from suite.grading.collect import name_apart, read_class
from suite.grading.roster import Matched, match_roster, read_roster
from suite.records import Submission, Text, text
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
    read = read_class(paths, main, form)
    matched = match_roster(read.submissions, table) if table else Matched(submissions=read.submissions)
    kept, earlier = latest(matched.submissions) if attempts == "latest" else (list(matched.submissions), [])
    remarks = tuple(_say_missing(matched))
    notes = (
        *read.notes,
        *([text("not_submissions", files=listed(read.others, SHOWN))] if read.others else []),
        *([text("earlier_attempts", files=listed((each.source for each in earlier), SHOWN))] if earlier else []),
        *(repeated(kept) if attempts == "all" else []),
        *remarks,
    )
    return Enrolled(submissions=name_apart(kept), notes=notes, remarks=remarks)


def _say_missing(matched: Matched) -> Iterable[Text]:
    """Who is on the list and handed in nothing, and who handed in something and isn't on it."""
    if matched.missing:
        yield text("roster_missing", count=len(matched.missing), names=listed(matched.missing, SHOWN))
    if matched.unknown:
        yield text("roster_unknown", count=len(matched.unknown), names=listed(matched.unknown, SHOWN))
