"""Whether anybody ever wrote anything down. Rule: the audit log knows, since every deed leaves its line there."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store.tables import audit


async def is_fresh(conn: AsyncConnection) -> bool:
    """Tell whether nothing was written into this database since its tables were made."""
    return (await conn.execute(select(audit.c.id).limit(1))).first() is None
