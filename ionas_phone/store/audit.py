"""Who did what, when. Rule: append-only, in the same transaction as the deed; names of fields, never their values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select
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


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines are looked for; what is None is not asked. ``since`` ≤ at < ``until``, UTC."""

    by: str | None = None
    noun: str | None = None
    noun_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log with its number: later lines have greater ones."""

    id: int
    entry: Entry


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
    return tuple(line.entry for line in await find(conn, AuditFilter(noun=noun, noun_id=noun_id), limit=limit))


async def find(
    conn: AsyncConnection, wanted: AuditFilter, *, before: int | None = None, limit: int = 100
) -> tuple[Line, ...]:
    """Return the newest lines that are ``wanted``, newest first; ``before``: older ones than this line only."""
    rows = await conn.execute(
        select(audit).where(*_conditions(wanted, before)).order_by(audit.c.id.desc()).limit(limit)
    )
    return tuple(Line(row.id, _entry(row)) for row in rows)


def _conditions(wanted: AuditFilter, before: int | None) -> list[ColumnElement[bool]]:
    asked = (
        (audit.c.by.__eq__, wanted.by),
        (audit.c.noun.__eq__, wanted.noun),
        (audit.c.noun_id.__eq__, wanted.noun_id),
        (audit.c.at.__ge__, wanted.since),
        (audit.c.at.__lt__, wanted.until),
        (audit.c.id.__lt__, before),
    )
    return [condition(value) for condition, value in asked if value is not None]


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    fields = tuple(filter(None, row.fields.split(",")))
    return Entry(row.at, row.by, row.noun, row.noun_id, row.action, fields)
