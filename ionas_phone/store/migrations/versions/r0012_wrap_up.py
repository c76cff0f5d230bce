"""How long people may wrap up after a call of a queue."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; until somebody decides otherwise it may ring at once, as before."""
    # SQLite writes an added column behind the rules of the table: it is built anew.
    rebuild: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    as_it_was = {"sqlite_autoincrement": True}
    with op.batch_alter_table("queue_targets", recreate=rebuild, table_kwargs=as_it_was) as table:
        table.add_column(sa.Column("wrap_up", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
        table.create_check_constraint(op.f("ck_queue_targets_wrap_up"), "wrap_up >= 0")
