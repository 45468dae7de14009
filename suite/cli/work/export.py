"""`suite export`: a report in the form that a learning platform takes."""

from __future__ import annotations

import sys
from pathlib import Path

from suite.cli.work.console import GATE_FAILED, NOT_GRADED, log
from suite.exporting import ExportSettings, read_graded, write_export
from suite.records import Language, text
from suite.text.language import say


def export(
    *,
    folder: Path,
    form: str,
    out: Path | None,
    sheet: Path | None,
    name: str,
    visibility: str,
    lang: Language | None,
    force: bool,
) -> None:
    """Write the marks of a report in the form that a learning platform takes."""
    graded = read_graded(folder)
    graded = graded.model_copy(update={"language": lang or graded.language})
    target = out or folder / "export" / form
    settings = ExportSettings(sheet=sheet, name=name, visibility=visibility)
    exported = write_export(graded, form, target, settings, force=force)
    for note in exported.notes:
        log.print(say(note, graded.language), markup=False)
    log.print(say(text("written_export", path=str(target)), graded.language), markup=False)
    sys.exit(GATE_FAILED if exported.empty else NOT_GRADED if graded.unfinished else 0)
