"""One check of the record: reads the series, judges them, stores what became of the changes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from suite.history.judge import Ask, Judged, judge
from suite.history.record import load_changes, load_runs, store_change
from suite.history.records import Answer, Change, Machine, Run, Series
from suite.history.series import load_series
from suite.history.settings import JudgeSettings
from suite.history.verdict import Question, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a check found."""

    judged: tuple[Judged, ...]
    """Every change in the record."""
    runs: dict[int, tuple[Run, Machine]]
    """Runs by number, oldest first."""
    series: int
    """Series that were judged."""

    @property
    def regressions(self) -> tuple[Judged, ...]:
        """Confirmed, neither accepted nor undone."""
        return tuple(judged for judged in self.judged if judged.open)


def check_record(connection: Connection, settings: JudgeSettings, verdict: Verdict | None) -> Check:
    """Judge the whole record; `verdict` gives the fresh verdicts."""
    all_series, runs = load_series(connection), load_runs(connection)
    judged = judge(all_series, load_changes(connection), settings, _asking(verdict, runs) if verdict else None)
    for each in judged:
        store_change(connection, each.series.benchmark_key, each.change)
    return Check(judged=tuple(judged), runs=runs, series=len(all_series))


def _asking(verdict: Verdict, runs: dict[int, tuple[Run, Machine]]) -> Ask:
    """Turns a change into a question about two revisions; without revisions nothing can be asked."""

    def ask(series: Series, change: Change) -> Answer:
        good, newest = runs[change.good_run][0].commit, runs[series.runs[-1]][0].commit
        if not good or not newest:
            return Answer.UNKNOWN
        return verdict(Question(benchmark=series.benchmark.fullname, good=good, newest=newest))

    return ask
