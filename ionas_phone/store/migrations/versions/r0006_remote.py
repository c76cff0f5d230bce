"""Remote sessions: when somebody looked into a customer's computer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "remote_sessions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("session_id", WHOLE, nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", sa.Text()),
        sa.Column("broken_off", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="pk_remote_sessions"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_remote_sessions_session_id"),
        sa.CheckConstraint("length(remote_id) BETWEEN 9 AND 10", name="remote_id"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        sa.CheckConstraint("NOT broken_off OR ended_at IS NOT NULL", name="broken_off"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_remote_sessions_session_id", "remote_sessions", ["session_id"])
    op.create_index(
        "uq_remote_sessions_open",
        "remote_sessions",
        ["session_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
