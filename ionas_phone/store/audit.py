"""Who did what, when. Rule: append-only, in the same transaction as the deed; names of fields, never their values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store.tables import audit

_WRITE = insert(audit)
SERVICE = "-"  # nobody's log-in name: the service itself did it


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. ``by``: a log-in name or SERVICE; ``fields``: names of what was written."""

    at: datetime
    by: str
    noun: str
    noun_id: int
    action: str
    fields: tuple[str, ...]


async def write(conn: AsyncConnection, entry: Entry) -> None:
    """Append ``entry``."""
    await conn.execute(
        _WRITE,
        {
            "at": entry.at,
            "by": entry.by,
            "noun": entry.noun,
            "noun_id": entry.noun_id,
            "action": entry.action,
            "fields": ",".join(entry.fields),
        },
    )


async def about(conn: AsyncConnection, noun: str, noun_id: int, limit: int = 100) -> tuple[Entry, ...]:
    """Return what was done to one row, newest first."""
    rows = await conn.execute(
        select(audit.c.at, audit.c.by, audit.c.noun, audit.c.noun_id, audit.c.action, audit.c.fields)
        .where(audit.c.noun == noun, audit.c.noun_id == noun_id)
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    return tuple(
        Entry(row.at, row.by, row.noun, row.noun_id, row.action, tuple(filter(None, row.fields.split(","))))
        for row in rows
    )
