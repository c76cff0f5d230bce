"""Which telephone systems a turn of the opening switch did not reach."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier turns counted only when all had confirmed them."""
    # SQLite writes an added column behind the rules of the table: it is built anew.
    rebuild: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    as_it_was = {"sqlite_autoincrement": True}
    with op.batch_alter_table("opening_switches", recreate=rebuild, table_kwargs=as_it_was) as table:
        table.add_column(sa.Column("missed", sa.Text(), nullable=False, server_default=sa.text("''")))
