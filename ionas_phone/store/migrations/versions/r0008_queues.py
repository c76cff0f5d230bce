"""Queues' targets, the opening switch, wallboards; and calls by the instant at which they were offered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the three tables and the index."""
    op.create_index("ix_calls_offered_at", "calls", ["offered_at"])
    op.create_table(
        "queue_targets",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        *(sa.Column(name, WHOLE, nullable=False) for name in ("seconds", "percent", "most_waiting", "longest_wait")),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_queue_targets"),
        sa.UniqueConstraint("queue", name="uq_queue_targets_queue"),
        sa.CheckConstraint("percent BETWEEN 1 AND 100 AND seconds > 0 AND longest_wait > 0", name="reachable"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "opening_switches",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opening_switches"),
        sa.CheckConstraint("state IN ('hours', 'open', 'closed')", name="state"),
        sa.CheckConstraint("until IS NULL OR state <> 'hours'", name="until"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "wallboards",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.Column("revoked_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_wallboards"),
        sa.UniqueConstraint("token_hash", name="uq_wallboards_token_hash"),
        sa.CheckConstraint("length(token_hash) = 32", name="token_hash"),
        sqlite_autoincrement=True,
    )
