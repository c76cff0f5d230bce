"""What there was with customers: latest sessions and times, for lists. Rule: it only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.billing.minutes import seconds, used
from ionas_phone.store import rows
from ionas_phone.store import tables_billing as b
from ionas_phone.store.tables import sessions
from ionas_phone.support.time_entries import Correction, TimeEntry

_LOOKED_AT = 100  # sessions, for the customers of late


@dataclass(frozen=True, slots=True)
class LastSession:
    """The latest session of a customer. ``at``: when it was opened, UTC."""

    id: int
    at: datetime


async def times_of(conn: AsyncConnection, session_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """Return the active seconds at ``at`` of those of the sessions that have any, corrections included."""
    wanted = [*session_ids]
    entries: defaultdict[int, list[TimeEntry]] = defaultdict(list)
    corrections: defaultdict[int, list[Correction]] = defaultdict(list)
    for row in await conn.execute(select(b.time_entries).where(b.time_entries.c.session_id.in_(wanted))):
        entries[row.session_id].append(rows.made(TimeEntry, row, b.time_entries, assistant="", assistant_name=""))
    for row in await conn.execute(select(b.time_corrections).where(b.time_corrections.c.session_id.in_(wanted))):
        corrections[row.session_id].append(rows.made(Correction, row, b.time_corrections))
    return {one: seconds(used(entries[one], corrections[one], at)) for one in entries.keys() | corrections.keys()}


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
