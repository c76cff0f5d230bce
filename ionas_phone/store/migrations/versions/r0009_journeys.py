"""Each call's journey, where it comes from and when it began, by which the list of all calls is sorted."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add three columns to the calls; of those that are there the beginning is the first that is known of them."""
    # SQLite writes an added column behind the rules of the table: it is built anew.
    rebuild: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    never = sa.text("'1970-01-01 00:00:00.000000'")
    with op.batch_alter_table("calls", recreate=rebuild, table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("direction", sa.Text(), nullable=False, server_default="in"))
        table.add_column(sa.Column("began_at", INSTANT, nullable=False, server_default=never))
        table.add_column(sa.Column("stretches", sa.Text(), nullable=False, server_default="[]"))
    op.execute("UPDATE calls SET began_at = coalesce(offered_at, answered_at, ended_at, began_at)")
    op.drop_index("ix_calls_number", table_name="calls")
    op.create_index("ix_calls_number_began_at", "calls", ["number", "began_at"])
    op.create_index("ix_calls_began_at_id", "calls", ["began_at", "id"])
