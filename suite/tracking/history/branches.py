"""Which runs are judged together: those of one branch, in the order of their revisions, without any from the future."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from suite.errors import UsageError
from suite.text.untrusted import clean, listed
from suite.tracking.history.fields import UNKNOWN, as_branch
from suite.tracking.history.order import order_runs
from suite.tracking.history.records import BenchmarkRun, Machine
from suite.tracking.history.settings import CLOCK_SKEW, MAIN_BRANCHES

Runs = dict[int, tuple[BenchmarkRun, Machine]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One branch of the record."""

    name: str
    """Its name; empty if nobody knows it."""
    runs: Runs
    """Its runs by number, the oldest revision first."""
    others: Mapping[str, int]
    """Number of runs of each other branch."""
    from_future: int
    """Runs of it that are left out, as their date hasn't come."""

    @property
    def shown(self) -> str:
        """Its name for a person."""
        return show_branch(self.name)

    @property
    def shown_others(self) -> str:
        """The other branches with their runs; empty if there are none."""
        return listed(f"{show_branch(name)} ({count})" for name, count in self.others.items())


def choose_branch(runs: Runs, wanted: str | None, now: datetime) -> Branch:
    """The wanted branch of all runs; if none is named, main or master, else the one with the most runs.

    Raises:
        UsageError: no run is of the wanted branch.
    """
    counts = Counter(run.branch for run, _ in runs.values())
    name = _main(counts) if wanted is None else as_branch(wanted)
    if wanted is not None and counts and name not in counts:
        known = listed(f"{show_branch(each)} ({count})" for each, count in counts.most_common())
        raise UsageError(
            "the record has no run of the branch {branch!r}; it has {known}", branch=clean(wanted), known=known
        )
    mine = {key: run for key, (run, _) in runs.items() if run.branch == name}
    present = {key: run for key, run in mine.items() if not is_from_future(run, now)}
    return Branch(
        name=name,
        runs={key: runs[key] for key in order_runs(present)},
        others={other: count for other, count in counts.most_common() if other != name},
        from_future=len(mine) - len(present),
    )


def is_from_future(run: BenchmarkRun, now: datetime) -> bool:
    """Whether a run's date hasn't come yet, by more than clocks differ."""
    return run.measured_at > now + CLOCK_SKEW


def show_branch(name: str) -> str:
    """A branch's name for a person."""
    return clean(name) or UNKNOWN


def _main(counts: Counter[str]) -> str:
    usual = next((name for name in MAIN_BRANCHES if name in counts), None)
    return usual if usual is not None else next((name for name, _ in counts.most_common(1)), "")
