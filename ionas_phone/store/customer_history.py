"""What there was with customers: their calls, sessions and times, for lists. Rule: it only reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store.tables import sessions

_LOOKED_AT = 100  # sessions, for the customers of late


@dataclass(frozen=True, slots=True)
class LastSession:
    """The latest session of a customer. ``at``: when it was opened, UTC."""

    id: int
    at: datetime


async def last_sessions(conn: AsyncConnection, customer_ids: Iterable[int]) -> dict[int, LastSession]:
    """Return the latest session of each of these customers who has one."""
    latest = (
        select(func.max(sessions.c.id).label("id"))
        .where(sessions.c.customer_id.in_([*customer_ids]))
        .group_by(sessions.c.customer_id)
        .subquery()
    )
    found = await conn.execute(
        select(sessions.c.customer_id, sessions.c.id, sessions.c.opened_at).join(latest, latest.c.id == sessions.c.id)
    )
    return {row.customer_id: LastSession(row.id, row.opened_at) for row in found}


async def of_late(conn: AsyncConnection, limit: int = 10) -> tuple[int, ...]:
    """Return the customers of the latest sessions, the latest first."""
    found = await conn.execute(select(sessions.c.customer_id).order_by(sessions.c.id.desc()).limit(_LOOKED_AT))
    return tuple(dict.fromkeys(one for one in found.scalars() if one is not None))[:limit]
