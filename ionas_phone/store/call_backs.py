"""Calls back. Rule: one journey is one session: whoever is rung about what is still open is rung within it."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.live.nouns import Direction
from ionas_phone.store.calls import StoredCall
from ionas_phone.store.tables import calls, sessions


async def continued(conn: AsyncConnection, call: StoredCall) -> int | None:
    """Return the latest open session of the number we rang, now also this call's; None: none is open, or not we."""
    facts = call.record
    if facts.direction is not Direction.OUT or not facts.number:
        return None
    of_number = (sessions.c.number == facts.number, sessions.c.practice.is_(call.practice))
    found = await conn.execute(
        select(sessions.c.id).where(sessions.c.closed_at.is_(None), *of_number).order_by(sessions.c.id.desc()).limit(1)
    )
    session_id = found.scalar_one_or_none()
    if session_id is not None:
        await conn.execute(update(calls).where(calls.c.id == call.id).values(session_id=session_id))
    return session_id
