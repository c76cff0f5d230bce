"""What a customer is found by, numbers that are not theirs or were learned, and records that were merged.

The words are made by today's rule, unlike all else in a migration: whoever looks for them goes by today's rule, too.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

from ionas_phone.store import customer_words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOLDED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and fill the words in."""
    # On SQLite the table is built anew, so that its definition reads as if it had always been so.
    rebuild: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("phone_numbers", recreate=rebuild, table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("learned_by", sa.Text()))
    op.create_table(
        "customer_words",
        sa.Column("word", FOLDED, nullable=False),
        _customer("customer_id"),
        sa.PrimaryKeyConstraint("word", "customer_id", name="pk_customer_words"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "foreign_numbers",
        _customer("customer_id"),
        sa.Column("e164", sa.Text(), nullable=False),
        *_deed(),
        sa.PrimaryKeyConstraint("customer_id", "e164", name="pk_foreign_numbers"),
    )
    op.create_table(
        "customer_merges",
        _customer("customer_id"),
        _customer("into_id"),
        *_deed(),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer_merges"),
        sa.CheckConstraint("customer_id <> into_id", name="two"),
    )
    op.create_index("ix_customer_merges_into_id", "customer_merges", ["into_id"])
    customer_words.fill(op.get_bind())


def _customer(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, sa.ForeignKey("customers.id"), nullable=False, autoincrement=False)


def _deed() -> list[sa.Column[object]]:
    return [sa.Column("at", INSTANT, nullable=False), sa.Column("by", sa.Text(), nullable=False)]
