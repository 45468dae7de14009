"""Most memory of a GPU; nights of before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add a column."""
    op.add_column("measurement", sa.Column("peak_device_bytes", sa.Float))
