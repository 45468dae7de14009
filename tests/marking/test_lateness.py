"""Tables of when submissions came."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.errors import UsageError
from suite.marking import ClassLedger
from suite.marking.entries import ExtensionEntry, LateEntry
from suite.marking.lateness import LateRow, enter_lateness, read_lateness
from tests.marking.essays import assignment, result

POLICY = assignment().late


@pytest.mark.parametrize(
    ("table", "hours", "extension"),
    [
        ("submission,late_hours\nana,26.5\n", 26.5, None),
        ("\ufeffsubmission;late_days;extension_days\r\nana;1,5;2\r\n", 36, 48),
        ("submission\thanded_in\nana\t2026-11-21T01:59:00+01:00\n", 2, None),
        ("submission,handed_in\nana,2026-11-21 01:59\n", 2, None),
        ("submission,handed_in\nana,2026-11-20T22:59Z\n", 0, None),
        ("name,submission,extension_hours\nAna,ana,5\n,,\n", None, 5),
        ('submission,late_hours\n"ana",\n', None, None),
    ],
)
def test_tables(tmp_path: Path, table: str, hours: float | None, extension: float | None) -> None:
    """As spreadsheets of both languages write them."""
    path = tmp_path / "late.csv"
    path.write_text(table, "utf-8")
    assert read_lateness(path, POLICY) == [LateRow(submission="ana", hours=hours, extension_hours=extension)]


@pytest.mark.parametrize(
    ("table", "seen"),
    [
        ("", "none"),
        ("student,late_hours\nana,1\n", "student"),
        ("submission\nana\n", "submission"),
        ("submission,late_hours\nana,soon\n", "line 2, late_hours.*'soon'"),
        ("submission,late_hours\nana,nan\n", "'nan'"),
        ("submission,handed_in\nana,yesterday\n", "'yesterday'"),
        ("submission,extension_hours\nana,-3\n", "-3"),
    ],
)
def test_wrong_tables_are_told(tmp_path: Path, table: str, seen: str) -> None:
    """With the place and what was expected."""
    path = tmp_path / "late.csv"
    path.write_text(table, "utf-8")
    with pytest.raises(UsageError, match=rf"(?s)late\.csv.*{seen}"):
        read_lateness(path, POLICY)


def test_a_time_needs_a_deadline(tmp_path: Path) -> None:
    """And the message says where it belongs."""
    path = tmp_path / "late.csv"
    path.write_text("submission,handed_in\nana,2026-11-21T01:59\n", "utf-8")
    with pytest.raises(UsageError, match=r"\[late\]"):
        read_lateness(path, None)
    path.write_bytes(b"submission,late_hours\nMar\xeda,1\n")
    with pytest.raises(UsageError, match="UTF-8"):
        read_lateness(path, POLICY)


def test_only_what_is_new_is_entered() -> None:
    """The same table twice enters nothing twice, and a new time replaces the old one."""
    rows = [
        LateRow(submission="ana", hours=26, extension_hours=24),
        LateRow(submission="luis", hours=0, extension_hours=None),
        LateRow(submission="nobody", hours=1, extension_hours=None),
    ]
    results = [result("ana"), result("luis")]
    entries, unknown = enter_lateness(rows, results, ClassLedger(), "Eva")
    assert [type(entry) for entry in entries] == [LateEntry, ExtensionEntry, LateEntry]
    assert unknown == ["nobody"]
    assert enter_lateness(rows, results, ClassLedger(entries=tuple(entries)), "Eva")[0] == []
    later = [LateRow(submission="ana", hours=30, extension_hours=24)]
    (entry,), _ = enter_lateness(later, results, ClassLedger(entries=tuple(entries)), "Eva")
    assert isinstance(entry, LateEntry)
    assert entry.content_hash == results[0].content_hash
