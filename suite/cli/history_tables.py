"""What `suite history` shows in the terminal: tables and lines; control characters of the record are removed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from rich.markup import escape
from rich.table import Table

from suite.errors import Words
from suite.records import Language, Text, text
from suite.text.errors import tell
from suite.text.language import label, say
from suite.text.local import local
from suite.text.untrusted import clean
from suite.tracking.amounts import rounded

if TYPE_CHECKING:  # these need the extra
    from suite.tracking.history.bisect import Step
    from suite.tracking.history.check import CheckedRecord
    from suite.tracking.history.compare import RunComparison
    from suite.tracking.history.exchange import Imported
    from suite.tracking.history.judge import JudgedChange
    from suite.tracking.history.records import BenchmarkRun, Change, Machine, Series
    from suite.tracking.history.settings import JudgeSettings

COMMIT_DIGITS, DIGITS = 10, 4
UNITS = {"seconds": ("seconds", 1.0), "bytes": ("mebibytes", 2.0**20), "steps": ("steps", 1.0)}
"""Of what figures count: the column's title, and how many are one of its numbers."""
LISTED = 8
CAME = {"slowdown": "history_came_slowdown", "growth": "history_came_growth"}
"""What is said of a rise that isn't the revisions'."""


def runs_table(runs: Mapping[int, tuple[BenchmarkRun, Machine]], last: int, language: Language) -> Table:
    """The newest runs, the newest last."""
    table = _table(("run", "measured", "commit", "branch", "machine", "processor"), language)
    for key, (run, machine) in list(runs.items())[-last:]:
        commit = _commit(run) + (f" ({say(text('history_changed'), language)})" if run.dirty else "")
        branch = run.branch or "unknown"
        row = (f"{run.measured_at:%Y-%m-%d %H:%M}", commit, branch, machine.fingerprint, machine.cpu)
        table.add_row(str(key), *(escape(clean(cell)) for cell in row))
    return table


def nights_table(
    series: Series,
    runs: Mapping[int, tuple[BenchmarkRun, Machine]],
    changes: Sequence[Change],
    last: int,
    language: Language,
) -> Table:
    """The newest nights of one series, with the changes that begin there."""
    from suite.tracking.history.figures import FIGURES

    found = {change.first_run: change for change in changes}
    unit, size = UNITS[FIGURES[series.figure].unit]
    table = _table(("run", "measured", "commit", "machine", "ratio", unit, "change"), language)
    table.title = escape(_name(series, language))
    for key, value, figure in list(zip(series.runs, series.values, series.figures, strict=True))[-last:]:
        run, machine = runs[key]
        ratio = local(f"{math.exp(value):.3f}", language) if series.by_ratio else "–"
        change = found.get(key)
        said = f"{_status(change, language)} {percent(change.magnitude, language)} ({change.key})" if change else ""
        amount = local(rounded(figure / size, DIGITS), language)
        row = (f"{run.measured_at:%Y-%m-%d}", _commit(run), machine.fingerprint, ratio, amount, said)
        table.add_row(str(key), *map(escape, row))
    return table


def comparison_table(unit: Literal["seconds", "ratio"], found: Sequence[RunComparison], language: Language) -> Table:
    """Two runs side by side."""
    table = _table(("benchmark", f"{unit}_before", f"{unit}_after", "change"), language)
    for each in found:
        row = (rounded(each.before, DIGITS), rounded(each.after, DIGITS), f"{100 * each.change:+.1f} %")
        table.add_row(escape(clean(each.name)), *(local(cell, language) for cell in row))
    return table


def _table(titles: Iterable[str], language: Language) -> Table:
    return Table(*(label(f"history_column_{title}", language) for title in titles))


def import_lines(imported: Imported, language: Language) -> Iterator[tuple[str, str]]:
    """(line, style) of what became of a file."""

    def line(key: str, **values: str | int) -> str:
        return say(text(key, source=imported.source, **values), language)

    if imported.problem:
        yield tell(Words("not stored: {problem}", problem=imported.problem), language), "red"
        return
    yield line("history_imported", new=imported.new, known=imported.known), ""
    if imported.added:
        yield line("history_added", count=imported.added), ""
    for each in imported.unsound:
        yield line("history_unsound", name=each.name, reason=each.reason), "red"
    if imported.unsound:
        yield line("history_rest"), ""


def check_lines(checked: CheckedRecord, settings: JudgeSettings, language: Language) -> Iterator[tuple[str, str]]:
    """(line, style) of each change that is new or open, the open ones first, of what else is to be known, a summary."""
    told = sorted((each for each in checked.judged if each.open or each.fresh), key=lambda each: not each.open)
    for each in told:
        yield _line(each, checked, language), "bold red" if each.open else ""
        if caveat := _caveat(each, checked):
            yield f"  {say(caveat, language)}", "yellow"
    for line in (*_environment_lines(checked, settings), *_unjudged_lines(checked, settings)):
        yield say(line, language), "yellow"
    count = len(checked.regressions)
    verdict = text("history_open", count=count) if count else text("history_no_regression")
    nights = len(checked.runs)
    summary = (
        text("history_summary", series=len(checked.series), nights=nights, branch=checked.branch.shown)
        if nights
        else text("history_summary_empty")
    )
    yield f"{say(summary, language)}; {say(verdict, language)}", "red" if count else "green"


def _environment_lines(checked: CheckedRecord, settings: JudgeSettings) -> Iterator[Text]:
    """What changed on the machines in the latest nights; what changes to and fro is said once."""
    latest = sorted(checked.runs, key=lambda run: checked.runs[run][0].measured_at)[-settings.baseline :]
    found: dict[tuple[str, str], list[int]] = {}
    for each in checked.environment:
        if each.run in latest:
            key = "history_new_machine" if each.new_type else "history_machine_changed"
            found.setdefault((key, "; ".join(map(clean, each.what))), []).append(each.run)
    for (key, what), runs in list(found.items())[-LISTED:]:
        yield text(key, day=f"{checked.runs[runs[0]][0].measured_at:%Y-%m-%d}", times=len(runs), what=what)
    if len(found) > LISTED:
        yield text("history_further", count=len(found) - LISTED)


def _unjudged_lines(checked: CheckedRecord, settings: JudgeSettings) -> Iterator[Text]:
    """Nights and series that this check says nothing of, and why."""
    short = sum(len(each.runs) <= settings.min_baseline for each in checked.series)
    if short:
        yield text("history_short", count=short, nights=settings.min_baseline)
    if checked.branch.from_future:
        yield text("history_future", count=checked.branch.from_future)
    if checked.branch.others:
        yield text("history_others", branches=checked.branch.shown_others)


def step_line(step: Step, language: Language) -> str:
    """One revision of a bisection."""
    codes = ", ".join(say(text("history_long"), language) if code is None else str(code) for code in step.codes)
    word = label(f"history_step_{step.word}", language)
    return say(text("history_step", commit=step.commit[:COMMIT_DIGITS], word=word, codes=codes), language)


def percent(magnitude: float, language: Language) -> str:
    """A log ratio in percent."""
    return str(local(f"{100 * math.expm1(magnitude):+.1f} %", language))


def _line(each: JudgedChange, checked: CheckedRecord, language: Language) -> str:
    run = checked.runs[each.change.first_run][0]
    status = _status(each.change, language)
    values = {
        "status": status.upper() if each.open else status,
        "size": percent(each.change.magnitude, language),
        "name": _name(each.series, language),
        "day": f"{run.measured_at:%Y-%m-%d}",
        "number": str(each.number),
    }
    known = text("history_change", commit=_commit(run), **values)
    return say(known if run.commit else text("history_change_without_commit", **values), language)


def _status(change: Change, language: Language) -> str:
    """Its status in one word, as the trend page has it."""
    return label(f"page_trend_{change.status.value}", language)


def _caveat(each: JudgedChange, checked: CheckedRecord) -> Text | None:
    """What else changed beside a change; `None` if nothing did."""
    from suite.tracking.history.environment import upgraded
    from suite.tracking.history.figures import FIGURES

    if each.upgrade is None:
        return None
    what = "; ".join(map(clean, upgraded(each.upgrade, checked.runs)))
    kinds = ("slowdown", "speedup") if FIGURES[each.change.figure].unit == "seconds" else ("growth", "saving")
    kind = kinds[each.change.magnitude < 0]
    size = f"{100 * math.expm1(abs(each.change.magnitude)):.1f}"
    # asked: the revisions before and after it were measured with today's software, and are the same
    sure = each.change.status.value == "environment" and each.change.asked
    return text(CAME[kind] if sure else f"history_beside_{kind}", size=size, what=what)


def _name(series: Series, language: Language) -> str:
    keys = [] if series.figure == "time" else [f"history_figure_{series.figure}"]
    keys += ["page_trend_dirty"] if series.dirty else []
    return " ".join((clean(series.benchmark.fullname), *(f"({label(key, language)})" for key in keys)))


def _commit(run: BenchmarkRun) -> str:
    return clean(run.commit[:COMMIT_DIGITS]) or "–"
