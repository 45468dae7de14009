"""Renders a graded class: pages for people, files for programs.

Each format is registered by the entry point group `report_formats`. Public: `write`, `Format`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from suite import plugins
from suite.records import Report

Format: TypeAlias = Callable[[Report, Path], None]
"""Writes a report into a folder that exists."""


def write(report: Report, folder: Path) -> None:
    """Write every format into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    formats: dict[str, Format] = plugins.load_all("report_formats")
    for write_format in formats.values():
        write_format(report, folder)
