"""What `suite history` shows in the terminal: tables and lines; control characters of the record are removed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from suite.text.untrusted import clean

if TYPE_CHECKING:  # these need the extra
    from suite.tracking.history.bisect import Step
    from suite.tracking.history.check import CheckedRecord
    from suite.tracking.history.compare import RunComparison
    from suite.tracking.history.judge import JudgedChange
    from suite.tracking.history.records import BenchmarkRun, Change, Machine, Series

COMMIT_DIGITS = 10


def runs_table(runs: Mapping[int, tuple[BenchmarkRun, Machine]], last: int) -> Table:
    """The newest runs, the newest last."""
    table = Table("BenchmarkRun", "Measured (UTC)", "Commit", "Branch", "Machine", "Processor")
    for key, (run, machine) in list(runs.items())[-last:]:
        commit = _commit(run) + (" (changed)" if run.dirty else "")
        row = (f"{run.measured_at:%Y-%m-%d %H:%M}", commit, run.branch, machine.fingerprint, machine.cpu)
        table.add_row(str(key), *(escape(clean(cell)) for cell in row))
    return table


def nights_table(
    series: Series, runs: Mapping[int, tuple[BenchmarkRun, Machine]], changes: Sequence[Change], last: int
) -> Table:
    """The newest nights of one series, with the changes that begin there."""
    found = {change.first_run: change for change in changes}
    table = Table("BenchmarkRun", "Measured (UTC)", "Commit", "Machine", "Ratio", "Seconds", "Change")
    table.title = escape(clean(series.benchmark.fullname))
    for key, value, seconds in list(zip(series.runs, series.values, series.seconds, strict=True))[-last:]:
        run, machine = runs[key]
        ratio = f"{math.exp(value):.3f}" if series.by_ratio else "–"
        change = found.get(key)
        said = f"{change.status.value} {percent(change.magnitude)} ({change.key})" if change else ""
        row = (f"{run.measured_at:%Y-%m-%d}", _commit(run), machine.fingerprint, ratio, f"{seconds:.4g}", said)
        table.add_row(str(key), *map(escape, row))
    return table


def comparison_table(unit: str, found: Sequence[RunComparison]) -> Table:
    """Two runs side by side."""
    table = Table("Benchmark", f"{unit} before", f"{unit} after", "Change")
    for each in found:
        row = (f"{each.before:.4g}", f"{each.after:.4g}", f"{100 * each.change:+.1f} %")
        table.add_row(escape(clean(each.name)), *row)
    return table


def check_lines(checked: CheckedRecord) -> Iterator[tuple[str, str]]:
    """(line, style) of each change that is new or open, the open ones first, then a summary line."""
    told = sorted((each for each in checked.judged if each.open or each.fresh), key=lambda each: not each.open)
    for each in told:
        yield _line(each, checked), "bold red" if each.open else ""
    count = len(checked.regressions)
    verdict = f"{count} confirmed and open" if count else "no confirmed regression"
    yield f"{len(checked.series)} series, nights: {len(checked.runs)}; {verdict}", "red" if count else "green"


def step_line(step: Step) -> str:
    """One revision of a bisection."""
    codes = ", ".join("too long" if code is None else str(code) for code in step.codes)
    return f"{step.commit[:COMMIT_DIGITS]} {step.word} (exit codes {codes})"


def percent(magnitude: float) -> str:
    """A log ratio in percent."""
    return f"{100 * math.expm1(magnitude):+.1f} %"


def _line(each: JudgedChange, checked: CheckedRecord) -> str:
    run = checked.runs[each.change.first_run][0]
    status = each.change.status.value.upper() if each.open else each.change.status.value
    name = clean(each.series.benchmark.fullname)
    place = f"since {run.measured_at:%Y-%m-%d}, commit {_commit(run)}"
    return f"{status} {percent(each.change.magnitude)} {name} {place} (change {each.number})"


def _commit(run: BenchmarkRun) -> str:
    return clean(run.commit[:COMMIT_DIGITS]) or "–"
