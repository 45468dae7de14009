"""The record keeps what it was given, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from suite.errors import UsageError
from suite.records import Text
from suite.text.language import say
from suite.tracking.history.benchmark_json import Night, read_night
from suite.tracking.history.check import check_record
from suite.tracking.history.database import as_url, open_record, upgrade
from suite.tracking.history.exchange import export_record, import_bytes
from suite.tracking.history.record import accept_change, load_changes, load_nights, store_change
from suite.tracking.history.records import Change, ChangeStatus, Measurement
from suite.tracking.history.schema import metadata
from tests.tracking.history.nights import NOW, XEON, as_bytes, as_file

NAMES = {"lstm-torch": 0.1, "lstm-keras": -0.2}
OLD_MACHINE = {
    "cpu": "EPYC 1",
    "cores": 2,
    "gpus": [],
    "driver": "",
    "frequency_policy": "",
    "system": "Linux 6.1",
    "python": "CPython 3.11.7",
    "frameworks": {"torch": "2.13.0"},
    "blas": [],
}


def test_import_is_idempotent(record: Connection) -> None:
    """The same file twice is one night; an export of it is known as well."""
    content = as_bytes(as_file(0, NAMES))
    assert import_bytes(record, content, "one", NOW).new == 1
    for again in (content, export_record(record).encode()):
        imported = import_bytes(record, again, "again", NOW)
        assert (imported.new, imported.known, imported.added) == (0, 1, 0)


def test_nights_come_back_as_they_were(record: Connection) -> None:
    """Machine, commit, raw times, segments, bytes beyond 2 GiB: everything survives the database."""
    night = read_night(as_bytes(as_file(3, NAMES)), "night")
    import_bytes(record, as_bytes(as_file(3, NAMES)), "night", NOW)
    (stored,) = load_nights(record).values()
    assert (stored.machine, stored.run) == (night.machine, night.run)
    assert dict(_by_name(stored)) == dict(_by_name(night))


def _by_name(night: Night) -> Iterator[tuple[str, Measurement]]:
    return ((benchmark.fullname, measured) for benchmark, measured in night.measurements)


def test_export_moves_a_record(record: Connection, tmp_path: Path) -> None:
    """An export imported elsewhere exports the same."""
    for night in range(3):
        import_bytes(record, as_bytes(as_file(night, NAMES, machine=XEON)), "night", NOW)
    exported = export_record(record)
    with open_record(str(tmp_path / "other.sqlite"), lambda _: None) as other:
        assert import_bytes(other, exported.encode(), "export", NOW).new == 3
        assert json.loads(export_record(other)) == json.loads(exported)


def test_nights_are_in_order_of_measurement(record: Connection) -> None:
    """A night that is imported late stands where it was measured."""
    for night in (2, 0, 1):
        import_bytes(record, as_bytes(as_file(night, NAMES)), "night", NOW)
    days = [night.run.measured_at.day for night in load_nights(record).values()]
    assert days == [1, 2, 3]


def test_checks_work_on_both_engines(record: Connection) -> None:
    """A check stores what it found and finds it again."""
    for night in range(30):
        values = {"lstm": 0.2 * (night >= 20) + 0.001 * (night % 3)}
        import_bytes(record, as_bytes(as_file(night, values)), "night", NOW)
    for _ in range(2):
        (found,) = check_record(record, None, NOW).judged
        assert (found.change.status, found.change.first_run) == (ChangeStatus.UNCONFIRMED, 21)
    assert sum(map(len, load_changes(record).values())) == 1


def test_migrations_make_what_the_code_reads(record: Connection) -> None:
    """The tables after all migrations are those of `schema.py`."""
    assert compare_metadata(MigrationContext.configure(record), metadata) == []


OLD_RUNS = (("a" * 40, "main"), ("unversioned", "(unknown)"), ("b" * 40, "(detached head)"), ("c" * 40, "feature"))


def _write_old_record(database: str, schema: str) -> None:
    """A record as a suite of that schema left it: four runs of one benchmark."""
    engine = sa.create_engine(as_url(database))
    with engine.begin() as connection:
        upgrade(connection, lambda _: None, target=schema)
        tables = sa.MetaData()
        tables.reflect(connection)
        machine = {"fingerprint": "f" * 12, "hardware": "h" * 12, "fields": OLD_MACHINE}
        connection.execute(tables.tables["machine"].insert().values(machine))
        benchmark = {"fullname": "bench::lstm", "name": "lstm", "group": "", "framework": ""}
        connection.execute(tables.tables["benchmark"].insert().values(benchmark))
        for number, (commit, branch) in enumerate(OLD_RUNS, start=1):
            run = {
                "content_hash": str(number) * 64,
                "measured_at": datetime(2023, 1, number, tzinfo=None),  # noqa: DTZ001 - as it is stored
                "commit": commit,
                "branch": branch,
                "dirty": False,
                "subject": "",
                "machine_id": 1,
            }
            connection.execute(tables.tables["run"].insert().values(run))
            measured = {"run_id": number, "benchmark_id": 1, "seconds": 0.01, "data": []}
            connection.execute(tables.tables["measurement"].insert().values(measured))
    engine.dispose()


@pytest.mark.parametrize("schema", ["0001", "0002"])
def test_older_schema_is_upgraded_with_a_message(database: str, schema: str) -> None:
    """A record of an older suite keeps its nights, and those that name a branch keep it; words for none become none."""
    _write_old_record(database, schema)
    told: list[Text] = []
    with open_record(database, told.append) as connection:
        nights = load_nights(connection).values()
        assert [(each.run.commit, each.run.branch) for each in nights] == [
            ("a" * 40, "main"),
            ("", ""),
            ("b" * 40, ""),
            ("c" * 40, "feature"),
        ]
        assert all(each.run.committed_at is None and each.run.ancestors is None for each in nights)
        assert load_changes(connection) == {}
        assert check_record(connection, None, NOW).branch.name == "main"
    assert [say(each, "en") for each in told] == [f"the record's schema {schema} is upgraded to 0006"]


def test_a_corrected_file_is_the_same_night(record: Connection) -> None:
    """It adds the benchmark that was broken, and counts none twice."""
    document = as_file(0, NAMES)
    document["benchmarks"][1]["stats"]["median"] = 0
    first = import_bytes(record, as_bytes(document), "broken", NOW)
    assert (first.new, [each.name for each in first.unsound]) == (1, ["bench::lstm-keras"])
    second = import_bytes(record, as_bytes(as_file(0, NAMES)), "corrected", NOW)
    assert (second.new, second.known, second.added, second.unsound) == (0, 1, 1, ())
    (night,) = load_nights(record).values()
    assert {benchmark.name for benchmark, _ in night.measurements} == set(NAMES)


def test_a_second_measurement_of_one_moment_is_another_night(record: Connection) -> None:
    """Other times, or another branch, aren't the same night."""
    import_bytes(record, as_bytes(as_file(0, NAMES)), "first", NOW)
    other_times = as_file(0, {name: value + 0.1 for name, value in NAMES.items()})
    other_branch = as_file(0, NAMES, commit_info={"branch": "feature"})
    for document in (other_times, other_branch):
        assert import_bytes(record, as_bytes(document), "second", NOW).new == 1


def test_what_orders_revisions_is_kept(record: Connection) -> None:
    """Date and number of ancestors come back, and an export carries them on."""
    told = {"history_time": "2022-12-31T23:00:00-02:00", "ancestors": 42}
    import_bytes(record, as_bytes(as_file(0, NAMES, commit_info=told)), "night", NOW)
    (night,) = load_nights(record).values()
    assert (night.run.committed_at, night.run.ancestors) == (datetime(2023, 1, 1, 1, tzinfo=UTC), 42)
    exported = json.loads(export_record(record))
    assert exported["nights"][0]["run"]["committed_at"] == "2023-01-01T01:00:00+00:00"


def test_current_schema_is_left_alone(database: str) -> None:
    """Opening a record that is up to date says nothing."""
    told: list[Text] = []
    for _ in range(2):
        with open_record(database, told.append):
            pass
    assert told == []


def test_newer_schema_is_refused(database: str) -> None:
    """A record that a newer suite wrote isn't touched, and the message says what to do."""
    with open_record(database, lambda _: None) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0099'"))
    said = r"schema 0099, this suite knows up to 0006.*upgrade this one"
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
    import_bytes(record, as_bytes(as_file(0, NAMES)), "night", NOW)
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
