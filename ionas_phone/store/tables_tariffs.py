"""The table of the tariffs that were withdrawn before their first day. Rule: the version itself stays as it was."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from ionas_phone.store import tables_missed
from ionas_phone.store.tables_billing import tariffs
from ionas_phone.store.types import Instant, Words

metadata = tables_missed.metadata  # whoever takes it from here has all tables, this one included

tariff_withdrawals = Table(
    "tariff_withdrawals",
    metadata,
    Column("tariff_id", ForeignKey(tariffs.c.id), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),  # a log-in name
)
