"""Applies a ledger to results: a person's points stand in place of a check's, and lateness takes points off.

What is judged stays in the records: a mark names what the check had said. An entry on a submission that has changed
since, or on a check that the assignment no longer has, is shown and not applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from suite.assignments import Assignment, ManualTask
from suite.judging.checks import say_right, status_of
from suite.marking.entries import (
    AnswerEntry,
    AnyEntry,
    CommentEntry,
    ExtensionEntry,
    GroupCommentEntry,
    LateEntry,
    MarkEntry,
    OverrideEntry,
    RequestEntry,
    SubmissionEntry,
)
from suite.marking.ledger import ClassLedger
from suite.records import (
    CriterionMark,
    Language,
    Lateness,
    Mark,
    Marking,
    Misfit,
    Outcome,
    RegradeRequest,
    Remark,
    Result,
    Text,
    UnappliedEntry,
    Verdict,
    text,
)
from suite.text.untrusted import listed

ROUNDING = 1e-9  # sums of points


def mark_results(
    results: Sequence[Result], ledger: ClassLedger, assignment: Assignment, language: Language
) -> list[Result]:
    """The results as people have marked them."""
    return [_Marker(result, ledger, assignment, language).mark() for result in results]


def ledger_notes(results: Sequence[Result], ledger: ClassLedger, assignment: Assignment) -> list[Text]:
    """What the instructor has to know of the ledger as a whole, and of lateness that it says nothing of."""
    said = {entry.submission for entry in ledger.entries if isinstance(entry, LateEntry)}
    flagged = [result.submission for result in results if result.identity.late and result.submission not in said]
    known = {result.submission for result in results}
    others = {entry.submission for entry in ledger.entries if isinstance(entry, SubmissionEntry)} - known
    unapplied = sum(len(result.marking.unapplied) for result in results if result.marking)
    return [
        *(text("ledger_damaged", lines=", ".join(map(str, ledger.damaged))) for _ in ledger.damaged[:1]),
        *(text("ledger_others", names=listed(sorted(others))) for _ in range(bool(others))),
        *(text("ledger_unapplied", count=unapplied) for _ in range(bool(unapplied))),
        *(text("late_unsaid", names=listed(flagged)) for _ in flagged[:1] if assignment.late),
    ]


@dataclass(slots=True)
class _Marker:
    """One submission with what was entered on it so far."""

    result: Result
    ledger: ClassLedger
    assignment: Assignment
    language: Language
    marked: dict[int, Verdict] = field(default_factory=dict)
    """Marked verdicts, by their place."""
    total: tuple[float, Mark] | None = None
    late_hours: float = 0.0
    extension_hours: float = 0.0
    unapplied: list[UnappliedEntry] = field(default_factory=list)

    def mark(self) -> Result:
        """The result with all that was entered; itself if nothing was."""
        for entry in self._own():
            self._enter(entry)
        remarks, requests = tuple(self._remarks()), tuple(self._requests())
        late = self._lateness(self._points())
        if not (self.marked or self.total or late or remarks or requests or self.unapplied):
            return self.result
        return self._finish(late, remarks, requests)

    def _finish(
        self, late: Lateness | None, remarks: tuple[Remark, ...], requests: tuple[RegradeRequest, ...]
    ) -> Result:
        result, points = self.result, self._points()
        verdicts = self._verdicts()
        score = points if points is None else round(points - (late.deducted if late else 0.0), 2)
        marking = Marking(
            total=self.total[1] if self.total else None,
            remarks=remarks,
            requests=requests,
            late=late,
            unapplied=tuple(self.unapplied),
            judged_score=result.score,
            judged_status=result.status,
            judged_summary=result.summary,
        )
        return replace(
            result,
            verdicts=verdicts,
            score=score,
            status=self._status(verdicts),
            summary=self._summary(verdicts),
            marking=marking,
        )

    def _own(self) -> list[SubmissionEntry]:
        name = self.result.submission
        return [
            entry for entry in self.ledger.entries if isinstance(entry, SubmissionEntry) and entry.submission == name
        ]

    def _enter(self, entry: SubmissionEntry) -> None:
        """Take one entry in, or keep it aside with the reason."""
        misfit = self._misfit(entry)
        if misfit is not None:
            self.unapplied.append(UnappliedEntry(author=entry.author, misfit=misfit, content=describe(entry)))
            return
        match entry:
            case MarkEntry():
                self._mark_task(entry)
            case OverrideEntry():
                self._override(entry)
            case LateEntry():
                self.late_hours = entry.hours
            case ExtensionEntry():
                self.extension_hours = entry.hours
            case _:
                pass  # comments and requests

    def _misfit(self, entry: SubmissionEntry) -> Misfit | None:
        """Why an entry can't be applied; `None` if it can. An extension holds whatever is handed in."""
        if isinstance(entry, ExtensionEntry):
            return None
        if entry.content_hash != self.result.content_hash:
            return Misfit.CHANGED
        if isinstance(entry, MarkEntry):
            return None if self._fits_rubric(entry) else Misfit.RUBRIC
        if isinstance(entry, OverrideEntry):
            place = self._place(entry.check, entry.task, entry.model)
            most = self.result.verdicts[place].max_points if place is not None else self.result.max_score
            is_known = place is not None or not entry.check
            return None if is_known and entry.points <= most + ROUNDING else Misfit.RUBRIC
        return None

    def _fits_rubric(self, entry: MarkEntry) -> bool:
        task = self._task(entry.task)
        if task is None or self._place("manual", task.id, None) is None:
            return False
        most = {criterion.id: criterion.points for criterion in task.criteria}
        named = entry.points.keys() | entry.comments.keys()
        return named <= most.keys() and all(points <= most[name] + ROUNDING for name, points in entry.points.items())

    def _task(self, name: str) -> ManualTask | None:
        return next((task for task in self.assignment.manual_tasks if task.id == name), None)

    def _place(self, check: str, task: str, model: str | None) -> int | None:
        """Where the verdict stands that an entry means."""
        return next(
            (
                place
                for place, verdict in enumerate(self.result.verdicts)
                if (verdict.check, verdict.task) == (check, task) and model in {None, verdict.model}
            ),
            None,
        )

    def _mark_task(self, entry: MarkEntry) -> None:
        task, place = self._task(entry.task), self._place("manual", entry.task, None)
        assert task is not None  # noqa: S101 - the rubric fits
        assert place is not None  # noqa: S101
        verdict = self.result.verdicts[place]
        mark = Mark(
            author=entry.author,
            judged_outcome=verdict.outcome,
            judged_points=verdict.points,
            title=task.title.say(self.language),
            criteria=tuple(
                CriterionMark(
                    criterion=criterion.title.say(self.language),
                    points=entry.points.get(criterion.id, 0.0),
                    max_points=criterion.points,
                    comments=entry.comments.get(criterion.id, ()),
                )
                for criterion in task.criteria
            ),
            comment=entry.comment,
        )
        points = sum(criterion.points for criterion in mark.criteria)
        self.marked[place] = _replace(verdict, mark, points, _say("mark_rubric", entry, points, verdict.max_points))

    def _override(self, entry: OverrideEntry) -> None:
        place = self._place(entry.check, entry.task, entry.model)
        if place is None:
            mark = Mark(
                author=entry.author,
                judged_outcome=self.result.status,
                judged_points=self.result.score,
                comment=entry.reason,
            )
            self.total = entry.points, mark
            return
        verdict = self.result.verdicts[place]
        mark = Mark(
            author=entry.author,
            judged_outcome=verdict.outcome,
            judged_points=verdict.points,
            comment=entry.reason,
        )
        message = _say(
            "mark_override",
            entry,
            entry.points,
            verdict.max_points,
            judged=f"{round(verdict.points, 2):g}",
            reason=entry.reason,
        )
        self.marked[place] = replace(_replace(verdict, mark, entry.points, message), details=verdict.details)

    def _verdicts(self) -> tuple[Verdict, ...]:
        return tuple(self.marked.get(place, verdict) for place, verdict in enumerate(self.result.verdicts))

    def _points(self) -> float | None:
        """Points before anything is taken off for lateness; `None` if there are none."""
        if self.total is not None:
            return self.total[0]
        if not self.marked:
            return self.result.score
        return round(sum(verdict.points for verdict in self._verdicts()), 2)

    def _status(self, verdicts: tuple[Verdict, ...]) -> Outcome:
        if self.total is not None:
            return Outcome.PASS if self.total[0] >= self.result.max_score - ROUNDING else Outcome.FAIL
        return status_of(verdicts) if self.marked else self.result.status

    def _summary(self, verdicts: tuple[Verdict, ...]) -> Text:
        """The sentence for the class table: another one if the old one was about what is marked now."""
        if self.total is not None:
            points, mark = self.total
            judged = "–" if mark.judged_points is None else f"{mark.judged_points:g}"
            return text(
                "mark_total",
                who=mark.author.who,
                when=mark.author.when,
                given=f"{points:g}",
                most=f"{self.result.max_score:g}",
                judged=judged,
                reason=mark.comment,
            )
        wrong = [v for v in verdicts if v.outcome not in {Outcome.PASS, Outcome.WAITING} and v.points < v.max_points]
        if not self.marked or (wrong and not self._summary_is_marked()):
            return self.result.summary
        return (
            max(wrong, key=lambda verdict: verdict.max_points - verdict.points).message
            if wrong
            else say_right(verdicts)
        )

    def _summary_is_marked(self) -> bool:
        """Whether the sentence was that of a verdict which is marked now, or of one that waited."""
        about = [self.result.verdicts[place].message for place in self.marked]
        return self.result.summary in about or self.result.summary.key == "all_right_so_far"

    def _lateness(self, points: float | None) -> Lateness | None:
        """What lateness costs; `None` for whoever came in time."""
        if self.late_hours <= 0:
            return None
        policy = self.assignment.late
        days = policy.days_of(self.late_hours, self.extension_hours) if policy else 0
        percent = policy.percent_for(days) if policy else 0.0
        earned = points or 0.0
        base = self.result.max_score if policy and policy.percent_of == "max_score" else earned
        deducted = round(min(earned, base * percent / 100), 2)
        values = {"hours": f"{self.late_hours:.4g}", "extension": f"{self.extension_hours:.4g}"}
        message = text("late_free", **values)
        if deducted:
            message = text("late_deducted", **values, days=days, percent=f"{percent:g}", deducted=f"{deducted:g}")
        return Lateness(
            hours=self.late_hours,
            extension_hours=self.extension_hours,
            days=days,
            percent=percent,
            deducted=deducted,
            message=message,
        )

    def _remarks(self) -> Iterator[Remark]:
        causes = {found.cause for found in self.result.diagnoses}
        for entry in self.ledger.entries:
            if isinstance(entry, CommentEntry) and self._concerns(entry):
                yield Remark(author=entry.author, comment=entry.comment, about=entry.about)
            elif isinstance(entry, GroupCommentEntry) and entry.cause in causes:
                yield Remark(author=entry.author, comment=entry.comment, for_group=True)

    def _requests(self) -> Iterator[RegradeRequest]:
        answers = {entry.request: entry for entry in self.ledger.entries if isinstance(entry, AnswerEntry)}
        for entry in self.ledger.entries:
            if isinstance(entry, RequestEntry) and self._concerns(entry):
                answer = answers.get(entry.id)
                yield RegradeRequest(
                    author=entry.author,
                    request=entry.request,
                    about=entry.about,
                    answer=answer.answer if answer else "",
                    answered=answer.author if answer else None,
                )

    def _concerns(self, entry: SubmissionEntry) -> bool:
        return entry.submission == self.result.submission and self._misfit(entry) is None


def _replace(verdict: Verdict, mark: Mark, points: float, message: Text) -> Verdict:
    """A verdict with a person's points."""
    outcome = Outcome.PASS if points >= verdict.max_points - ROUNDING else Outcome.FAIL
    return replace(verdict, outcome=outcome, points=points, message=message, mark=mark)


def _say(key: str, entry: AnyEntry, points: float, most: float, **values: str) -> Text:
    return text(key, who=entry.who, when=entry.author.when, given=f"{points:g}", most=f"{round(most, 2):g}", **values)


def describe(entry: SubmissionEntry) -> Text:
    """What an entry says, in short."""
    match entry:
        case MarkEntry():
            return text("entry_mark", given=f"{sum(entry.points.values()):g}", about=entry.task, words=entry.comment)
        case OverrideEntry(check=""):
            return text("entry_total", given=f"{entry.points:g}", words=entry.reason)
        case OverrideEntry():
            about = " ".join(filter(None, [entry.check, entry.task]))
            return text("entry_mark", given=f"{entry.points:g}", about=about, words=entry.reason)
        case CommentEntry():
            return text("entry_comment", words=entry.comment)
        case RequestEntry():
            return text("entry_request", words=entry.request)
        case LateEntry():
            return text("entry_late", hours=f"{entry.hours:g}")
        case ExtensionEntry():
            return text("entry_extension", hours=f"{entry.hours:g}")
        case _:
            raise AssertionError(type(entry))
