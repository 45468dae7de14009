"""A graded class in the forms that learning platforms take.

Exports read the report as it was published, and nothing of a submission. Public: `write_export`, `ExportFormat`,
`Export`, `ExportSettings`.
"""

from __future__ import annotations

from pathlib import Path

from suite import plugins
from suite.exporting.graded import GradedClass, read_graded
from suite.exporting.interface import SHOWN, Export, ExportFormat, ExportSettings
from suite.records import Text, text
from suite.report.folder import move_in, open_new
from suite.text.untrusted import listed

__all__ = ["Export", "ExportFormat", "ExportSettings", "GradedClass", "read_graded", "write_export"]


def write_export(graded: GradedClass, form: str, folder: Path, settings: ExportSettings, *, force: bool) -> list[Text]:
    """Write a report in a platform's form, all or nothing; returns what the instructor has to know.

    What the suite didn't write into the folder is overwritten only with `force`.
    """
    formats: dict[str, ExportFormat] = plugins.load_all("export_formats")
    with open_new(folder) as new:
        export = Export(graded=graded, settings=settings, folder=new)
        formats[form](export)
        move_in(new, folder, force=force)
    unfinished = graded.unfinished
    names = listed((result.submission for result in unfinished), SHOWN)
    return [*([text("export_unfinished", count=len(unfinished), names=names)] if unfinished else []), *export.notes]
