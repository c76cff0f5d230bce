"""The tables of what administrators decide about queues. Rule: a queue has one row of targets; switches only grow."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, text

from ionas_phone.store import tables_tours
from ionas_phone.store.tables import calls
from ionas_phone.store.types import Instant, Whole, Words

metadata = tables_tours.metadata  # whoever takes it from here has all tables, these included

Index("ix_calls_offered_at", calls.c.offered_at)  # the figures of a day

queue_targets = Table(
    "queue_targets",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("queue", Words, nullable=False, unique=True),
    Column("seconds", Whole, nullable=False),
    Column("percent", Whole, nullable=False),
    Column("most_waiting", Whole, nullable=False),
    Column("longest_wait", Whole, nullable=False),
    Column("version", Whole, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", Words, nullable=False),
    Column("wrap_up", Whole),  # seconds after a call; 0: until one is ready again; NULL: none
    CheckConstraint("percent BETWEEN 1 AND 100 AND seconds > 0 AND longest_wait > 0", name="reachable"),
    CheckConstraint("wrap_up >= 0", name="wrap_up"),
    sqlite_autoincrement=True,
)

# Append-only: the last row is how the line was switched last.
opening_switches = Table(
    "opening_switches",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("state", Words, nullable=False),
    Column("until", Instant),  # then by the hours again; NULL: until it is switched
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    Column(
        "missed", Words, nullable=False, server_default=text("''")
    ),  # PBXes that did not confirm it, a blank between
    CheckConstraint("state IN ('hours', 'open', 'closed')", name="state"),
    CheckConstraint("until IS NULL OR state <> 'hours'", name="until"),
    sqlite_autoincrement=True,
)

wallboards = Table(
    "wallboards",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("queue", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),  # SHA-256: the token itself is only in the device
    Column("created_at", Instant, nullable=False),
    Column("created_by", Words, nullable=False),
    Column("seen_at", Instant),
    Column("revoked_at", Instant),
    Column("revoked_by", Words),
    CheckConstraint("length(token_hash) = 32", name="token_hash"),
    sqlite_autoincrement=True,
)
