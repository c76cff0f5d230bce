"""Who is on the guided tour, and which session it goes through. Rule: begun anew, it goes through a new session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store import tables as t
from ionas_phone.store.tables_tours import tours


async def begin(conn: AsyncConnection, user_id: int, at: datetime) -> None:
    """Begin the tour, or begin it anew."""
    await leave(conn, user_id)
    await conn.execute(insert(tours).values(user_id=user_id, began_at=at))


async def leave(conn: AsyncConnection, user_id: int) -> None:
    """Leave the tour; whoever is on none stays on none."""
    await conn.execute(delete(tours).where(tours.c.user_id == user_id))


async def began_at(conn: AsyncConnection, user_id: int) -> datetime | None:
    """Return since when somebody is on the tour, None if they are not."""
    found = await conn.execute(select(tours.c.began_at).where(tours.c.user_id == user_id))
    at: datetime | None = found.scalar_one_or_none()
    return at


async def session_of(conn: AsyncConnection, user_id: int, login: str, since: datetime) -> int | None:
    """Return the practice session somebody has begun last since ``since``, though a colleague may have it by now."""
    answered = select(t.calls.c.session_id).where(t.calls.c.answered_by == login, t.calls.c.session_id.is_not(None))
    theirs = or_(t.sessions.c.assistant_id == user_id, t.sessions.c.id.in_(answered.where(t.calls.c.began_at >= since)))
    found = await conn.execute(
        select(t.sessions.c.id)
        .where(theirs, t.sessions.c.practice, t.sessions.c.opened_at >= since)
        .order_by(t.sessions.c.id.desc())
        .limit(1)
    )
    session_id: int | None = found.scalar_one_or_none()
    return session_id
