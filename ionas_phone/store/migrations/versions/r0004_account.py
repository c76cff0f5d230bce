"""What everybody decides for themselves, and a version of each user's row: two administrators may edit at once."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add three columns to the users."""
    # SQLite adds no constraint to a table that is there: it is built anew.
    rebuild: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("users", recreate=rebuild, table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("opens", sa.Text(), nullable=False, server_default="answer"))
        table.add_column(sa.Column("sounds", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("version", WHOLE, nullable=False, server_default="1"))
        table.create_check_constraint("opens", "opens IN ('answer', 'ring', 'never')")
