"""Compares two revisions with a progress bar, and shows and writes what came out."""

from __future__ import annotations

import json
import re
import secrets
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from suite.cli.work.console import INTERRUPTED, STANDARD_OUTPUT, put_document, shown_beside
from suite.cli.work.gpu import refuse_missing_gpu
from suite.cli.work.terminal import counting_bar
from suite.doctor.capacity import read_cores
from suite.endings import unwinding
from suite.errors import UsageError
from suite.files import write_atomically
from suite.records import Device, Language, Outcome, text
from suite.text.language import label, say
from suite.tracking.amounts import amount
from suite.tracking.compare import Comparison, PytestBench, SuiteBench, as_json, as_markdown
from suite.tracking.compare import compare as compare_revisions
from suite.tracking.compare.comparison import Asked
from suite.tracking.compare.harness import Harness
from suite.tracking.compare.profiles import as_speedscope, growth
from suite.tracking.compare.settings import MOST
from suite.tracking.compare.summary import HEADS, MOST_FUNCTIONS, WHY_HEADS, notes, rows, verdict

EXIT_CODES = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.INCONCLUSIVE: 3}
STYLES = {Outcome.PASS: "green", Outcome.FAIL: "bold red", Outcome.INCONCLUSIVE: "yellow"}
NUMBERS = ("page_compare_ratio", "page_compare_interval", "page_compare_before")

log = Console(stderr=True, highlight=False)


def compare(
    *,
    base: str,
    head: str,
    only: tuple[str, ...],
    everything: bool,
    minutes: float | None,
    pytest_path: str | None,
    cores: int | None,
    device: Device | None,
    markdown: Path | None,
    json_path: Path | None,
    profiles: Path | None,
    repository: Path,
    seed: int | None,
    lang: Language,
) -> None:
    """Compare, print the table, write the files; ends with the exit code."""
    asked = Asked(
        repository=repository,
        base=base,
        head=head,
        only=only,
        everything=everything,
        minutes=minutes,
        profiled=profiles is not None,
        seed=secrets.randbits(53) if seed is None else seed,
    )
    try:
        with unwinding():
            found = _run(asked, _harness(pytest_path, cores, device), lang)
    except KeyboardInterrupt:
        log.print(label("compare_interrupted", lang), style="yellow")
        sys.exit(INTERRUPTED)
    _show(shown_beside(json_path), found, lang)
    if markdown is not None:
        _write(markdown, as_markdown(found, lang))
    if json_path is not None:
        put_document(as_json(found), json_path)
    if json_path not in (None, STANDARD_OUTPUT):
        log.print(f"{json_path}", markup=False)
    for name, (before, after) in found.profiles.items():
        assert profiles is not None  # noqa: S101 - there are profiles only where a folder is named
        _write(profiles / f"{_as_file(name)}.speedscope.json", json.dumps(as_speedscope(name, before, after)))
    sys.exit(EXIT_CODES[found.outcome])


def _harness(pytest_path: str | None, cores: int | None, device: Device | None) -> Harness:
    """Whose benchmarks are compared."""
    if pytest_path is None:
        if cores is not None:
            raise UsageError("--cores is for the benchmarks of --pytest; suite bench uses one core anyway")
        refuse_missing_gpu(device or "cpu")
        return SuiteBench(device=device or "cpu")
    if device is not None:
        raise UsageError("--device is for suite bench; a benchmark of --pytest says itself what it computes on")
    usable = read_cores(None).affinity
    if cores is not None and cores > usable:
        raise UsageError(
            "--cores {cores} is more than this process may use, which is {usable}", cores=cores, usable=usable
        )
    return PytestBench(path=pytest_path, cores=cores or 1)


def _run(asked: Asked, harness: Harness, language: Language) -> Comparison:
    """Compare with a progress bar, or a line now and then where there is no terminal."""
    with counting_bar(log) as bar:
        task = bar.add_task(label("compare_preparing", language), total=MOST)

        def found(names: Sequence[str]) -> None:
            sentence = say(text("compare_measuring", count=len(names)), language)
            bar.update(task, description=sentence)
            if not log.is_terminal:
                log.print(sentence, markup=False)

        def told(quads: int) -> None:
            bar.update(task, completed=quads)
            if not log.is_terminal:
                log.print(say(text("compare_quads", quads=quads, most=MOST), language), markup=False)

        return compare_revisions(asked, harness, found, told)


def _show(out: Console, found: Comparison, language: Language) -> None:
    """The table, what wasn't measured, and the verdict."""
    if found.judged:
        table = Table(expand=False)
        for head in HEADS:
            justify: Literal["left", "right"] = "right" if head in NUMBERS else "left"
            table.add_column(label(head, language), justify=justify, overflow="fold")
        for row in rows(found, language):
            table.add_row(*row)
        out.print(table)
    for name, both in found.profiles.items():
        table = Table(*(label(head, language) for head in WHY_HEADS), title=name, title_justify="left")
        for function, before, after in growth(*both, MOST_FUNCTIONS):
            table.add_row(escape(function), *(amount(each, "seconds", language) for each in (before, after)))
        out.print(table)
    for sentence in notes(found, language):
        out.print(sentence, markup=False, soft_wrap=True)
    style = STYLES[found.outcome]
    out.print(say(verdict(found), language), style=style, markup=False, soft_wrap=True)


def _as_file(name: str) -> str:
    """A benchmark's name as that of a file, different for different ones."""
    return f"{re.sub(r'[^A-Za-z0-9.]+', '-', name)[:80]}-{zlib.crc32(name.encode()):08x}"


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content.encode())
    log.print(f"{path}", markup=False)
