"""Records on both engines. PostgreSQL needs a server: `.ci/run` starts one and names it in SUITE_TEST_POSTGRES."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from suite.tracking.history.database import as_url, open_record


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty record can be made, on each engine."""
    if request.param == "sqlite":
        yield str(tmp_path / "history.sqlite")
        return
    server = os.environ.get("SUITE_TEST_POSTGRES")
    if not server:
        pytest.skip("SUITE_TEST_POSTGRES names no PostgreSQL server; .ci/run starts one")
    name = f"suite_test_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(as_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield as_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def record(database: str) -> Iterator[Connection]:
    """An empty record, open."""
    with open_record(database, lambda _: None) as connection:
        yield connection


@pytest.fixture
def sqlite_record(tmp_path: Path) -> Iterator[Connection]:
    """An empty record where the engine doesn't matter."""
    with open_record(str(tmp_path / "record.sqlite"), lambda _: None) as connection:
        yield connection
