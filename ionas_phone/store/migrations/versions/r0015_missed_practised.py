"""Who looks after the practice callers whom nobody answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "missed_practised",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text()),
        sa.Column("taken_at", INSTANT),
        sa.Column("until", INSTANT),
        sa.Column("done_at", INSTANT),
        sa.Column("done_by", sa.Text()),
        sa.Column("word", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("number", name="pk_missed_practised"),
    )
