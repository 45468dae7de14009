"""How long learning takes, in steps and seconds; nights of before have neither."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add two columns."""
    op.add_column("measurement", sa.Column("steps_to_accuracy", sa.Float))
    op.add_column("measurement", sa.Column("seconds_to_accuracy", sa.Float))
