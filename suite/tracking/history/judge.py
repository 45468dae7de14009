"""Judges a night: which changes are new, what each one is, and which regressions are open. No I/O.

Candidates are the change points and, limited by the false discovery rate over all series, rises in the newest nights.
None of them raises an alarm by itself: a fresh verdict decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scipy import stats

from suite.tracking.history.environment import find_upgrade
from suite.tracking.history.examine import Examination, Shift, examine
from suite.tracking.history.records import Change, ChangeStatus, FreshVerdict, Series
from suite.tracking.history.settings import JudgeSettings

SETTLED = (ChangeStatus.REGRESSION, ChangeStatus.IMPROVEMENT, ChangeStatus.ENVIRONMENT)
"""Statuses that are final: a level begins with such a change, and no further verdict is asked for."""

AskFresh = Callable[[Series, Change], FreshVerdict]
"""Returns a fresh verdict on the newest revision against the change's good one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedChange:
    """One change after the check."""

    series: Series
    """Where it was found."""
    change: Change
    """What became of it."""
    fresh: bool
    """Whether the change or its status is new."""
    open: bool
    """Whether it is a regression that is neither accepted nor undone."""
    upgrade: tuple[int, int] | None
    """A night before and one after between which the machine's software changed; `None` if it didn't."""

    @property
    def number(self) -> int:
        """The change's number in the record; 0 before it is stored."""
        return self.change.key or 0


def look_at(
    all_series: Sequence[Series], known: Mapping[int, Sequence[Change]], settings: JudgeSettings
) -> list[JudgedChange]:
    """The known changes with their present status, without searching for new ones."""
    return [
        _as_judged(series, change, change, examination, settings)
        for series in all_series
        if (changes := _changes_of(series, known.get(series.benchmark_key, ())))
        for examination in [_examine(series, changes, settings)]
        for change in changes
    ]


def judge(
    all_series: Sequence[Series],
    known: Mapping[int, Sequence[Change]],
    settings: JudgeSettings,
    ask: AskFresh | None,
) -> list[JudgedChange]:
    """Judge every series; `known` are the changes of earlier checks by benchmark number.

    Without `ask`, changes that need a fresh verdict stay unconfirmed.
    """
    mine = [_changes_of(series, known.get(series.benchmark_key, ())) for series in all_series]
    seen = [_examine(series, changes, settings) for series, changes in zip(all_series, mine, strict=True)]
    rises = _significant([examination.rise for examination in seen], settings)
    return [
        judged
        for series, changes, examination, rise in zip(all_series, mine, seen, rises, strict=True)
        for judged in _judge_series(series, changes, examination, rise, settings, ask)
    ]


def _changes_of(series: Series, changes: Sequence[Change]) -> list[Change]:
    """The changes that belong to this series, as a benchmark may have a series per figure and fingerprint."""
    runs = set(series.runs)
    return [change for change in changes if change.figure == series.figure and change.first_run in runs]


def _examine(series: Series, changes: Sequence[Change], settings: JudgeSettings) -> Examination:
    settled = [series.runs.index(change.first_run) for change in changes if change.status in SETTLED]
    return examine(series.values, series.machines, series.anchors_or_none, settings, settled)


def _significant(rises: Sequence[Shift | None], settings: JudgeSettings) -> list[Shift | None]:
    """The rises that pass the false discovery rate over all series, with adjusted p-values; `None` for others."""
    tested = [rise.p_value for rise in rises if rise is not None and rise.p_value is not None]
    if not tested:
        return [None] * len(rises)
    adjusted = iter(stats.false_discovery_control(tested, method="bh").tolist())
    kept: list[Shift | None] = []
    for rise in rises:
        p_value = next(adjusted) if rise is not None else 1.0
        clear = (
            rise is not None
            and rise.p_value is not None
            and rise.magnitude >= settings.min_magnitude
            and rise.p_value <= settings.candidate_p_value
            and p_value <= settings.false_discovery_rate
        )
        kept.append(replace(rise, p_value=p_value) if rise is not None and clear else None)
    return kept


def _judge_series(  # noqa: PLR0913, PLR0917
    series: Series,
    known: Sequence[Change],
    examination: Examination,
    rise: Shift | None,
    settings: JudgeSettings,
    ask: AskFresh | None,
) -> Iterator[JudgedChange]:
    """Known changes with their present status, and new ones."""
    left = list(known)
    shifts = list(examination.steps)
    if rise is not None and not _near(rise, shifts, settings):
        shifts.append(rise)
    for shift in shifts:
        same = _match(shift, left, series, settings)
        if same is not None:
            left.remove(same)
        change = _settle(shift, same, examination, series, settings, ask)
        yield _as_judged(series, same, change, examination, settings)
    for change in left:
        faded = change.status is ChangeStatus.UNCONFIRMED
        now = replace(change, status=ChangeStatus.DISMISSED) if faded else change
        yield _as_judged(series, change, now, examination, settings)


def _near(shift: Shift, others: Sequence[Shift], settings: JudgeSettings) -> bool:
    return any(abs(shift.index - other.index) <= settings.same_change for other in others)


def _match(shift: Shift, known: Sequence[Change], series: Series, settings: JudgeSettings) -> Change | None:
    """The known change nearest in time, of the same direction."""

    def distance(change: Change) -> int:
        return abs(series.runs.index(change.first_run) - shift.index)

    alike = [change for change in known if (change.magnitude > 0) == (shift.magnitude > 0)]
    nearest = min(alike, key=distance, default=None)
    return nearest if nearest is not None and distance(nearest) <= settings.same_change else None


def _settle(  # noqa: PLR0913, PLR0917
    shift: Shift,
    same: Change | None,
    examination: Examination,
    series: Series,
    settings: JudgeSettings,
    ask: AskFresh | None,
) -> Change:
    """The change with its new status."""
    asked = same.asked if same else 0
    seen = Change(
        key=same.key if same else None,
        status=same.status if same else ChangeStatus.UNCONFIRMED,
        magnitude=shift.magnitude,
        p_value=shift.p_value,
        first_run=series.runs[shift.index],
        good_run=series.runs[shift.good],
        figure=series.figure,
        asked=asked,
        accepted=same.accepted if same else False,
    )
    if same is not None and same.status in (*SETTLED, ChangeStatus.PAST):
        return replace(same, magnitude=shift.magnitude)
    if shift.environment:
        return replace(seen, status=ChangeStatus.ENVIRONMENT)
    if shift.magnitude < 0:
        return replace(seen, status=ChangeStatus.IMPROVEMENT)
    if shift.p_value is None and _undone(shift.index, examination, settings):
        return replace(seen, status=ChangeStatus.PAST)
    if ask is None or (shift.p_value is None and asked >= settings.max_asked):
        return seen
    answer = ask(series, seen)
    if answer is FreshVerdict.UNKNOWN:
        return seen
    status = ChangeStatus.REGRESSION if answer is FreshVerdict.SLOWER else ChangeStatus.DISMISSED
    lasting = shift.p_value is None
    if answer is FreshVerdict.SAME and find_upgrade(series, seen.first_run, seen.good_run, settings) is not None:
        # both revisions are measured with today's software, so it may be what made both slower; if the level stays
        status = ChangeStatus.ENVIRONMENT if lasting else ChangeStatus.UNCONFIRMED
    return replace(seen, status=status, asked=asked + lasting)


def _undone(index: int, examination: Examination, settings: JudgeSettings) -> bool:
    """Whether the newest level is back where it was before night `index`."""
    return examination.newest_level - examination.level_before(index, settings.same_change) < settings.min_magnitude / 2


def _as_judged(
    series: Series, before: Change | None, change: Change, examination: Examination, settings: JudgeSettings
) -> JudgedChange:
    index = series.runs.index(change.first_run)
    is_open = change.status is ChangeStatus.REGRESSION and not change.accepted
    fresh = before is None or before.status is not change.status
    # the levels were measured before this check confirmed anything
    return JudgedChange(
        series=series,
        change=change,
        fresh=fresh,
        open=is_open and (fresh or not _undone(index, examination, settings)),
        upgrade=find_upgrade(series, change.first_run, change.good_run, settings),
    )
