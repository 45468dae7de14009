"""Several attempts of one student: all are graded, or the latest, or all of which the best counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from suite.records import Identity, Result, Submission, Text, text
from suite.text.untrusted import clean

Attempts: TypeAlias = Literal["all", "latest", "best"]


def latest(submissions: Sequence[Submission]) -> tuple[list[Submission], list[Submission]]:
    """(each student's last attempt, the earlier ones).

    Later is what a download numbers higher, then what was named later on the command line.
    """
    last: dict[str, int] = {}
    for place, submission in enumerate(submissions):
        person = _person(submission.identity)
        before = last.get(person)
        if person and (before is None or _time(submission, place) > _time(submissions[before], before)):
            last[person] = place
    kept = {*last.values(), *(place for place, each in enumerate(submissions) if not _person(each.identity))}
    return (
        [each for place, each in enumerate(submissions) if place in kept],
        [each for place, each in enumerate(submissions) if place not in kept],
    )


def best(results: Sequence[Result]) -> list[Result]:
    """Each student's best result, of equal ones the later; it says which others there were."""
    kept: list[Result] = []
    for result in results:
        person = _person(result.identity)
        same = [each for each in results if person and _person(each.identity) == person]
        if len(same) < 2:  # noqa: PLR2004 - one attempt
            kept.append(result)
        elif result is max(reversed(same), key=lambda each: -1.0 if each.score is None else each.score):
            scores = ", ".join("–" if each.score is None else f"{each.score:g}" for each in same)
            note = text("note_best_attempt", count=len(same), scores=scores)
            kept.append(replace(result, notes=(*result.notes, note)))
    return kept


def repeated(submissions: Sequence[Submission]) -> list[Text]:
    """What is said of students who handed in several times."""
    people: dict[str, list[Submission]] = {}
    for submission in submissions:
        people.setdefault(_person(submission.identity), []).append(submission)
    return [
        text("handed_in_again", name=clean(same[0].identity.name or person), count=len(same))
        for person, same in people.items()
        if person and len(same) > 1
    ]


def _person(identity: Identity) -> str:
    """What tells one student from another; empty where only a file's name does."""
    return (identity.email or identity.id).casefold()


def _time(submission: Submission, place: int) -> tuple[int, int]:
    return submission.identity.attempt, place
