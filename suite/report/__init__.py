"""Renders a graded class: pages for people, files for programs. Public: `write`, `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from suite.records import Report
from suite.report import grades_csv, html, results_json

FORMATS: dict[str, Callable[[Report, Path], None]] = {
    "results.json": results_json.write,
    "grades.csv": grades_csv.write,
    "index.html": html.write,
}


def write(report: Report, folder: Path) -> None:
    """Write every format into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for form in FORMATS.values():
        form(report, folder)
