"""The tables. `migrations/` makes them step by step; a test checks that both agree."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

machines = Table(
    "machine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String(12), nullable=False, unique=True),
    Column("hardware", String(12), nullable=False),
    Column("fields", JSON, nullable=False),  # the other fields of `Machine`: shown and compared, never searched
)
runs = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content_hash", String(64), nullable=False, unique=True),
    Column("measured_at", DateTime, nullable=False, index=True),  # UTC; SQLite has no time zones
    Column("commit", String(64), nullable=False),
    Column("branch", Text, nullable=False),
    Column("dirty", Boolean, nullable=False),
    Column("subject", Text, nullable=False),
    Column("committed_at", DateTime),  # UTC
    Column("ancestors", Integer),
    Column("machine_id", ForeignKey("machine.id"), nullable=False),
)
benchmarks = Table(
    "benchmark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fullname", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("group", Text, nullable=False),
    Column("framework", Text, nullable=False),
)
measurements = Table(
    "measurement",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("benchmark_id", ForeignKey("benchmark.id"), primary_key=True, index=True),
    Column("seconds", Float, nullable=False),
    Column("data", JSON, nullable=False),
    Column("log_ratio", Float),
    Column("log_ratio_low", Float),
    Column("log_ratio_high", Float),
    Column("anchor_seconds", Float),
    Column("items_per_second", Float),
    Column("peak_memory_bytes", Float),  # more than 2 GiB doesn't fit PostgreSQL's integer; exact up to 2**53
    Column("peak_device_bytes", Float),
    Column("compile_seconds", Float),
    Column("steps_to_accuracy", Float),
    Column("seconds_to_accuracy", Float),
    Column("segments", JSON),
)
changes = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("benchmark_id", ForeignKey("benchmark.id"), nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("magnitude", Float, nullable=False),
    Column("p_value", Float),
    Column("first_run_id", ForeignKey("run.id"), nullable=False),
    Column("good_run_id", ForeignKey("run.id"), nullable=False),
    Column("figure", String(16), nullable=False, server_default="time"),
    Column("asked", Integer, nullable=False),
    Column("accepted", Boolean, nullable=False),
)
