"""`suite history`: stores measurements, says what changed and which commit did it, and draws the trends.

The history's libraries are an optional extra and are imported when a command runs.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from suite.cli.confirm import confirm
from suite.cli.groups import OpenGroup
from suite.cli.language import spoken
from suite.cli.options import language_option
from suite.errors import SuiteError, UsageError
from suite.files import write_atomically
from suite.records import Language, Text, text
from suite.text.untrusted import clean

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from suite.tracking.history.bisect import Step
    from suite.tracking.history.check import CheckedRecord
    from suite.tracking.history.compare import By
    from suite.tracking.history.records import Growth

LIBRARIES = ("alembic", "ruptures", "scipy", "sqlalchemy")
GATE_FAILED = 1
NOTHING_USABLE = 2
MINUTES = 60
OWN_VERDICT = (
    f"{shlex.quote(sys.executable)} -m suite history confirm {{benchmark}} {{good}} {{newest}} --figure {{figure}}"
)

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
branch_option = click.option(
    "--branch",
    envvar="SUITE_HISTORY_BRANCH",
    show_envvar=True,
    metavar="NAME",
    help="Branch of the nights; unknown for those without one.  [default: main or master if they have nights, else the "
    "branch with the most]",
)
confirm_option = click.option(
    "--confirm",
    metavar="[COMMAND]",
    is_flag=False,
    flag_value=OWN_VERDICT,
    help="Gives a fresh verdict on each new slowdown: suite history confirm, or a command in which {benchmark}, {good} "
    "and {newest} (commits) are filled in, and {figure} (time, memory, gpu_memory, compile, steps or learning; "
    "without it only times are asked about); exit code 0 says same, 1 slower, anything else that it can't say.",
)


class NeedsExtra(click.Command):
    """A command of the history; its help works without the extra."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command if its libraries are installed."""
        if missing := [name for name in LIBRARIES if find_spec(name) is None]:
            raise UsageError(
                "the history needs {missing}; pip install 'notebook-suite[history]'", missing=", ".join(missing)
            )
        return super().invoke(ctx)


class HistoryCommands(OpenGroup):
    """The group of these commands."""

    command_class = NeedsExtra


@click.group(cls=HistoryCommands)
def history() -> None:
    """Keep the nightly record, find what changed in it, and show it.

    \b
    A night, as `tox -e nightly` does it:
      suite bench --json reports/bench.json
      suite history import reports/bench.json
      suite history check --confirm
      suite history render --report reports/history

    Files are pytest-benchmark's JSON. A benchmark timed beside the anchor, a network that never changes, is tracked
    by its ratio to it, across machines; one without an anchor by its time, on one machine. See docs/history.md.
    """


history.add_command(confirm)


@history.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@database_option
def import_(files: tuple[Path, ...], database: str) -> None:
    """Store files of pytest-benchmark's JSON, or an export.

    What is sound is stored, and what isn't is named: files, and benchmarks in them. Nights that are stored already stay
    as they are, so a file may be imported twice; a corrected one adds what was missing.

    Exit codes: 0 all is stored; 1 some isn't; 2 nothing could be used.

    \b
    Examples:
      suite history import reports/bench.json
      suite history import backup.json --database postgresql://ci@db/history
    """
    from suite.cli.history_tables import import_lines
    from suite.tracking.history.exchange import import_file

    now = datetime.now(UTC)
    with _record(database, begin=True) as connection:
        imported = [import_file(connection, file, now) for file in files]
    for each in imported:
        for line, style in import_lines(each, spoken()):
            log.print(line, style=style, markup=False, soft_wrap=True)
    if all(each.problem for each in imported):
        sys.exit(NOTHING_USABLE)
    sys.exit(GATE_FAILED if any(each.problem or each.unsound for each in imported) else 0)


@history.command()
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File.  [default: standard output]"
)
@database_option
def export(output: Path | None, database: str) -> None:
    """Write the whole record as one JSON document, which `import` reads."""
    from suite.tracking.history.exchange import export_record

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
    from suite.cli.history_tables import runs_table
    from suite.tracking.history.record import load_runs

    with _record(database) as connection:
        runs = load_runs(connection)
    out.print(runs_table(runs, last, spoken()))
    _say("history_runs", runs=len(runs), database=database)


@history.command()
@click.argument("benchmark")
@click.option("--last", type=click.IntRange(min=1), default=30, show_default=True, help="Newest nights to show.")
@branch_option
@database_option
def show(benchmark: str, last: int, branch: str | None, database: str) -> None:
    """Show the nights and changes of all benchmarks whose full name contains BENCHMARK, the newest revision last."""
    from suite.cli.history_tables import nights_table
    from suite.tracking.history.branches import choose_branch
    from suite.tracking.history.record import load_changes, load_runs
    from suite.tracking.history.series import load_series

    with _record(database) as connection:
        shown = choose_branch(load_runs(connection), branch, datetime.now(UTC))
        every = load_series(connection, list(shown.runs))
        changes = load_changes(connection)
    chosen = [series for series in every if benchmark in series.benchmark.fullname]
    if not chosen:
        raise UsageError(
            "no benchmark's name contains {benchmark!r} on the branch {branch}; suite history render shows them all",
            benchmark=benchmark,
            branch=shown.shown,
        )
    for series in chosen:
        own = [each for each in changes.get(series.benchmark_key, ()) if each.figure == series.figure]
        out.print(nights_table(series, shown.runs, own, last, spoken()))


@history.command()
@click.argument("before", type=int)
@click.argument("after", type=int)
@click.option(
    "--by",
    type=click.Choice(["auto", "seconds", "ratio"]),
    default="auto",
    show_default=True,
    help="Seconds compare on one type of machine only; auto takes ratios where its software changed, if there are any.",
)
@database_option
def compare(before: int, after: int, by: By, database: str) -> None:
    """Put two runs side by side; their numbers are those of `list`.

    Runs of different types of machine are compared by their ratio to the anchor, or not at all.
    """
    from suite.cli.history_tables import comparison_table
    from suite.tracking.history.compare import compare_nights, software_changes
    from suite.tracking.history.record import load_nights

    with _record(database) as connection:
        nights = load_nights(connection, (before, after))
    if missing := [str(key) for key in (before, after) if key not in nights]:
        raise UsageError("no run {missing}; suite history list names them", missing=" and no run ".join(missing))
    unit, found = compare_nights(nights[before], nights[after], by)
    out.print(comparison_table(unit, found, spoken()))
    if changed := software_changes(nights[before], nights[after]):
        _say("history_machine_between", what=clean("; ".join(changed), 400))


@history.command()
@confirm_option
@click.option(
    "--confirm-minutes", type=float, default=30, show_default=True, help="Longest that a fresh verdict may take."
)
@click.option(
    "--summary", type=click.Path(path_type=Path, dir_okay=False), help="Markdown of open regressions, for an issue."
)
@click.option(
    "--profiles",
    type=click.Path(path_type=Path, file_okay=False),
    help="Sample what is slower in the revisions before and after, at most three benchmarks: the summary names the "
    "functions that take longer, and speedscope's files come here.",
)
@branch_option
@database_option
def check(
    confirm: str | None,
    confirm_minutes: float,
    summary: Path | None,
    profiles: Path | None,
    branch: str | None,
    database: str,
) -> None:
    """Judge the record of a branch: what changed, and is it real?

    Finds changes of 3 % or more. A slowdown raises no alarm until COMMAND, run here and now, has confirmed it; without
    --confirm it is called unconfirmed. If the anchor slowed down too, the cause is the environment.

    Exit codes: 0 no open regression (there may be unconfirmed slowdowns);
    1 a regression is confirmed and neither fixed nor accepted
    (suite history accept NUMBER).
    """
    from suite.cli.history_tables import check_lines
    from suite.tracking.history.check import check_record
    from suite.tracking.history.settings import JudgeSettings
    from suite.tracking.history.summary import as_markdown
    from suite.tracking.history.verdict import command_verdict

    settings = JudgeSettings()
    verdict = command_verdict(confirm, MINUTES * confirm_minutes, _tell) if confirm else None
    with _record(database) as connection:
        checked = check_record(connection, verdict, datetime.now(UTC), branch)
    for line, style in check_lines(checked, settings, spoken()):
        out.print(line, style=style, markup=False, soft_wrap=True)
    why = _explain(checked, profiles) if profiles is not None else {}
    if summary is not None:
        write_atomically(summary, as_markdown(checked, why).encode())
    sys.exit(GATE_FAILED if checked.regressions else 0)


def _explain(checked: CheckedRecord, profiles: Path) -> Mapping[int, list[Growth]]:
    """The functions that take longer, by number of the change; it is said where that can't be told."""
    from suite.text.errors import tell
    from suite.tracking.compare import SuiteBench
    from suite.tracking.compare.why import explain

    def told(number: int, error: SuiteError) -> None:
        _say("history_unprofiled", number=number, reason=tell(error, spoken()))

    return explain(checked, SuiteBench(), Path.cwd(), profiles, told)


@history.command()
@click.argument("number", type=int)
@database_option
def accept(number: int, database: str) -> None:
    """Accept a regression: its level becomes the new normal, and `check` no longer fails because of it."""
    from suite.tracking.history.record import accept_change

    with _record(database) as connection:
        accept_change(connection, number)
    _say("history_accepted", number=number)


@history.command("rename-branch")
@click.argument("old")
@click.argument("new")
@database_option
def rename_branch(old: str, new: str, database: str) -> None:
    """Give the nights of the branch OLD to the branch NEW, as after renaming it in git; `unknown` is for those without.

    \b
    Example:
      suite history rename-branch master main
    """
    from suite.tracking.history.branches import show_branch
    from suite.tracking.history.fields import as_branch
    from suite.tracking.history.record import rename_branch as rename

    before, after = as_branch(old), as_branch(new)
    with _record(database) as connection:
        count = rename(connection, before, after)
        if not count:
            raise UsageError(
                "no night is of the branch {branch}; suite history list names them", branch=show_branch(before)
            )
    _say("history_renamed", count=count, before=show_branch(before), after=show_branch(after))


@history.command()
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports/history"),
    show_default=True,
    help="Folder for the page.",
)
@click.option(
    "--profiles",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of `check --profiles`, whose files the page links to.  [default: profiles in --report]",
)
@language_option
@branch_option
@database_option
def render(report: Path, profiles: Path | None, lang: Language, branch: str | None, database: str) -> None:
    """Draw the trends of a branch: one page that loads nothing from elsewhere, with filters and changes."""
    from suite.tracking.history.check import look
    from suite.tracking.history.pages import write_pages

    with _record(database) as connection:
        looked = look(connection, datetime.now(UTC), branch)
    path = write_pages(looked, report, lang, profiles or report / "profiles")
    _say("written_page", path=str(path))


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

    COMMAND runs in its own git worktree: exit code 0 means fast, 125 that the revision can't be measured, anything else
    slow. Each revision is measured until two measurements agree.

    \b
    Example:
      suite history bisect v1.2 HEAD 'python measure.py --limit 0.05'
    """
    from suite.tracking.history.bisect import bisect as search

    found = search(repository, good, bad, command, limit_seconds=MINUTES * step_minutes, tell=_tell_step)
    out.print(f"{found.commit} {clean(found.subject)} ({clean(found.author)})", markup=False, soft_wrap=True)


@contextmanager
def _record(database: str, *, begin: bool = False) -> Iterator[Connection]:
    """The record; one that isn't there is only begun where something is stored."""
    from suite.tracking.history.database import is_missing, open_record

    if not begin and is_missing(database):
        raise UsageError(
            "there is no record {database}; suite history import begins one, with what suite bench --json has written",
            database=database,
        )
    with open_record(database, _tell) as connection:
        yield connection


def _tell(message: Text) -> None:
    from suite.text.language import say

    log.print(clean(say(message, spoken()), 400), markup=False)


def _say(key: str, **values: str | float) -> None:
    _tell(text(key, **values))


def _tell_step(step: Step) -> None:
    from suite.cli.history_tables import step_line

    log.print(step_line(step, spoken()), markup=False)
