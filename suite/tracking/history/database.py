"""Opens the record: a SQLite file by default, PostgreSQL by URL. An older schema is upgraded, a newer one refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from suite.errors import UsageError
from suite.records import Text, text

LOCK = 6_041_977  # an arbitrary number of this program: PostgreSQL's advisory lock while the schema changes
ALONE = "suite_alone"  # execution option: no other process may write the SQLite file meanwhile
EXAMPLE = "postgresql://user@host/history"
SECONDS_TO_WAIT = 30  # for another writer of a SQLite file


@contextmanager
def open_record(database: str, tell: Callable[[Text], None]) -> Iterator[Connection]:
    """A connection in one transaction, committed at the end; `tell` is called with a message about an upgrade.

    `database` is a path (SQLite) or an SQLAlchemy URL.

    Raises:
        UsageError: the URL is wrong, the server or the file can't be reached, or a newer suite wrote the record.
    """
    url = as_url(database)
    engine = _make_engine(url)
    try:
        with engine.connect().execution_options(**{ALONE: True}) as connection, connection.begin():
            upgrade(connection, tell)
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise UsageError(
            "the record {database} failed: {reason}; expected a SQLite file or a PostgreSQL database that can "
            "be reached and written",
            database=url.render_as_string(hide_password=True),
            reason=str(error.orig).strip(),
        ) from error
    finally:
        engine.dispose()


def is_missing(database: str) -> bool:
    """Whether it is a SQLite file that isn't there; what a server has is known only when it is asked."""
    url = as_url(database)
    return url.get_backend_name() == "sqlite" and url.database is not None and not Path(url.database).exists()


def as_url(database: str) -> URL:
    """A URL, with psycopg 3 for PostgreSQL; anything that isn't a URL is the path of a SQLite file."""
    if "://" not in database:
        return URL.create("sqlite", database=database)
    try:
        url = make_url(database)
    except ArgumentError:
        raise UsageError(
            "{database!r} is no database URL; expected one like {example}", database=database, example=EXAMPLE
        ) from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise UsageError(
            "the record can't be kept in {kind}; use SQLite or PostgreSQL, as {example}",
            kind=url.get_backend_name(),
            example=EXAMPLE,
        )
    return url


def upgrade(connection: Connection, tell: Callable[[Text], None], target: str = "head") -> None:
    """Bring the schema to `target`, and report it if an older schema was there before."""
    with as_file(files("suite.tracking.history") / "migrations") as folder:
        script = _scripts(folder)
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        before = MigrationContext.configure(connection).get_current_revision()
        known = [step.revision for step in script.walk_revisions()]
        if before is not None and before not in known:
            raise UsageError(
                "the record has schema {before}, this suite knows up to {known}: a newer suite wrote it; upgrade "
                "this one, or name another record with --database",
                before=before,
                known=known[0],
            )
        wanted = known[0] if target == "head" else target
        if before == wanted:
            return
        if before is not None:
            tell(text("history_upgraded", before=before, after=wanted))

        def steps(revision: Any, _: object) -> Any:
            return script._upgrade_revs(wanted, revision)

        with EnvironmentContext(Config(), script, fn=steps) as environment:
            environment.configure(connection=connection)
            environment.run_migrations()


def _scripts(folder: Path) -> ScriptDirectory:
    """The migrations in a folder, without the `env.py` that Alembic's own command line needs."""
    return ScriptDirectory(str(folder), version_locations=[str(folder)])


def _make_engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = _create(url, connect_args={"timeout": SECONDS_TO_WAIT})
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    return _create(url, connect_args={"connect_timeout": SECONDS_TO_WAIT})


def _set_up_sqlite(connection: Any, _: object) -> None:
    """Control transactions ourselves: Python's own begin too late to include changes of tables."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    alone = connection.get_execution_options().get(ALONE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")


def _create(url: URL, **options: object) -> Engine:
    try:
        return sa.create_engine(url, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise UsageError(
            "no driver for {driver}: {error}; pip install 'notebook-suite[history]'", driver=url.drivername, error=error
        ) from error
