"""The record keeps what it was given, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from suite.errors import UsageError
from suite.tracking.history.benchmark_json import Night, read_night
from suite.tracking.history.check import check_record
from suite.tracking.history.database import open_record, upgrade
from suite.tracking.history.exchange import export_record, import_bytes
from suite.tracking.history.record import accept_change, load_changes, load_nights, store_change
from suite.tracking.history.records import Change, ChangeStatus, Measurement
from suite.tracking.history.schema import metadata
from suite.tracking.history.settings import JudgeSettings
from tests.tracking.history.nights import XEON, as_bytes, as_file

NAMES = {"lstm-torch": 0.1, "lstm-keras": -0.2}


def test_import_is_idempotent(record: Connection) -> None:
    """The same file twice is one night; an export of it is known as well."""
    content = as_bytes(as_file(0, NAMES))
    assert import_bytes(record, content, "one") == (1, 0)
    assert import_bytes(record, content, "again") == (0, 1)
    assert import_bytes(record, export_record(record).encode(), "export") == (0, 1)


def test_nights_come_back_as_they_were(record: Connection) -> None:
    """Machine, commit, raw times, segments, bytes beyond 2 GiB: everything survives the database."""
    night = read_night(as_bytes(as_file(3, NAMES)), "night")
    import_bytes(record, as_bytes(as_file(3, NAMES)), "night")
    (stored,) = load_nights(record).values()
    assert (stored.machine, stored.run) == (night.machine, night.run)
    assert dict(_by_name(stored)) == dict(_by_name(night))


def _by_name(night: Night) -> Iterator[tuple[str, Measurement]]:
    return ((benchmark.fullname, measured) for benchmark, measured in night.measurements)


def test_export_moves_a_record(record: Connection, tmp_path: Path) -> None:
    """An export imported elsewhere exports the same."""
    for night in range(3):
        import_bytes(record, as_bytes(as_file(night, NAMES, machine=XEON)), "night")
    exported = export_record(record)
    with open_record(str(tmp_path / "other.sqlite"), lambda _: None) as other:
        assert import_bytes(other, exported.encode(), "export") == (3, 0)
        assert json.loads(export_record(other)) == json.loads(exported)


def test_nights_are_in_order_of_measurement(record: Connection) -> None:
    """A night that is imported late stands where it was measured."""
    for night in (2, 0, 1):
        import_bytes(record, as_bytes(as_file(night, NAMES)), "night")
    days = [night.run.measured_at.day for night in load_nights(record).values()]
    assert days == [1, 2, 3]


def test_checks_work_on_both_engines(record: Connection) -> None:
    """A check stores what it found and finds it again."""
    for night in range(30):
        import_bytes(record, as_bytes(as_file(night, {"lstm": 0.2 * (night >= 20) + 0.001 * (night % 3)})), "night")
    for _ in range(2):
        (found,) = check_record(record, JudgeSettings(), None).judged
        assert (found.change.status, found.change.first_run) == (ChangeStatus.UNCONFIRMED, 21)
    assert sum(map(len, load_changes(record).values())) == 1


def test_migrations_make_what_the_code_reads(record: Connection) -> None:
    """The tables after all migrations are those of `schema.py`."""
    assert compare_metadata(MigrationContext.configure(record), metadata) == []


def test_older_schema_is_upgraded_with_a_message(database: str) -> None:
    """A record of an older suite keeps its nights and says that it was upgraded."""
    with open_record(database, lambda _: None) as connection:
        connection.execute(sa.text("DROP TABLE change"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
        import_bytes(connection, as_bytes(as_file(0, NAMES)), "night")
    told: list[str] = []
    with open_record(database, told.append) as connection:
        assert len(load_nights(connection)) == 1
        assert load_changes(connection) == {}
    assert told == ["the record's schema 0001 is upgraded to 0002"]


def test_current_schema_is_left_alone(database: str) -> None:
    """Opening a record that is up to date says nothing."""
    told: list[str] = []
    for _ in range(2):
        with open_record(database, told.append):
            pass
    assert told == []


def test_newer_schema_is_refused(database: str) -> None:
    """A record that a newer suite wrote isn't touched, and the message says what to do."""
    with open_record(database, lambda _: None) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0099'"))
    said = r"schema 0099, this suite knows up to 0002.*upgrade this one"
    with pytest.raises(UsageError, match=said), open_record(database, lambda _: None):
        pass


def test_failed_upgrade_leaves_nothing(tmp_path: Path) -> None:
    """A migration is all or nothing, tables included, on SQLite too."""
    path = str(tmp_path / "record.sqlite")
    with pytest.raises(ZeroDivisionError), open_record(path, lambda _: None) as connection:  # noqa: PT012
        connection.execute(sa.text("CREATE TABLE half (id INTEGER)"))
        _ = 1 / 0
    with open_record(path, lambda _: None) as connection:
        assert "half" not in sa.inspect(connection).get_table_names()


def test_upgrade_to_a_step_stops_there(tmp_path: Path) -> None:
    """Migrations run one by one."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'steps.sqlite'}")
    with engine.begin() as connection:
        upgrade(connection, lambda _: None, target="0001")
        assert "change" not in sa.inspect(connection).get_table_names()
    engine.dispose()


def test_only_regressions_are_accepted(record: Connection) -> None:
    """Accepting something else is refused by its number."""
    import_bytes(record, as_bytes(as_file(0, NAMES)), "night")
    change = Change(status=ChangeStatus.UNCONFIRMED, magnitude=0.1, p_value=None, first_run=1, good_run=1)
    number = store_change(record, 1, change)
    with pytest.raises(UsageError, match=f"no confirmed regression has the number {number}"):
        accept_change(record, number)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://host/db", "can't be kept in mysql"),
        ("://", "is no database URL"),
        ("postgresql://nobody@127.0.0.1:1/none", "failed: .*expected a SQLite file or a PostgreSQL database"),
    ],
)
def test_unusable_addresses_are_explained(address: str, said: str) -> None:
    """What can't be opened is a usage error with a way out."""
    with pytest.raises(UsageError, match=f"(?s){said}"), open_record(address, lambda _: None):
        pass


def test_passwords_are_not_shown() -> None:
    """The message of a failed connection hides the password."""
    with pytest.raises(UsageError) as caught, open_record("postgresql://me:secret@127.0.0.1:1/x", lambda _: None):
        pass
    assert "secret" not in str(caught.value)
