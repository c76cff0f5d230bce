"""The tables around a customer's record. Rule: they are kept in the transaction that changes the record."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, PrimaryKeyConstraint, Table

from ionas_phone.store import tables_sight
from ionas_phone.store.tables import customers
from ionas_phone.store.types import Folded, Instant, Whole, Words

metadata = tables_sight.metadata  # whoever takes it from here has all tables, these included

# By what a customer is found (support.customer_words.words_of). Made of the record anew whenever it changes.
customer_words = Table(
    "customer_words",
    metadata,
    Column("word", Folded, nullable=False),
    Column("customer_id", Whole, ForeignKey(customers.c.id), nullable=False),
    PrimaryKeyConstraint("word", "customer_id"),
    sqlite_with_rowid=False,
)

# Numbers that are not a customer's, though a company block or an import says so: somebody has looked.
foreign_numbers = Table(
    "foreign_numbers",
    metadata,
    Column("customer_id", Whole, ForeignKey(customers.c.id), nullable=False),
    Column("e164", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    PrimaryKeyConstraint("customer_id", "e164"),
)

# Records of one customer that were two. The one merged away stays: documents name it, and its number leads on.
customer_merges = Table(
    "customer_merges",
    metadata,
    Column("customer_id", Whole, ForeignKey(customers.c.id), primary_key=True, autoincrement=False),
    Column("into_id", Whole, ForeignKey(customers.c.id), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    CheckConstraint("customer_id <> into_id", name="two"),
)
