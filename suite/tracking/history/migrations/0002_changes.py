"""The changes that checks found, and their status."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of changes."""
    op.create_table(
        "change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("benchmark_id", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("magnitude", sa.Float, nullable=False),
        sa.Column("p_value", sa.Float),
        sa.Column("first_run_id", sa.Integer, nullable=False),
        sa.Column("good_run_id", sa.Integer, nullable=False),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmark.id"], name="fk_change_benchmark_id"),
        sa.ForeignKeyConstraint(["first_run_id"], ["run.id"], name="fk_change_first_run_id"),
        sa.ForeignKeyConstraint(["good_run_id"], ["run.id"], name="fk_change_good_run_id"),
    )
    op.create_index("ix_change_benchmark_id", "change", ["benchmark_id"])
