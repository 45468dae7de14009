"""`grades.csv`: one line per submission, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from suite.files import write_atomically
from suite.records import Report, Result
from suite.text.language import say

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(report: Report, folder: Path) -> None:
    """Write `grades.csv`; a score that isn't there is an empty cell, never a zero."""
    checks = list(dict.fromkeys(v.check for result in report.results for v in result.verdicts))
    header = ["submission", "status", "score", "max_score", *checks, "message"]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(header)
    for result in report.results:
        message = say(result.summary, report.language)
        cells = [result.submission, result.status.value, _number(result.score), _number(result.max_score)]
        writer.writerow([guard(cell) for cell in (*cells, *_points(result, checks), message)])
    write_atomically(folder / "grades.csv", stream.getvalue().encode())


def _points(result: Result, checks: list[str]) -> list[str]:
    """Points of each check, summed over its verdicts."""
    sums: dict[str, float] = {}
    for verdict in result.verdicts:
        sums[verdict.check] = sums.get(verdict.check, 0.0) + verdict.points
    return [_number(sums.get(check)) for check in checks]


def _number(value: float | None) -> str:
    return "" if value is None else f"{round(value, 4):g}"


def guard(cell: str) -> str:
    """A cell that a spreadsheet doesn't take for a formula."""
    printable = "".join(char if char.isprintable() else " " for char in cell)
    return f"'{printable}" if cell.startswith(FORMULA_STARTS) else printable
