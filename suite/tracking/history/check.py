"""One check of the record: reads the series, judges them, stores the status of each change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from suite.tracking.history.branches import Branch, Runs, choose_branch
from suite.tracking.history.environment import EnvironmentChange, find_environment_changes
from suite.tracking.history.figures import FIGURES
from suite.tracking.history.judge import AskFresh, JudgedChange, judge, look_at
from suite.tracking.history.record import load_changes, load_runs, store_change
from suite.tracking.history.records import Change, FreshVerdict, Series
from suite.tracking.history.series import load_series
from suite.tracking.history.verdict import GiveVerdict, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRecord:
    """What a check of one branch found."""

    judged: tuple[JudgedChange, ...]
    """Every change in it."""
    branch: Branch
    """The branch with its runs."""
    series: tuple[Series, ...]
    """Series that were judged."""

    @property
    def runs(self) -> Runs:
        """Runs by number, the oldest revision first."""
        return self.branch.runs

    @property
    def environment(self) -> tuple[EnvironmentChange, ...]:
        """Nights on which the machine wasn't as before, in the order of measurement."""
        return tuple(find_environment_changes(self.runs))

    @property
    def regressions(self) -> tuple[JudgedChange, ...]:
        """Confirmed regressions that are neither accepted nor undone."""
        return tuple(judged for judged in self.judged if judged.open)


def check_record(
    connection: Connection,
    verdict: GiveVerdict | None,
    now: datetime,
    wanted: str | None = None,
) -> CheckedRecord:
    """Judge a branch, each figure by its own settings; `verdict` measures fresh verdicts.

    `None` leaves changes unconfirmed.

    Raises:
        UsageError: no run is of the wanted branch.
    """
    branch = choose_branch(load_runs(connection), wanted, now)
    all_series = load_series(connection, list(branch.runs))
    asking = _asking(verdict, branch.runs) if verdict else None
    known = load_changes(connection)
    judged = [each for name, own in _by_figure(all_series) for each in judge(own, known, FIGURES[name].nights, asking)]
    stored = [replace(each, change=_store(connection, each)) for each in judged]
    return CheckedRecord(judged=tuple(stored), branch=branch, series=tuple(all_series))


def look(connection: Connection, now: datetime, wanted: str | None = None) -> CheckedRecord:
    """The changes of a branch that earlier checks found, with their present status."""
    branch = choose_branch(load_runs(connection), wanted, now)
    all_series = load_series(connection, list(branch.runs))
    known = load_changes(connection)
    judged = [each for name, own in _by_figure(all_series) for each in look_at(own, known, FIGURES[name].nights)]
    return CheckedRecord(judged=tuple(judged), branch=branch, series=tuple(all_series))


def _by_figure(all_series: Sequence[Series]) -> Iterator[tuple[str, list[Series]]]:
    """The series of each figure, which are judged together."""
    for name in FIGURES:
        yield name, [series for series in all_series if series.figure == name]


def _store(connection: Connection, judged: JudgedChange) -> Change:
    return replace(judged.change, key=store_change(connection, judged.series.benchmark_key, judged.change))


def _asking(verdict: GiveVerdict, runs: Runs) -> AskFresh:
    """Turn a change into a question about two revisions.

    Without revisions, or with uncommitted changes, which no revision has, the verdict is unknown. A revision is the
    same as itself, however its nights differ.
    """

    def ask(series: Series, change: Change) -> FreshVerdict:
        place = series.runs.index
        before = series.runs[: place(change.good_run) + 1]
        since = series.runs[place(change.first_run) :]
        good, newest = _newest_commit(before, runs), _newest_commit(since, runs)
        if series.dirty or not good or not newest:
            return FreshVerdict.UNKNOWN
        if good == newest:
            return FreshVerdict.SAME
        return verdict(Question(benchmark=series.benchmark.fullname, figure=series.figure, good=good, newest=newest))

    return ask


def _newest_commit(ordered: tuple[int, ...], runs: Runs) -> str:
    """The commit of the last of these runs that has one."""
    return next((commit for run in reversed(ordered) if (commit := runs[run][0].commit)), "")
