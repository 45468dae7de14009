"""A graded class in the forms that learning platforms take.

Exports read the report as it was published, and nothing of a submission. Public: `write_export`, `ExportFormat`,
`Export`, `Exported`, `ExportSettings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from suite import plugins
from suite.exporting.graded import GradedClass, read_graded
from suite.exporting.interface import SHOWN, Export, ExportFormat, ExportSettings
from suite.records import Text, text
from suite.report.folder import move_in, open_new
from suite.text.untrusted import listed

__all__ = ["Export", "ExportFormat", "ExportSettings", "Exported", "GradedClass", "read_graded", "write_export"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What came of an export."""

    notes: tuple[Text, ...]
    """What the instructor has to know."""
    empty: bool
    """Whether there are marks, and what was written has none of them."""


def write_export(graded: GradedClass, form: str, folder: Path, settings: ExportSettings, *, force: bool) -> Exported:
    """Write a report in a platform's form, all or nothing.

    What the suite didn't write into the folder is overwritten only with `force`.
    """
    formats: dict[str, ExportFormat] = plugins.load_all("export_formats")
    with open_new(folder) as new:
        export = Export(graded=graded, settings=settings, folder=new)
        formats[form](export)
        move_in(new, folder, force=force)
    unfinished = graded.unfinished
    names = listed((result.submission for result in unfinished), SHOWN)
    finished = {result.submission for result in graded.results if result.final}
    empty = bool(finished) and finished <= export.left_out
    return Exported(
        notes=(
            *([text("export_unfinished", count=len(unfinished), names=names)] if unfinished else []),
            *export.notes,
            *([text("export_empty", count=len(finished))] if empty else []),
            *([text("export_other_course", sheet=str(settings.sheet))] if empty and settings.sheet else []),
        ),
        empty=empty,
    )
