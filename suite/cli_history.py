"""`suite history`: keeps what was measured, says what changed and which commit did it, and draws the trends.

The history's libraries are an optional extra and are imported when a command runs.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from suite.errors import UsageError
from suite.files import write_atomically
from suite.language import LANGUAGES
from suite.records import Language
from suite.terminal import clean

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from suite.history.bisect import Step
    from suite.history.check import Check
    from suite.history.compare import By
    from suite.history.judge import Judged

LIBRARIES = ("alembic", "ruptures", "scipy", "sqlalchemy")
GATE_FAILED = 1
MINUTES = 60
SHOWN_DIGITS = 10

out = Console(highlight=False)
log = Console(stderr=True, highlight=False)

database_option = click.option(
    "--database",
    envvar="SUITE_HISTORY_DATABASE",
    default="reports/history.sqlite",
    show_default=True,
    show_envvar=True,
    metavar="URL",
    help="The record: path of a SQLite file, or postgresql://user@host/name.",
)
confirm_option = click.option(
    "--confirm",
    metavar="COMMAND",
    help="Gives a fresh verdict on each new slowdown. {benchmark}, {good} and {newest} (commits) are filled in; "
    "exit code 0 says same, 1 slower, anything else that it can't say.",
)


class NeedsExtra(click.Command):
    """A command of the history; its help is there without the extra."""

    def invoke(self, ctx: click.Context) -> object:
        """Run it, where its libraries are installed."""
        if missing := [name for name in LIBRARIES if find_spec(name) is None]:
            raise UsageError(f"the history needs {', '.join(missing)}; pip install 'notebook-suite[history]'")
        return super().invoke(ctx)


class HistoryCommands(click.Group):
    """The group of these commands."""

    command_class = NeedsExtra


@click.group(cls=HistoryCommands)
def history() -> None:
    """Keep the nightly record, find what changed in it, and show it.

    \b
    A night, as `tox -e nightly` does it:
      suite bench --json reports/bench.json
      suite history import reports/bench.json
      suite history check --confirm 'COMMAND {benchmark} {good} {newest}'
      suite history render --report reports/history

    Files are pytest-benchmark's JSON. A benchmark that was timed beside a frozen anchor is followed by its ratio to
    it, from machine to machine; one without an anchor by its time, on one machine. docs/history.md explains the rule.
    """


@history.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@database_option
def import_(files: tuple[Path, ...], database: str) -> None:
    """Store files of pytest-benchmark's JSON, or an export.

    What is there already is left as it is, so a file may be imported twice.

    \b
    Examples:
      suite history import reports/bench.json
      suite history import backup.json --database postgresql://ci@db/history
    """
    from suite.history.exchange import import_bytes

    with _record(database) as connection:
        for file in files:
            new, known = import_bytes(connection, file.read_bytes(), str(file))
            log.print(f"{file}: {new} new, {known} known already", markup=False)


@history.command()
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File.  [default: standard output]"
)
@database_option
def export(output: Path | None, database: str) -> None:
    """Write the whole record as one JSON document, which `import` reads."""
    from suite.history.exchange import export_record

    with _record(database) as connection:
        document = export_record(connection)
    if output is None:
        click.echo(document)
    else:
        write_atomically(output, document.encode())


@history.command("list")
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="Newest runs to list.")
@database_option
def list_(last: int, database: str) -> None:
    """List the runs, the newest last, with the numbers that `compare` takes."""
    from suite.history.record import load_runs

    with _record(database) as connection:
        runs = load_runs(connection)
    table = Table("Run", "Measured (UTC)", "Commit", "Branch", "Machine", "Processor")
    for key, (run, machine) in list(runs.items())[-last:]:
        commit = (run.commit[:SHOWN_DIGITS] or "–") + (" (changed)" if run.dirty else "")
        row = (f"{run.measured_at:%Y-%m-%d %H:%M}", commit, run.branch, machine.fingerprint, machine.cpu)
        table.add_row(str(key), *(escape(clean(cell)) for cell in row))
    out.print(table)
    log.print(f"{len(runs)} runs in {database}", markup=False)


@history.command()
@click.argument("benchmark")
@click.option("--last", type=click.IntRange(min=1), default=30, show_default=True, help="Newest nights to show.")
@database_option
def show(benchmark: str, last: int, database: str) -> None:
    """Show the nights and changes of benchmarks whose full name contains BENCHMARK."""
    from suite.history.record import load_changes, load_runs
    from suite.history.series import load_series

    with _record(database) as connection:
        chosen = [series for series in load_series(connection) if benchmark in series.benchmark.fullname]
        runs, changes = load_runs(connection), load_changes(connection)
    if not chosen:
        raise UsageError(f"no benchmark's name contains {benchmark!r}; suite history render shows them all")
    for series in chosen:
        found = {change.first_run: change for change in changes.get(series.benchmark_key, ())}
        table = Table("Run", "Measured (UTC)", "Commit", "Machine", "Ratio", "Seconds", "Change")
        table.title = escape(clean(series.benchmark.fullname))
        for key, value, seconds in list(zip(series.runs, series.values, series.seconds, strict=True))[-last:]:
            run, machine = runs[key]
            ratio = f"{math.exp(value):.3f}" if series.by_ratio else "–"
            change = found.get(key)
            said = f"{change.status.value} {_percent(change.magnitude)} ({change.key})" if change else ""
            commit = run.commit[:SHOWN_DIGITS] or "–"
            row = (f"{run.measured_at:%Y-%m-%d}", clean(commit), machine.fingerprint, ratio, f"{seconds:.4g}", said)
            table.add_row(str(key), *map(escape, row))
        out.print(table)


@history.command()
@click.argument("before", type=int)
@click.argument("after", type=int)
@click.option(
    "--by",
    type=click.Choice(["auto", "seconds", "ratio"]),
    default="auto",
    show_default=True,
    help="Seconds compare on one machine only; auto takes them where the fingerprints are equal, else ratios.",
)
@database_option
def compare(before: int, after: int, by: By, database: str) -> None:
    """Put two runs side by side; their numbers are those of `list`.

    Runs of different machines are compared by their ratio to the anchor, or not at all.
    """
    from suite.history.compare import compare_nights
    from suite.history.record import load_nights

    with _record(database) as connection:
        nights = load_nights(connection, (before, after))
    if missing := [str(key) for key in (before, after) if key not in nights]:
        raise UsageError(f"no run {' and no run '.join(missing)}; suite history list names them")
    unit, found = compare_nights(nights[before], nights[after], by)
    table = Table("Benchmark", f"{unit} before", f"{unit} after", "Change")
    for each in found:
        row = (f"{each.before:.4g}", f"{each.after:.4g}", f"{100 * each.change:+.1f} %")
        table.add_row(escape(clean(each.name)), *row)
    out.print(table)


@history.command()
@confirm_option
@click.option(
    "--confirm-minutes", type=float, default=30, show_default=True, help="Longest that a fresh verdict may take."
)
@click.option(
    "--summary", type=click.Path(path_type=Path, dir_okay=False), help="Markdown of open regressions, for an issue."
)
@database_option
def check(confirm: str | None, confirm_minutes: float, summary: Path | None, database: str) -> None:
    """Judge the record: what changed, and is it real?

    Every change of 3 % or more is looked for. A slowdown alerts nobody until COMMAND, run here and now, has confirmed
    it; without --confirm it is called unconfirmed. Where the anchor slowed down too it is the environment's.

    \b
    Exit codes: 0 no open regression (there may be unconfirmed slowdowns);
    1 a regression is confirmed and neither undone nor accepted
    (suite history accept NUMBER).
    """
    from suite.history.check import check_record
    from suite.history.settings import JudgeSettings
    from suite.history.summary import as_markdown
    from suite.history.verdict import command_verdict

    verdict = command_verdict(confirm, MINUTES * confirm_minutes, _tell) if confirm else None
    with _record(database) as connection:
        checked = check_record(connection, JudgeSettings(), verdict)
    _print_check(checked)
    if summary is not None:
        write_atomically(summary, as_markdown(checked).encode())
    sys.exit(GATE_FAILED if checked.regressions else 0)


@history.command()
@click.argument("number", type=int)
@database_option
def accept(number: int, database: str) -> None:
    """Accept a regression: its level is the new normal, and `check` no longer fails for it."""
    from suite.history.record import accept_change

    with _record(database) as connection:
        accept_change(connection, number)
    log.print(f"change {number} is accepted")


@history.command()
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports/history"),
    show_default=True,
    help="Folder for the page.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the page.")
@database_option
def render(report: Path, lang: Language, database: str) -> None:
    """Draw the trends: one page without foreign code, with filters, changes and their commits."""
    from suite.history.check import look
    from suite.history.pages import write_pages
    from suite.history.settings import JudgeSettings

    with _record(database) as connection:
        looked = look(connection, JudgeSettings())
    path = write_pages(looked.series, looked.judged, looked.runs, report, lang)
    log.print(f"page: {path}", markup=False)


@history.command()
@click.argument("good")
@click.argument("bad")
@click.argument("command")
@click.option(
    "--repository",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="Where git looks.",
)
@click.option(
    "--step-minutes", type=float, default=30, show_default=True, help="Longest that one measurement may take."
)
def bisect(good: str, bad: str, command: str, repository: Path, step_minutes: float) -> None:
    """Find the commit after GOOD, up to BAD, that COMMAND calls slow.

    COMMAND runs in a worktree of its own: exit code 0 says fast, 125 that the revision can't be measured, anything else
    slow. Each revision is measured until two measurements agree.

    \b
    Example:
      suite history bisect v1.2 HEAD 'python measure.py --limit 0.05'
    """
    from suite.history.bisect import bisect as search

    found = search(repository, good, bad, command, limit_seconds=MINUTES * step_minutes, tell=_tell_step)
    out.print(f"{found.commit} {clean(found.subject)} ({clean(found.author)})", markup=False, soft_wrap=True)


@contextmanager
def _record(database: str) -> Iterator[Connection]:
    from suite.history.database import open_record

    with open_record(database, _tell) as connection:
        yield connection


def _print_check(checked: Check) -> None:
    """What is new or open, the open ones first; then one line that says it all."""
    told = sorted((each for each in checked.judged if each.open or each.fresh), key=lambda each: not each.open)
    for each in told:
        out.print(_line(each, checked), markup=False, soft_wrap=True, style="bold red" if each.open else None)
    count = len(checked.regressions)
    verdict = f"{count} confirmed and open" if count else "no confirmed regression"
    out.print(
        f"{len(checked.series)} series, nights: {len(checked.runs)}; {verdict}", style="red" if count else "green"
    )


def _line(each: Judged, checked: Check) -> str:
    run = checked.runs[each.change.first_run][0]
    status = each.change.status.value.upper() if each.open else each.change.status.value
    place = f"since {run.measured_at:%Y-%m-%d}, commit {run.commit[:SHOWN_DIGITS] or 'unknown'}"
    name = clean(each.series.benchmark.fullname)
    return f"{status} {_percent(each.change.magnitude)} {name} {place} (change {each.number})"


def _percent(magnitude: float) -> str:
    return f"{100 * math.expm1(magnitude):+.1f} %"


def _tell(message: str) -> None:
    log.print(clean(message, 400), markup=False)


def _tell_step(step: Step) -> None:
    codes = ", ".join("too long" if code is None else str(code) for code in step.codes)
    log.print(f"{step.commit[:SHOWN_DIGITS]} {step.word} (exit codes {codes})")
