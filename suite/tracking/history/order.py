"""Puts runs in the order of their revisions: an old commit that is measured again isn't the newest.

A run stands where its commit does: with the other runs of that commit, or else before those of later commits. What
orders commits was recorded when they were measured: their date, corrected so that none lies before its ancestors', and
for equal dates the number of ancestors. A run whose file doesn't say stands where it was measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from suite.tracking.history.records import BenchmarkRun


def order_runs(runs: Mapping[int, BenchmarkRun]) -> list[int]:
    """Numbers of the runs, the oldest revision first; runs of one revision in the order of measurement."""
    ordered: list[int] = []
    commits: set[str] = set()
    latest: BenchmarkRun | None = None
    for key in sorted(runs, key=lambda key: (runs[key].measured_at, key)):
        run = runs[key]
        again = run.commit in commits or (latest is not None and _is_later(latest, run))
        ordered.insert(_place(run, [runs[each] for each in ordered]) if again else len(ordered), key)
        commits |= {run.commit} - {""}
        if latest is None or latest.committed_at is None or _is_later(run, latest):
            latest = run
    return ordered


def _place(run: BenchmarkRun, before: Sequence[BenchmarkRun]) -> int:
    """Where among earlier measurements a run belongs."""
    same = [place for place, other in enumerate(before) if run.commit and other.commit == run.commit]
    if same:
        return same[-1] + 1
    return next((place for place, other in enumerate(before) if _is_later(other, run)), len(before))


def _is_later(run: BenchmarkRun, other: BenchmarkRun) -> bool:
    """Whether a run's commit is known to be later than another's."""
    if run.committed_at is None or other.committed_at is None:
        return False
    if run.committed_at != other.committed_at or run.ancestors is None or other.ancestors is None:
        return run.committed_at > other.committed_at
    return run.ancestors > other.ancestors
