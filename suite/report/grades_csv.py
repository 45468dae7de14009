"""`grades.csv`: one line per submission, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path

from suite.files import write_atomically
from suite.records import Report, Result
from suite.text.quotes import say_quoting

LINES = ("\t", "\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
SEPARATORS = ";,|\"'\n"
"""What a program that reads the file in its own way may take for the end of a cell; `\\n` stands for all of `LINES`."""
SIGNS = "\u2212" + "".join(
    char for char in map(chr, range(0x10000)) if unicodedata.normalize("NFKC", char) in {*"=+-@"}
)
"""What begins a formula, in every width that a character set has, such as `=` and the full-width `=`."""
FORMULA = re.compile(rf"(^|[{SEPARATORS}])(?=[\s{SEPARATORS}]*[{re.escape(SIGNS)}])")


def write(report: Report, folder: Path) -> None:
    """Write `grades.csv`; a score that isn't there is an empty cell, never a zero."""
    checks = list(dict.fromkeys(v.check for result in report.results for v in result.verdicts))
    header = ["submission", "status", "score", "max_score", "waiting", "late_deduction", *checks, "message"]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerow([guard(cell) for cell in header])
    for result in report.results:
        message = say_quoting(result.summary, report.language)
        late = result.marking.late if result.marking else None
        numbers = (result.score, result.max_score, result.waiting, late.deducted if late else 0.0)
        cells = [result.submission, result.status.value, *map(_number, numbers)]
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
    """A cell on one line in which no piece between two separators is taken for a formula."""
    lines = "".join(char if char.isprintable() else "\n" if char in LINES else " " for char in cell)
    begins = "'" if cell.startswith(LINES) else ""
    return begins + FORMULA.sub(r"\1'", lines).replace("\n", " ")
