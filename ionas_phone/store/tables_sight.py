"""The tables of what was seen of each PBX and when. Rule: gaps are only added."""

from __future__ import annotations

from sqlalchemy import Column, Table, UniqueConstraint

from ionas_phone.store import tables_billing
from ionas_phone.store.types import Instant, Whole, Words

metadata = tables_billing.metadata  # whoever takes it from here has all tables, these included

sightings = Table(
    "sightings",
    metadata,
    Column("pbx", Words, primary_key=True),
    Column("seen_at", Instant, nullable=False),
)

queue_counts = Table(
    "queue_counts",
    metadata,
    Column("pbx", Words, primary_key=True),
    Column("queue", Words, primary_key=True),
    Column("total", Whole, nullable=False),  # calls that have entered it, also those under way
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("pbx", Words, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("missed", Whole),  # calls; NULL: can't be told
    UniqueConstraint("pbx", "began_at"),
    sqlite_autoincrement=True,
)
