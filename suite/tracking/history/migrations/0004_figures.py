"""Of which figure a change is; those of before are of the time."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a column."""
    op.add_column("change", sa.Column("figure", sa.String(16), nullable=False, server_default="time"))
