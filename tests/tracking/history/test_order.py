"""In which order runs stand: that of their revisions, as far as it is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from suite.tracking.history.order import order_runs
from suite.tracking.history.records import BenchmarkRun

FIRST = datetime(2023, 1, 1, tzinfo=UTC)


def _run(day: int, commit: str = "", committed: int | None = None, ancestors: int | None = None) -> BenchmarkRun:
    return BenchmarkRun(
        content_hash="",
        measured_at=FIRST + timedelta(days=day),
        commit=commit,
        committed_at=None if committed is None else FIRST + timedelta(days=committed),
        ancestors=ancestors,
    )


@pytest.mark.parametrize(
    ("runs", "ordered"),
    [
        ([_run(2, "c"), _run(0, "a"), _run(1, "b")], [1, 2, 0]),
        ([_run(0, "a", 0), _run(1, "b", 1), _run(2, "a", 0)], [0, 2, 1]),
        ([_run(0, "b", 1), _run(1, "c", 2), _run(2, "a", 0)], [2, 0, 1]),
        ([_run(0, "a"), _run(1, "b"), _run(2, "a")], [0, 2, 1]),
        ([_run(0), _run(1), _run(2)], [0, 1, 2]),
        ([_run(0, "b", 0, 8), _run(1, "c", 0, 9), _run(2, "a", 0, 7)], [2, 0, 1]),
        ([_run(0, "b", 0, 8), _run(1, "c", 0, None), _run(2, "a", 0, 7)], [2, 0, 1]),
        ([_run(0, "a"), _run(1, "b", 1), _run(2, "c", 2), _run(3), _run(4, "d", 1)], [0, 1, 4, 2, 3]),
        ([_run(9, "old"), _run(10, "b", 5), _run(11, "c", 6)], [0, 1, 2]),
        ([_run(-99, "b", 1), _run(0, "a", 0), _run(1, "b", 1), _run(2, "c", 2)], [1, 0, 2, 3]),
    ],
    ids=[
        "without dates the measurement counts",
        "a commit measured again stands beside its first measurement",
        "an old commit measured for the first time stands before later ones",
        "a commit is recognised without its date",
        "without commits the measurement counts",
        "of commits of one date the number of ancestors decides",
        "an unknown number decides nothing",
        "a night without a date stays where it was measured",
        "an old record without dates goes on with dates",
        "a measurement by a clock that was late stands where its commit does",
    ],
)
def test_order(runs: list[BenchmarkRun], ordered: list[int]) -> None:
    """Numbers of the runs, the oldest revision first."""
    assert order_runs(dict(enumerate(runs))) == ordered
