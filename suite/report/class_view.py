"""What the class page shows of a class as a whole: marks, lost points, causes with their members, statuses, time."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from suite.pages.histogram import Bin, count_bins
from suite.records import Outcome, Result, Text

MARK_BINS = 10
TIME_BINS = 8
NO_CAUSE = "none"
"""Stands for those who lost points without a cause that was recognised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPoints:
    """What the class lost in one check."""

    check: str
    points: float
    share: float
    """Of all points that were lost."""
    submissions: int
    """How many lost points there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Submissions with one cause."""

    cause: str
    """Name in the registry of causes, or `NO_CAUSE`."""
    members: tuple[Result, ...]
    """In the order of the class."""
    example: Text | None
    """What the first of them is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView:
    """A class as a whole."""

    scores: tuple[float, ...]
    """Of those that have one."""
    most: float
    """The most points possible."""
    full: int
    """How many have full marks."""
    marks: tuple[Bin, ...]
    lost: tuple[LostPoints, ...]
    """The check that cost most first."""
    statuses: tuple[tuple[Outcome, int], ...]
    """In the order in which they are listed in `Outcome`."""
    seconds: tuple[float, ...]
    """Of those that ran."""
    times: tuple[Bin, ...]
    groups: tuple[Group, ...]
    """The largest first."""

    @property
    def mean(self) -> float:
        """Of the scores."""
        return statistics.fmean(self.scores)

    @property
    def median(self) -> float:
        """Of the scores."""
        return statistics.median(self.scores)

    @property
    def middle_seconds(self) -> float:
        """Median time of a run."""
        return statistics.median(self.seconds)


def view_class(results: Sequence[Result]) -> ClassView:
    """Count a class."""
    scores = tuple(result.score for result in results if result.score is not None)
    most = max((result.max_score for result in results), default=0.0)
    statuses = Counter(result.status for result in results)
    seconds = tuple(result.evidence.run.seconds for result in results if result.evidence)
    return ClassView(
        scores=scores,
        most=most,
        full=sum(result.score == result.max_score for result in results),
        marks=tuple(count_bins(scores, most, MARK_BINS)) if most > 0 else (),
        lost=tuple(_lost(results)),
        statuses=tuple((outcome, statuses[outcome]) for outcome in Outcome if statuses[outcome]),
        seconds=seconds,
        times=tuple(count_bins(seconds, _round_up(max(seconds)), TIME_BINS)) if seconds else (),
        groups=tuple(_groups(results)),
    )


def causes_of(result: Result) -> tuple[str, ...]:
    """The causes of one submission, each once; `NO_CAUSE` where points were lost for none that is known."""
    found = tuple(dict.fromkeys(diagnosis.cause for diagnosis in result.diagnoses))
    lost = result.score is not None and result.score < result.max_score - result.waiting
    return found or ((NO_CAUSE,) if lost else ())


def _lost(results: Sequence[Result]) -> list[LostPoints]:
    points: Counter[str] = Counter()
    losers: dict[str, set[str]] = {}
    for result in results:
        for verdict in result.verdicts:
            if verdict.points < verdict.max_points and verdict.outcome is not Outcome.WAITING:
                points[verdict.check] += verdict.max_points - verdict.points  # type: ignore[assignment] # it adds floats, too
                losers.setdefault(verdict.check, set()).add(result.submission)
    total = sum(points.values())
    return [
        LostPoints(check=check, points=lost, share=lost / total, submissions=len(losers[check]))
        for check, lost in sorted(points.items(), key=lambda each: (-each[1], each[0]))
    ]


def _groups(results: Sequence[Result]) -> list[Group]:
    members: dict[str, list[Result]] = {}
    examples: dict[str, Text] = {}
    for result in results:
        for cause in causes_of(result):
            members.setdefault(cause, []).append(result)
        for diagnosis in result.diagnoses:
            examples.setdefault(diagnosis.cause, diagnosis.message)
    ordered = sorted(members.items(), key=lambda each: (each[0] == NO_CAUSE, -len(each[1]), each[0]))
    return [Group(cause=cause, members=tuple(found), example=examples.get(cause)) for cause, found in ordered]


def _round_up(seconds: float) -> float:
    """The next number of seconds that divides well."""
    step = next(step for step in (0.8, 4, 8, 40, 80, 400, 800, 4000, 1e9) if seconds <= step * TIME_BINS / 2)
    return max(-(-seconds // step) * step, step)
