"""When each PBX was last in sight, and the gaps in between."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "sightings",
        sa.Column("pbx", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("pbx", name="pk_sightings"),
    )
    op.create_table(
        "queue_counts",
        sa.Column("pbx", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("total", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("pbx", "queue", name="pk_queue_counts"),
    )
    op.create_table(
        "gaps",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("pbx", sa.Text(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("missed", WHOLE),
        sa.PrimaryKeyConstraint("id", name="pk_gaps"),
        sa.UniqueConstraint("pbx", "began_at", name="uq_gaps_pbx_began_at"),
        sqlite_autoincrement=True,
    )
