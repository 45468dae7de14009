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
    from suite.tracking.history.exchange import Imported
    from suite.tracking.history.judge import JudgedChange
    from suite.tracking.history.records import BenchmarkRun, Change, Machine, Series
    from suite.tracking.history.settings import JudgeSettings

COMMIT_DIGITS = 10
UNITS = {"time": ("Seconds", 1.0), "compile": ("Seconds", 1.0), "memory": ("MiB", 2.0**20)}
LISTED = 8


def runs_table(runs: Mapping[int, tuple[BenchmarkRun, Machine]], last: int) -> Table:
    """The newest runs, the newest last."""
    table = Table("BenchmarkRun", "Measured (UTC)", "Commit", "Branch", "Machine", "Processor")
    for key, (run, machine) in list(runs.items())[-last:]:
        commit = _commit(run) + (" (changed)" if run.dirty else "")
        branch = run.branch or "unknown"
        row = (f"{run.measured_at:%Y-%m-%d %H:%M}", commit, branch, machine.fingerprint, machine.cpu)
        table.add_row(str(key), *(escape(clean(cell)) for cell in row))
    return table


def nights_table(
    series: Series, runs: Mapping[int, tuple[BenchmarkRun, Machine]], changes: Sequence[Change], last: int
) -> Table:
    """The newest nights of one series, with the changes that begin there."""
    found = {change.first_run: change for change in changes}
    table = Table("BenchmarkRun", "Measured (UTC)", "Commit", "Machine", "Ratio", UNITS[series.figure][0], "Change")
    table.title = escape(_name(series))
    size = UNITS[series.figure][1]
    for key, value, figure in list(zip(series.runs, series.values, series.figures, strict=True))[-last:]:
        run, machine = runs[key]
        ratio = f"{math.exp(value):.3f}" if series.by_ratio else "–"
        change = found.get(key)
        said = f"{change.status.value} {percent(change.magnitude)} ({change.key})" if change else ""
        row = (f"{run.measured_at:%Y-%m-%d}", _commit(run), machine.fingerprint, ratio, f"{figure / size:.4g}", said)
        table.add_row(str(key), *map(escape, row))
    return table


def comparison_table(unit: str, found: Sequence[RunComparison]) -> Table:
    """Two runs side by side."""
    table = Table("Benchmark", f"{unit} before", f"{unit} after", "Change")
    for each in found:
        row = (f"{each.before:.4g}", f"{each.after:.4g}", f"{100 * each.change:+.1f} %")
        table.add_row(escape(clean(each.name)), *row)
    return table


def import_lines(imported: Imported) -> Iterator[tuple[str, str]]:
    """(line, style) of what became of a file."""
    if imported.problem:
        yield f"not stored: {imported.problem}", "red"
        return
    added = f", benchmarks added to them: {imported.added}" if imported.added else ""
    yield f"{imported.source}: {imported.new} new, {imported.known} known already{added}", ""
    for each in imported.unsound:
        yield f"{imported.source}: not stored: {each.name}: {each.reason}", "red"
    if imported.unsound:
        yield f"{imported.source}: the rest is stored; a corrected file, imported again, adds what is missing", ""


def check_lines(checked: CheckedRecord, settings: JudgeSettings) -> Iterator[tuple[str, str]]:
    """(line, style) of each change that is new or open, the open ones first, of what else is to be known, a summary."""
    told = sorted((each for each in checked.judged if each.open or each.fresh), key=lambda each: not each.open)
    for each in told:
        yield _line(each, checked), "bold red" if each.open else ""
        if caveat := _caveat(each, checked):
            yield caveat, "yellow"
    for line in (*_environment_lines(checked, settings), *_unjudged_lines(checked, settings)):
        yield line, "yellow"
    count = len(checked.regressions)
    verdict = f"{count} confirmed and open" if count else "no confirmed regression"
    branch = f" of branch {checked.branch.shown}" if checked.runs else ""
    yield f"{len(checked.series)} series{branch}, nights: {len(checked.runs)}; {verdict}", "red" if count else "green"


def _environment_lines(checked: CheckedRecord, settings: JudgeSettings) -> Iterator[str]:
    """What changed on the machines in the latest nights; what changes to and fro is said once."""
    latest = sorted(checked.runs, key=lambda run: checked.runs[run][0].measured_at)[-settings.baseline :]
    found: dict[str, list[int]] = {}
    for each in checked.environment:
        if each.run in latest:
            kind = "another type of machine" if each.new_type else "the machine changed"
            found.setdefault(f"{kind}: {'; '.join(map(clean, each.what))}", []).append(each.run)
    for what, runs in list(found.items())[-LISTED:]:
        again = f" ({len(runs)} times since)" if len(runs) > 1 else ""
        yield f"{checked.runs[runs[0]][0].measured_at:%Y-%m-%d}{again} {what}"
    if len(found) > LISTED:
        yield f"{len(found) - LISTED} further changes of the machine are on the trend page"


def _unjudged_lines(checked: CheckedRecord, settings: JudgeSettings) -> Iterator[str]:
    """Nights and series that this check says nothing of, and why."""
    short = sum(len(each.runs) <= settings.min_baseline for each in checked.series)
    if short:
        yield f"not judged yet: {short} series with up to {settings.min_baseline} nights"
    if checked.branch.from_future:
        yield f"not judged: {checked.branch.from_future} nights dated in the future, by a clock that was wrong"
    if checked.branch.others:
        yield f"not judged: nights of other branches: {checked.branch.shown_others}; --branch names one"


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
    place = f"since {run.measured_at:%Y-%m-%d}" + (f", commit {_commit(run)}" if run.commit else "")
    return f"{status} {percent(each.change.magnitude)} {_name(each.series)} {place} (change {each.number})"


def _caveat(each: JudgedChange, checked: CheckedRecord) -> str:
    """What else changed beside a change; empty if nothing did."""
    from suite.tracking.history.environment import upgraded

    if each.upgrade is None:
        return ""
    what = "; ".join(map(clean, upgraded(each.upgrade, checked.runs)))
    kinds = ("slowdown", "speed-up") if each.change.figure != "memory" else ("growth", "saving")
    kind = kinds[each.change.magnitude < 0]
    size = percent(abs(each.change.magnitude)).lstrip("+")
    return f"  the machine changed in the same nights, and the {kind} of {size} may come from it: {what}"


def _name(series: Series) -> str:
    figure = "" if series.figure == "time" else f" ({series.figure})"
    return clean(series.benchmark.fullname) + figure + (" (uncommitted changes)" if series.dirty else "")


def _commit(run: BenchmarkRun) -> str:
    return clean(run.commit[:COMMIT_DIGITS]) or "–"
