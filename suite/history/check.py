"""One check of the record: reads the series, judges them, stores what became of the changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from suite.history.judge import Ask, Judged, judge, look_at
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
    series: tuple[Series, ...]
    """Series that were judged."""

    @property
    def regressions(self) -> tuple[Judged, ...]:
        """Confirmed, neither accepted nor undone."""
        return tuple(judged for judged in self.judged if judged.open)


def check_record(connection: Connection, settings: JudgeSettings, verdict: Verdict | None) -> Check:
    """Judge the whole record; `verdict` gives the fresh verdicts."""
    all_series, runs = load_series(connection), load_runs(connection)
    judged = judge(all_series, load_changes(connection), settings, _asking(verdict, runs) if verdict else None)
    stored = [replace(each, change=_store(connection, each)) for each in judged]
    return Check(judged=tuple(stored), runs=runs, series=tuple(all_series))


def look(connection: Connection, settings: JudgeSettings) -> Check:
    """What earlier checks found, as it stands now."""
    all_series = load_series(connection)
    judged = look_at(all_series, load_changes(connection), settings)
    return Check(judged=tuple(judged), runs=load_runs(connection), series=tuple(all_series))


def _store(connection: Connection, judged: Judged) -> Change:
    return replace(judged.change, key=store_change(connection, judged.series.benchmark_key, judged.change))


def _asking(verdict: Verdict, runs: dict[int, tuple[Run, Machine]]) -> Ask:
    """Turns a change into a question about two revisions; without revisions nothing can be asked."""

    def ask(series: Series, change: Change) -> Answer:
        good, newest = runs[change.good_run][0].commit, runs[series.runs[-1]][0].commit
        if not good or not newest:
            return Answer.UNKNOWN
        return verdict(Question(benchmark=series.benchmark.fullname, good=good, newest=newest))

    return ask
