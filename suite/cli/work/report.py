"""`suite report`: judges a graded class and writes its report again, without running anything."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from suite import assignments
from suite import report as reports
from suite.cli.work.console import STANDARD_OUTPUT, exit_code, log, put_document, shown_beside
from suite.cli.work.marks import mark_class
from suite.cli.work.terminal import print_results
from suite.errors import UsageError
from suite.files import write_atomically
from suite.grading import replay
from suite.grading.merging import merge
from suite.grading.pipeline import level
from suite.grading.replay.rejudge import ScoreChange
from suite.grading.shards import FOLDER as SHARDS
from suite.grading.shards import read_manifests
from suite.grading.store_place import is_folder
from suite.marking import copy_ledger
from suite.marking.lateness import read_lateness
from suite.records import Language, Result, text
from suite.records.evidence_json import FOLDER as EVIDENCE
from suite.records.evidence_json import file_name
from suite.report.class_report import as_report
from suite.report.folder import hold, refuse_others
from suite.report.html import check_name
from suite.text.language import label, say
from suite.text.local import local
from suite.text.untrusted import clean

Graded: TypeAlias = tuple[list[Result], Language]
"""Results, and the language of their report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A report that is asked for."""

    folder: Path
    """What was graded: a report, or the store of shards."""
    target: Path
    """Where it is written."""
    root: Path
    """The folder of assignments."""
    language: Language | None
    """Its language; `None` for that of what was graded."""
    late: Path | None
    """The table of who was late."""
    force: bool
    """Whether files that the suite didn't write are overwritten."""
    shown: Console
    """Where people read the marks."""


def report(
    *,
    folder: Path,
    root: Path,
    out: Path | None,
    force: bool,
    lang: Language | None,
    late: Path | None,
    older: Path | None,
    as_json: bool,
) -> None:
    """Judge the evidence in a report's FOLDER again and render it."""
    shown = shown_beside(STANDARD_OUTPUT if as_json else None)
    before = replay.read_report(older) if older else None
    if not is_folder(folder) and out is None:
        raise UsageError("pages can't be written to {folder}; name a folder for the report with --out", folder=folder)
    in_shards = not is_folder(folder) or (folder / SHARDS).is_dir()
    target = out or (folder / "report" if in_shards else _existing(folder))
    asked = Rendering(folder=folder, target=target, root=root, language=lang, late=late, force=force, shown=shown)
    with hold(target):
        results, language = _merge(asked) if in_shards else _report(asked)
    if older and before:
        _print_moved(shown, older, replay.compare_reports(before, replay.read_report(target)), language)
    log.print(say(text("written_report", path=str(target / "index.html")), language), markup=False)
    if as_json:
        put_document(json.loads((target / "results.json").read_bytes()))
    sys.exit(exit_code(results))


def _existing(folder: Path) -> Path:
    """The folder, which must hold a report: nothing is made in another one."""
    replay.read_report(folder)
    return folder


def _report(asked: Rendering) -> Graded:
    """Judge and write while nobody else does."""
    stored = replay.read_report(asked.folder)
    assignment = assignments.load(stored.assignment, asked.root)
    language = asked.language or stored.language
    judged = replay.judge_again(asked.folder, stored, assignment, assignments.load_expected(assignment))
    changes = replay.find_changes(stored, judged)
    late_rows = read_lateness(asked.late, assignment.late) if asked.late else []
    copy_ledger(asked.folder, asked.target)
    results = mark_class(asked.target, replay.annotate(judged, changes), assignment, language, late_rows)
    changed = len({change.submission for change in changes})
    note = text("note_class_judged_again", changed=changed, total=len(results))
    refuse_others(asked.target, reports.names_of(result.submission for result in results), force=asked.force)
    if asked.target.resolve() != asked.folder.resolve():
        _copy(asked.folder, asked.target, (result.evidence.file for result in stored.results if result.evidence))
    reports.write(as_report(assignment, results, language, [note] if changes else []), asked.target, force=asked.force)
    print_results(asked.shown, results, language)
    if changes:
        _print_changes(asked.shown, changes, language)
    log.print(say(note, language), markup=False)
    return results, language


def _merge(asked: Rendering) -> Graded:
    """Put together what the shards of a class have graded, and say what is missing."""
    first = next(iter(read_manifests(asked.folder)), None)
    if first is None:
        raise UsageError(
            "{folder} is empty: no shard has begun; run suite grade with --shard and --store",
            folder=asked.folder / SHARDS,
        )
    assignment = assignments.load(first.assignment, asked.root)
    merged = merge(asked.folder, assignment, assignments.load_expected(assignment))
    language = asked.language or merged.language
    notes = merged.describe()
    late_rows = read_lateness(asked.late, assignment.late) if asked.late else []
    results = mark_class(asked.target, level(merged.results), assignment, language, late_rows)
    refuse_others(asked.target, reports.names_of(result.submission for result in merged.results), force=asked.force)
    origins = [result.evidence.provenance for result in merged.results if result.evidence]
    _copy(asked.folder, asked.target, (f"{EVIDENCE}/{file_name(origin.key)}" for origin in origins if origin))
    reports.write(as_report(assignment, results, language, notes), asked.target, force=asked.force)
    print_results(asked.shown, results, language)
    for note in notes:
        log.print(say(note, language), markup=False)
    return results, language


def _copy(source: Path, target: Path, names: Iterable[str]) -> None:
    """Copy evidence from one folder to another."""
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target / name, (source / name).read_bytes(), durable=True)


def _print_changes(console: Console, changes: list[ScoreChange], language: Language) -> None:
    """Print each check whose points for a submission changed."""
    table = Table(expand=False)
    for key in ("page_student", "page_check", "replay_before", "replay_after"):
        table.add_column(label(key, language), overflow="fold")
    for change in changes:
        row = (clean(change.submission), check_name(change.check, language))
        table.add_row(*map(escape, row), str(change.before or "–"), str(change.after or "–"))
    console.print(table)


def _print_moved(shown: Console, older: Path, moved: list[replay.MarkChange], language: Language) -> None:
    """Print each submission whose mark isn't what it was in an older report."""
    log.print(say(text("marks_moved", folder=str(older), count=len(moved)), language), markup=False)
    if not moved:
        return
    table = Table(expand=False)
    for key in ("page_student", "replay_before", "replay_after", "moved_why"):
        table.add_column(label(key, language), overflow="fold")
    for one in moved:
        scores = [None if each is None else each.score for each in (one.before, one.after)]
        marks = ["–" if score is None else local(f"{score:g}", language) for score in scores]
        table.add_row(escape(clean(one.submission)), *marks, say(one.reason, language))
    shown.print(table)
