"""The table of who is on the guided tour. Rule: one row a person; leaving the tour takes it away."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from ionas_phone.store import tables_remote
from ionas_phone.store.tables import users
from ionas_phone.store.types import Instant

metadata = tables_remote.metadata  # whoever takes it from here has all tables, these included

tours = Table(
    "tours",
    metadata,
    Column("user_id", ForeignKey(users.c.id), primary_key=True),
    Column("began_at", Instant, nullable=False),
)
