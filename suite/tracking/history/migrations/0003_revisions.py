"""What orders revisions; and one word for what has no commit or no branch.

Runs of before keep the branch that they name. What tools write where there is none (`HEAD`, `(detached head)`,
`(unknown)`, `unversioned`) becomes empty, which is shown as `unknown`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NO_BRANCH = ("HEAD", "(detached head)", "(unknown)", "unknown")
NO_COMMIT = ("unversioned", "unknown")


def upgrade() -> None:
    """Add two columns, and empty what names nothing."""
    op.add_column("run", sa.Column("committed_at", sa.DateTime))
    op.add_column("run", sa.Column("ancestors", sa.Integer))
    run = sa.table("run", sa.column("branch", sa.Text), sa.column("commit", sa.String))
    op.execute(run.update().where(run.c.branch.in_(NO_BRANCH)).values(branch=""))
    op.execute(run.update().where(run.c.commit.in_(NO_COMMIT)).values(commit=""))
