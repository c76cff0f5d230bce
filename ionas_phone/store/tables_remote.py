"""The table of remote sessions. Rule: one at a time for a support session, and no column could take a password."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Table, false

from ionas_phone.store import tables_customers
from ionas_phone.store.tables import sessions
from ionas_phone.store.types import Instant, Whole, Words

metadata = tables_customers.metadata  # whoever takes it from here has all tables, this one included

remote_sessions = Table(
    "remote_sessions",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("session_id", ForeignKey(sessions.c.id), nullable=False, index=True),
    Column("remote_id", Words, nullable=False),  # digits
    Column("started_at", Instant, nullable=False),
    Column("started_by", Words, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", Words),
    Column("broken_off", Boolean, nullable=False, server_default=false()),  # by the customer
    CheckConstraint("length(remote_id) BETWEEN 9 AND 10", name="remote_id"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
    CheckConstraint("NOT broken_off OR ended_at IS NOT NULL", name="broken_off"),
    sqlite_autoincrement=True,
)
_open = remote_sessions.c.ended_at.is_(None)
Index("uq_remote_sessions_open", remote_sessions.c.session_id, unique=True, sqlite_where=_open, postgresql_where=_open)
