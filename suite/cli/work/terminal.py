"""What `suite grade` shows in the terminal: a progress bar, then a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from suite.grading.pipeline import Progress
from suite.records import Language, Outcome, Result
from suite.text.language import label
from suite.text.local import local
from suite.text.quotes import say_quoting
from suite.text.untrusted import clean

COLOURS = {
    Outcome.PASS: "green",
    Outcome.HARNESS_ERROR: "bold magenta",
    Outcome.SKIPPED: "yellow",
    Outcome.WAITING: "yellow",
}
NAMES_WIDTH = 40


def counting_bar(console: Console) -> Bar:
    """A bar with the count and the time so far; nothing without a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn())
    return Bar(*columns, console=console, disable=not console.is_terminal)


@contextmanager
def show_trainings(console: Console, language: Language) -> Iterator[Callable[[str, int, int], None]]:
    """Called with a reference, how often it is trained and how often it is to be: a bar for each, with what is left."""
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn(label("bar_left", language)))
    name_of_bar, left = TextColumn("{task.description}"), TimeRemainingColumn()
    with Bar(name_of_bar, *columns, left, console=console, disable=not console.is_terminal) as progress:
        bars: dict[str, TaskID] = {}

        def advance(name: str, done: int, total: int) -> None:
            if name not in bars:
                bars[name] = progress.add_task(name, total=total)
            progress.update(bars[name], completed=min(done, total))

        yield advance


@contextmanager
def show_progress(console: Console, total: int, language: Language) -> Iterator[Progress]:
    """A bar with the count, the running submissions and the time left.

    Without a terminal, a line for each result but those of stored evidence.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    running: dict[str, None] = {}
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)

        def describe() -> None:
            bar.update(task, description=escape(clean(", ".join(list(running)), NAMES_WIDTH)))

        def started(name: str) -> None:
            running[name] = None
            describe()

        def finished(name: str, result: Result) -> None:
            bar.advance(task)
            if name not in running and result.evidence is not None:
                return  # it is judged from stored evidence; at the end it is said of how many
            running.pop(name, None)
            describe()
            if not console.is_terminal:
                done = int(bar.tasks[0].completed)
                console.print(f"[{done}/{total}] {clean(name)}: {_status(result, language)}", markup=False)

        def timed(name: str, done: int, pairs: int) -> None:
            bar.update(task, description=escape(clean(f"⏱ {name}", NAMES_WIDTH)), completed=done, total=pairs)
            if not console.is_terminal and done == pairs:
                console.print(f"[⏱] {clean(name)}", markup=False)

        yield Progress(started=started, finished=finished, timed=timed)


def print_results(console: Console, results: list[Result], language: Language) -> None:
    """The class as a table."""
    table = Table(expand=False)
    for key, options in (
        ("page_student", {"overflow": "fold"}),
        ("page_score", {"justify": "right", "no_wrap": True}),
        ("page_status", {}),
        ("page_remark", {"overflow": "fold"}),
    ):
        table.add_column(label(key, language), **options)
    for result in results:
        score = "–" if result.score is None else local(f"{result.score:g} / {result.max_score:g}", language)
        score += f" ({label('page_waiting_points', language, points=f'{result.waiting:g}')})" if result.waiting else ""
        status = Text(_status(result, language), style=COLOURS.get(result.status, "red"))
        remark = clean(say_quoting(result.summary, language), 400)
        table.add_row(Text(clean(result.submission)), Text(score), status, Text(remark))
    console.print(table)


def _status(result: Result, language: Language) -> str:
    return label(f"outcome_{result.status.value.replace(' ', '_')}", language)
