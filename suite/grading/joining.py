"""Joins submissions to the class that a report holds: whoever isn't graded now keeps the result that was stored."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from suite.assignments import Assignment, Expected
from suite.errors import EvidenceError, UsageError, Words
from suite.grading.collect import is_there, read_source
from suite.grading.replay import StoredReport, StoredResult, judge_again, read_evidence_of, read_report
from suite.records import EarlierAttempt, Result, Submission, Text, text
from suite.text.untrusted import clean

REPORT = "results.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedClass:
    """A class of which some are graded now."""

    submissions: tuple[Submission, ...]
    """To be graded now, with names that nobody else of the class has."""
    kept: StoredReport | None
    """Results of the others; `None` if there are none."""
    notes: tuple[Text, ...] = ()
    """What the instructor has to know."""
    before: Mapping[str, StoredResult] = field(default_factory=dict)
    """By name, how those who are graded now were judged before."""

    @property
    def names(self) -> list[str]:
        """Everybody's."""
        kept = self.kept.results if self.kept else ()
        return [*(each.submission for each in kept), *(each.student for each in self.submissions)]

    def remember(self, results: Iterable[Result]) -> list[Result]:
        """New results with the attempt before them: another set of files, or what that one remembered itself."""
        return [replace(result, earlier=self._earlier(result)) for result in results]

    def _earlier(self, result: Result) -> EarlierAttempt | None:
        stored = self.before.get(result.submission)
        if stored is None:
            return None
        return stored.earlier if stored.content_hash == result.content_hash else stored.as_earlier

    def judge_kept(self, folder: Path, assignment: Assignment, expected: Expected) -> list[Result]:
        """The others' results, judged again from their evidence."""
        return judge_again(folder, self.kept, assignment, expected) if self.kept else []


def join_class(
    folder: Path, assignment: Assignment, submissions: Sequence[Submission], main: str, *, force: bool
) -> JoinedClass:
    """Join submissions to the report in a folder, if there is one.

    A stored result whose evidence can't be read is made again from the files where they lie. `UsageError` if the
    report can't be joined; with `force` it is then left out.
    """
    if not (folder / REPORT).is_file():
        return JoinedClass(submissions=tuple(submissions), kept=None)
    try:
        stored = _read(folder, assignment)
    except UsageError:
        if force:
            return JoinedClass(submissions=tuple(submissions), kept=None)
        raise
    named = list(_name_apart(submissions, stored.results))
    graded = {submission.student for submission in named}
    others = [result for result in stored.results if result.submission not in graded]
    lost = {result.submission: result for result in others if not _is_readable(folder, result)}
    kept = [result for result in others if result.submission not in lost]
    again = [_read_again(result, main) for result in lost.values()]
    notes = [
        *(text("joined_kept", count=len(kept)) for _ in kept[:1]),
        *(text("joined_again", name=clean(name)) for name in lost),
        *(
            text("joined_apart", name=clean(one.student), now=clean(other.student), source=clean(other.source))
            for one, other in zip(submissions, named, strict=True)
            if one.student != other.student and other.student not in {result.submission for result in stored.results}
        ),
    ]
    return JoinedClass(
        submissions=(*named, *again),
        kept=stored.model_copy(update={"results": tuple(kept)}) if kept else None,
        notes=tuple(notes),
        before={result.submission: result for result in stored.results if result not in kept},
    )


def _read(folder: Path, assignment: Assignment) -> StoredReport:
    """The report, if it is one of this assignment."""
    remedy = Words("name another folder, or leave out what is there with --force")
    try:
        stored = read_report(folder)
    except UsageError as error:
        raise UsageError(
            "the class in {folder} can't be joined: {error}; or {remedy}", folder=folder, error=error, remedy=remedy
        ) from error
    if stored.assignment != assignment.name:
        raise UsageError(
            "{folder} holds a class of {assignment}, and this is {name}; {remedy}",
            folder=folder,
            assignment=stored.assignment,
            name=assignment.name,
            remedy=remedy,
        )
    return stored


def _name_apart(submissions: Sequence[Submission], stored: Iterable[StoredResult]) -> Iterator[Submission]:
    """The submissions under their names in the class: a stored one's own where they are the same student's.

    The same number or account at the platform, the same path, or the same name where the stored path is gone: that is
    the same student's. The same name elsewhere may be another student's, even if the files are the same, and gets a
    number.
    """
    by_name = {result.submission: result for result in stored}
    of_number = _names_by(by_name.values(), lambda result: result.student.id)
    of_place = _names_by(by_name.values(), lambda result: _place(result.source))
    here = {_place(submission.source) for submission in submissions}
    free = dict.fromkeys(by_name)
    taken = {*by_name, *(submission.student for submission in submissions)}
    for submission in submissions:
        place, name = _place(submission.source), submission.student
        numbered = of_number.get(submission.identity.id, ()) if submission.identity.id else ()
        same = [each for each in numbered if each in free]
        own = same or [each for each in of_place.get(place, ()) if each in free]
        before = by_name.get(name)
        if own:
            name = name if name in own else own[0]
        elif before is not None and (_place(before.source) in here or is_there(Path(before.source))):
            others = (f"{name} ({number})" for number in count(2))
            name = next(candidate for candidate in others if candidate not in taken)
        taken.add(name)
        free.pop(name, None)
        yield replace(submission, student=name)


def _names_by(stored: Iterable[StoredResult], key: Callable[[StoredResult], str]) -> dict[str, list[str]]:
    """Names of the stored results that have each key: a platform's number, or a place."""
    found: dict[str, list[str]] = {}
    for result in stored:
        found.setdefault(key(result), []).append(result.submission)
    return found


def _place(source: str) -> str:
    return os.path.abspath(source)  # noqa: PTH100 - links stay as they are


def _is_readable(folder: Path, result: StoredResult) -> bool:
    """Whether a stored result can be judged again."""
    try:
        read_evidence_of(folder, result)
        assert result.reason  # noqa: S101 - it raises where this version has no such sentence
    except EvidenceError:
        return False
    return True


def _read_again(result: StoredResult, main: str) -> Submission:
    """The submission of a stored result from where it was read; without its files it gets no score."""
    found = read_source(Path(result.source), main)
    if result.evidence is None or found.content_hash == result.evidence.content_hash:
        return replace(found, student=result.submission, identity=result.student)
    score = "None" if result.score is None else f"{result.score:g}"
    problem = text("evidence_lost", path=clean(result.source), score=score, most=f"{result.max_score:g}")
    return Submission(
        student=result.submission,
        identity=result.student,
        source=result.source,
        problem=problem,
        ungraded=True,
    )
