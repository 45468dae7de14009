"""One check of the record: reads the series, judges them, stores the status of each change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from suite.tracking.history.judge import AskFresh, JudgedChange, judge, look_at
from suite.tracking.history.record import load_changes, load_runs, store_change
from suite.tracking.history.records import BenchmarkRun, Change, FreshVerdict, Machine, Series
from suite.tracking.history.series import load_series
from suite.tracking.history.settings import JudgeSettings
from suite.tracking.history.verdict import GiveVerdict, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRecord:
    """What a check found."""

    judged: tuple[JudgedChange, ...]
    """Every change in the record."""
    runs: dict[int, tuple[BenchmarkRun, Machine]]
    """Runs by number, oldest first."""
    series: tuple[Series, ...]
    """Series that were judged."""

    @property
    def regressions(self) -> tuple[JudgedChange, ...]:
        """Confirmed regressions that are neither accepted nor undone."""
        return tuple(judged for judged in self.judged if judged.open)


def check_record(connection: Connection, settings: JudgeSettings, verdict: GiveVerdict | None) -> CheckedRecord:
    """Judge the whole record; `verdict` measures fresh verdicts, `None` leaves changes unconfirmed."""
    all_series, runs = load_series(connection), load_runs(connection)
    judged = judge(all_series, load_changes(connection), settings, _asking(verdict, runs) if verdict else None)
    stored = [replace(each, change=_store(connection, each)) for each in judged]
    return CheckedRecord(judged=tuple(stored), runs=runs, series=tuple(all_series))


def look(connection: Connection, settings: JudgeSettings) -> CheckedRecord:
    """The changes that earlier checks found, with their present status."""
    all_series = load_series(connection)
    judged = look_at(all_series, load_changes(connection), settings)
    return CheckedRecord(judged=tuple(judged), runs=load_runs(connection), series=tuple(all_series))


def _store(connection: Connection, judged: JudgedChange) -> Change:
    return replace(judged.change, key=store_change(connection, judged.series.benchmark_key, judged.change))


def _asking(verdict: GiveVerdict, runs: dict[int, tuple[BenchmarkRun, Machine]]) -> AskFresh:
    """Turn a change into a question about two revisions; without revisions the verdict is unknown."""

    def ask(series: Series, change: Change) -> FreshVerdict:
        good, newest = runs[change.good_run][0].commit, runs[series.runs[-1]][0].commit
        if not good or not newest:
            return FreshVerdict.UNKNOWN
        return verdict(Question(benchmark=series.benchmark.fullname, good=good, newest=newest))

    return ask
