"""`suite similar`: which submissions of a class share code, for the instructor alone."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from suite.cli.work.console import log
from suite.errors import UsageError
from suite.grading import replay
from suite.grading.one_submission import collect_source
from suite.records import Language, SourceFile, text
from suite.report.equal_weights import find_equal_weights
from suite.report.similarity import CodeLine, Pair, find_pairs
from suite.text.language import label, say
from suite.text.untrusted import clean

NAMED = 1000  # characters, as names of files are the students'


def similar(*, folder: Path, handed_out: tuple[Path, ...], least: float, lang: Language | None) -> None:
    """Show which submissions of a report share passages of code."""
    report = replay.read_report(folder)
    language = lang or report.language
    found = {result.submission: replay.read_evidence_of(folder, result) for result in report.results}
    ran = {name: evidence for name, evidence in found.items() if evidence is not None}
    notebooks = {name: evidence.run.notebook for name, evidence in ran.items()}
    pairs = find_pairs(notebooks, [_read(path, language) for path in handed_out], least)
    if pairs:
        _print(Console(), pairs, language)
    log.print(say(text("similar_found", pairs=len(pairs), compared=len(notebooks)), language), markup=False)
    for group in find_equal_weights(ran):
        named = ", ".join(f"{each.submission}: {each.model}, {each.file}" for each in group)
        log.print(say(text("similar_weights", named=clean(named, NAMED)), language), markup=False)


def _read(path: Path, language: Language) -> str:
    """What was handed out, as a notebook."""
    file = SourceFile(path=path.name, content=path.read_bytes())
    submission = collect_source(path.name, (file,), path.name, str(path))
    if submission.problem is not None:
        raise UsageError("{path} can't be read: {reason}", path=path, reason=say(submission.problem, language))
    return submission.notebook


def _print(console: Console, pairs: list[Pair], language: Language) -> None:
    """The pairs as a table, each with where the longest shared passages stand."""
    table = Table(expand=False)
    for key in ("similar_pair", "similar_share", "similar_passages"):
        table.add_column(label(key, language), overflow="fold")
    for pair in pairs:
        where = [f"{_span(passage.mine, language)} ~ {_span(passage.theirs, language)}" for passage in pair.passages]
        names = " ~ ".join(clean(name) for name in pair.names)
        table.add_row(escape(names), f"{100 * pair.share:.0f} %", escape("\n".join(where)))
    console.print(table)


def _span(places: tuple[CodeLine, CodeLine], language: Language) -> str:
    first, last = places
    return say(text("similar_span", cell=first.cell, first=first.line, last=last.line), language)
