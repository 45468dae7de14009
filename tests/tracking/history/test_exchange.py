"""Files become nights as far as they are sound, and what isn't is named."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from suite.errors import UsageError
from suite.tracking.history.exchange import export_record, import_bytes, import_file
from suite.tracking.history.record import load_nights
from tests.tracking.history.nights import FIRST, NOW, as_bytes, as_file

NAMES = {"lstm": 0.1, "gru": 0.2}


def _export(connection: Connection, nights: int) -> dict[str, Any]:
    for night in range(nights):
        import_bytes(connection, as_bytes(as_file(night, NAMES)), "night", NOW)
    exported: dict[str, Any] = json.loads(export_record(connection))
    for number, night in enumerate(exported["nights"]):  # nights of another record
        night["run"] |= {"content_hash": str(number) * 64, "branch": "other"}
    return exported


def test_a_file_from_the_future_is_refused(sqlite_record: Connection) -> None:
    """Nothing of it is stored, and the message says when it claims to be from; clocks may be an hour apart."""
    content = as_bytes(as_file(0, NAMES))
    with pytest.raises(UsageError, match="night of 2023-01-01 02:00 UTC: expected a date up to now, 2023-01-01 00:59"):
        import_bytes(sqlite_record, content, "bench.json", FIRST - timedelta(minutes=61))
    assert load_nights(sqlite_record) == {}
    assert import_bytes(sqlite_record, content, "bench.json", FIRST - timedelta(minutes=59)).new == 1


@pytest.mark.parametrize("date", ["2106-02-07T06:28:15", "9999-12-31T23:59:59", 4294967295])
def test_dates_beyond(sqlite_record: Connection, date: str | int) -> None:
    """The ends of clocks are the future."""
    document = as_file(0, NAMES) | {"datetime": date}
    with pytest.raises(UsageError, match="expected a date up to now"):
        import_bytes(sqlite_record, as_bytes(document), "bench.json", NOW)


def test_a_time_that_utc_does_not_have(sqlite_record: Connection) -> None:
    """It is refused as a date, and breaks nothing."""
    document = as_file(0, NAMES) | {"datetime": "9999-12-31T23:59:59-14:00"}
    with pytest.raises(UsageError, match="datetime: expected a time that exists in UTC"):
        import_bytes(sqlite_record, as_bytes(document), "bench.json", NOW)


def test_sound_nights_of_an_export_are_stored(sqlite_record: Connection) -> None:
    """A night without a machine, one from the future and a broken benchmark are named; the rest is stored."""
    exported = _export(sqlite_record, 5)
    del exported["nights"][0]["machine"]
    exported["nights"][1]["run"]["measured_at"] = "2106-01-01T00:00:00Z"
    exported["nights"][2]["measurements"][0]["measurement"]["seconds"] = float("nan")
    exported["nights"][3]["measurements"] *= 2
    imported = import_bytes(sqlite_record, json.dumps(exported).encode(), "export", NOW)
    assert (imported.new, len(load_nights(sqlite_record))) == (2, 7)
    assert [(each.name, each.reason.split(",")[0]) for each in imported.unsound] == [
        ("night 1", "machine is missing"),
        ("night 4", "night 4: bench::gru: expected once in a night; night 4: bench::lstm: expected once in a night"),
        ("night of 2106-01-01 00:00 UTC", "expected a date up to now"),
        ("night 3: bench::gru", "measurement.seconds: expected a time above 0 seconds"),
    ]


def test_an_export_of_an_older_suite_is_read(sqlite_record: Connection) -> None:
    """Schema version 1 knows neither dates nor ancestors of commits, and other words for no branch."""
    exported = _export(sqlite_record, 1) | {"schema_version": 1}
    run = exported["nights"][0]["run"]
    del run["committed_at"], run["ancestors"]
    run |= {"branch": "HEAD", "commit": "unversioned"}
    assert import_bytes(sqlite_record, json.dumps(exported).encode(), "export", NOW).new == 1
    assert [(each.run.branch, each.run.commit) for each in load_nights(sqlite_record).values()][1] == ("", "")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.mkdir(), "can't be read: Is a directory"),
        (lambda _: None, "can't be read: No such file or directory"),
        (lambda path: path.write_bytes(b""), "it is empty"),
        (lambda path: path.write_bytes(b'{"kind": "suite history", "schema_version": 9, "nights": []}'), "up to 4"),
    ],
)
def test_what_is_no_file_of_ours(sqlite_record: Connection, tmp_path: Path, make: Any, said: str) -> None:
    """A folder, nothing, or something else is named with what was expected, and raises nothing."""
    path = tmp_path / "bench.json"
    make(path)
    imported = import_file(sqlite_record, path, NOW)
    assert str(path) in str(imported.problem)
    assert said in str(imported.problem)
