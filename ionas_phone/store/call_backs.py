"""Calls back. Rule: one journey is one session: whoever is rung about what is still open is rung within it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.live.nouns import Direction
from ionas_phone.store.calls import StoredCall
from ionas_phone.store.tables import calls, sessions, users
from ionas_phone.support.call_backs import OpenSession, goes_on_in


async def continued(conn: AsyncConnection, call: StoredCall, customers: Collection[int]) -> int | None:
    """Return the open session that is gone on in by ringing its number, now also this call's; None: there is none.

    ``customers``: whom the number may belong to.
    """
    facts = call.record
    if facts.direction is not Direction.OUT or not facts.number:
        return None
    if not (open_ones := await _open(conn, facts.number, practice=call.practice)):
        return None
    goes_on = goes_on_in(open_ones, customers, facts.answered_by, await _latest(conn, call))
    if goes_on is None:
        return None
    await conn.execute(update(calls).where(calls.c.id == call.id).values(session_id=goes_on.id))
    return goes_on.id


async def _open(conn: AsyncConnection, number: str, *, practice: bool) -> tuple[OpenSession, ...]:
    """Return the open sessions of a number, newest first; none is closed before the transaction ends."""
    found = await conn.execute(
        select(sessions.c.id, sessions.c.customer_id, users.c.login)
        .outerjoin(users, users.c.id == sessions.c.assistant_id)
        .where(sessions.c.closed_at.is_(None), sessions.c.number == number, sessions.c.practice.is_(practice))
        .order_by(sessions.c.id.desc())
        .with_for_update(of=sessions, key_share=True)
    )
    return tuple(OpenSession(row.id, row.customer_id, row.login) for row in found)


async def _latest(conn: AsyncConnection, call: StoredCall) -> int | None:
    """Return the session of the latest call from or to the number before this one; our own attempts don't count."""
    talked = or_(calls.c.direction != Direction.OUT.value, calls.c.answered_at.is_not(None))
    others = (calls.c.number == call.record.number, calls.c.practice.is_(call.practice), calls.c.id != call.id)
    before = (*others, calls.c.began_at < call.record.began_at, talked)
    latest = select(calls.c.session_id).where(*before).order_by(calls.c.began_at.desc(), calls.c.id.desc()).limit(1)
    found: int | None = (await conn.execute(latest)).scalar_one_or_none()
    return found
