"""`suite publish`: folders of pages to give to students."""

from __future__ import annotations

from pathlib import Path

from suite import assignments
from suite.cli.work.console import log
from suite.cli.work.marks import mark_class
from suite.errors import UsageError
from suite.grading import replay
from suite.records import Language, text
from suite.report.class_report import as_report
from suite.report.folder import hold
from suite.report.publish import INSTRUCTOR, STUDENTS, publishing_key
from suite.report.publish import publish as write
from suite.text.language import say


def publish(*, folder: Path, root: Path, out: Path, anonymous: bool, force: bool, lang: Language | None) -> None:
    """Judge a report's evidence again, apply its ledger and write what students may see."""
    stored = replay.read_report(folder)
    if out.resolve() == folder.resolve() or folder.resolve() in out.resolve().parents:
        raise UsageError("{out} is the report itself or lies in it; name a folder elsewhere with --out", out=out)
    assignment = replay.as_graded(stored, assignments.load(stored.assignment, root))
    language = lang or stored.language
    with hold(folder):
        judged = replay.judge_again(folder, stored, assignment, assignments.load_expected(assignment))
        results = mark_class(folder, judged, assignment, language)
        key = publishing_key(folder)
    write(as_report(assignment, results, language), key, out, anonymous=anonymous, force=force)
    message = text("published", count=len(results), path=str(out / STUDENTS), own=str(out / INSTRUCTOR))
    log.print(say(message, language), markup=False)
