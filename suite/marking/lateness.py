"""A table of when submissions came, as CSV, into entries of the ledger."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from suite.assignments import LatePolicy
from suite.errors import UsageError, Words, joined
from suite.files import naming
from suite.marking.entries import AnyEntry, ExtensionEntry, LateEntry, now
from suite.marking.ledger import ClassLedger
from suite.records import Result

HOURS = {"late_hours": 1, "late_days": 24, "extension_hours": 1, "extension_days": 24}
"""Columns that hold a number, with the hours that one is."""
COLUMNS = ("submission", "handed_in", *HOURS)
SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRow:
    """One line of the table."""

    submission: str
    """Its name."""
    hours: float | None
    """Hours after the deadline; `None` if the line doesn't say."""
    extension_hours: float | None
    """Hours by which the deadline was put off; `None` if the line doesn't say."""


def read_lateness(path: Path, policy: LatePolicy | None) -> list[LateRow]:
    """The rows of a CSV; `UsageError` names the line and the column that can't be read."""
    with naming(path):
        content = path.read_bytes()
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("{path} isn't UTF-8: {error}; save it as CSV in UTF-8", path=path, error=error) from error
    first = decoded.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    table = csv.DictReader(io.StringIO(decoded, newline=""), delimiter=separator)
    columns = [(name or "").strip() for name in table.fieldnames or ()]
    if "submission" not in columns or not set(columns).intersection(COLUMNS[1:]):
        raise UsageError(
            "{path} has the columns {seen}; expected submission and one of {columns} in its first line",
            path=path,
            seen=", ".join(columns) or Words("none"),
            columns=", ".join(COLUMNS[1:]),
        )
    table.fieldnames = columns
    if "handed_in" in columns and (policy is None or policy.deadline is None):
        raise UsageError(
            "{path} says when submissions were handed in, and the assignment doesn't say when they were due; "
            "add deadline = 2026-11-20T23:59:00+01:00 to [late] in its assignment.toml, or give late_hours",
            path=path,
        )
    return [
        _read_row(Words("{path}, line {line}", path=path, line=table.line_num), row, policy)
        for row in table
        if (row["submission"] or "").strip()
    ]


def enter_lateness(
    rows: Iterable[LateRow], results: Sequence[Result], ledger: ClassLedger, who: str
) -> tuple[list[AnyEntry], list[str]]:
    """Entries for what the ledger doesn't say yet, and the names that nobody has."""
    by_name = {result.submission: result for result in results}
    known: dict[tuple[str, str, str], float] = {}
    for entry in ledger.entries:
        if isinstance(entry, LateEntry):
            known["late", entry.submission, entry.content_hash] = entry.hours
        elif isinstance(entry, ExtensionEntry):
            known["extension", entry.submission, ""] = entry.hours
    entries: list[AnyEntry] = []
    unknown: list[str] = []
    for row in rows:
        result = by_name.get(row.submission)
        if result is None:
            unknown.append(row.submission)
            continue
        name, content = row.submission, result.content_hash
        if row.hours is not None and known.get(("late", name, content)) != row.hours:
            entries.append(LateEntry(who=who, when=now(), submission=name, content_hash=content, hours=row.hours))
        if row.extension_hours is not None and known.get(("extension", name, ""), 0.0) != row.extension_hours:
            hours = row.extension_hours
            entries.append(ExtensionEntry(who=who, when=now(), submission=name, content_hash=content, hours=hours))
    return entries, unknown


def _read_row(where: Words, row: dict[str, str | None], policy: LatePolicy | None) -> LateRow:
    numbers = {name: _number(joined((where, name), ", "), row.get(name)) for name in HOURS}
    hours = {name: None if number is None else number * HOURS[name] for name, number in numbers.items()}
    handed_in = (row.get("handed_in") or "").strip()
    late = [each for each in (hours["late_hours"], hours["late_days"]) if each is not None]
    if handed_in and policy is not None:
        late.append(policy.hours_after(_moment(joined((where, "handed_in"), ", "), handed_in, policy)))
    extension = [each for each in (hours["extension_hours"], hours["extension_days"]) if each is not None]
    if any(each < 0 for each in extension):
        raise UsageError(
            "{where}: expected an extension of 0 or more, seen {hours} hours", where=where, hours=f"{min(extension):g}"
        )
    return LateRow(
        submission=(row["submission"] or "").strip(),
        hours=late[0] if late else None,
        extension_hours=extension[0] if extension else None,
    )


def _number(where: Words, cell: str | None) -> float | None:
    """A number, with a point or a comma; `None` for an empty cell."""
    if not (cell := (cell or "").strip()):
        return None
    try:
        number = float(cell.replace(",", "."))
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e6:  # noqa: PLR2004 - a century; and no NaN
        raise UsageError("{where}: expected a number such as 26.5, seen {cell!r}", where=where, cell=cell)
    return number


def _moment(where: Words, cell: str, policy: LatePolicy) -> datetime:
    """A moment as ISO 8601; without an offset it has the deadline's."""
    assert policy.deadline is not None  # noqa: S101 - the columns were checked
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError as error:
        raise UsageError(
            "{where}: expected a time such as 2026-11-21T10:30, seen {cell!r}", where=where, cell=cell
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=policy.deadline.tzinfo)
