"""Machines, runs, benchmarks and measurements."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "machine",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(12), nullable=False),
        sa.Column("hardware", sa.String(12), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_machine"),
        sa.UniqueConstraint("fingerprint", name="uq_machine_fingerprint"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("measured_at", sa.DateTime, nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("dirty", sa.Boolean, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("machine_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.UniqueConstraint("content_hash", name="uq_run_content_hash"),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name="fk_run_machine_id"),
    )
    op.create_index("ix_run_measured_at", "run", ["measured_at"])
    op.create_table(
        "benchmark",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fullname", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("framework", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_benchmark"),
        sa.UniqueConstraint("fullname", name="uq_benchmark_fullname"),
    )
    op.create_table(
        "measurement",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("benchmark_id", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("log_ratio", sa.Float),
        sa.Column("log_ratio_low", sa.Float),
        sa.Column("log_ratio_high", sa.Float),
        sa.Column("anchor_seconds", sa.Float),
        sa.Column("items_per_second", sa.Float),
        sa.Column("peak_memory_bytes", sa.Float),
        sa.Column("compile_seconds", sa.Float),
        sa.Column("segments", sa.JSON),
        sa.PrimaryKeyConstraint("run_id", "benchmark_id", name="pk_measurement"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_measurement_run_id"),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmark.id"], name="fk_measurement_benchmark_id"),
    )
    op.create_index("ix_measurement_benchmark_id", "measurement", ["benchmark_id"])
