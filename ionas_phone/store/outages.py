"""When the service was away while a timer ran. Rule: nothing is lost, nothing is billed before somebody has looked.

The service's heartbeat is a row that is written over every few seconds; what lies between two beats that are too far
apart, or before the first one after a start, becomes a review mark on each time entry concerned.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import NotThere
from ionas_phone.store import audit, timers, work
from ionas_phone.store import tables_billing as b
from ionas_phone.support.time_entries import Doubt, Outage, doubts
from ionas_phone.support.work import Deed


async def begin(conn: AsyncConnection, at: datetime) -> int:
    """Write down that the service has started, mark what ran while it was away, and return the id of this run."""
    # The latest run by its id, not by its time: after the clock was set back an older run was seen "later".
    latest = select(b.service_runs.c.seen_at).order_by(b.service_runs.c.id.desc()).limit(1)
    last = (await conn.execute(latest)).scalar_one_or_none()
    if last is not None:
        for doubt in doubts(last, at, None):
            await _mark(conn, doubt, at)
    written = await conn.execute(
        insert(b.service_runs).values(started_at=at, seen_at=at).returning(b.service_runs.c.id)
    )
    return int(written.scalar_one())


async def beat(conn: AsyncConnection, run: int, at: datetime, passed: timedelta, since: datetime) -> int:
    """Write down that the service is there, and return the id of this run.

    ``passed``: the time by a clock that never jumps since the last beat that the service knows to be written, at
    ``since``. A run that the database has forgotten (a backup was put back) is begun anew.
    """
    mine = b.service_runs.c.id == run
    last = (await conn.execute(select(b.service_runs.c.seen_at).where(mine))).scalar_one_or_none()
    if last is None:
        return await begin(conn, at)
    if last > since:  # a beat was written though the answer to its COMMIT was lost: less has passed since that one
        passed = max(passed - (last - since), timedelta())
    for doubt in doubts(last, at, passed):
        await _mark(conn, doubt, at)
    await conn.execute(update(b.service_runs).where(mine).values(seen_at=at))
    return run


async def review(conn: AsyncConnection, outage_id: int, change: int, reason: str, deed: Deed) -> Outage:
    """Record that somebody has looked at a mark; ``change``: seconds that the session gets more or less for it.

    0: the time stays as it was measured. Idempotent: the first look counts. Raises FormWrong, Conflict, NotThere.
    """
    found = await conn.execute(
        select(b.time_entries.c.session_id)
        .join(b.outages, b.outages.c.entry_id == b.time_entries.c.id)
        .where(b.outages.c.id == outage_id)
    )
    session_id = found.scalar_one_or_none()
    if session_id is None:
        raise NotThere("There is no such mark.")
    await work.locked(conn, session_id, deed.at)
    if outage_id in {one.id for one in await work.outages(conn, session_id)}:
        correction = None
        if change:
            correction = await timers.correct(conn, session_id, change, reason, deed)
        await conn.execute(
            insert(b.outage_reviews).values(
                outage_id=outage_id, correction_id=correction and correction.id, at=deed.at, by=deed.by
            )
        )
        await audit.write(conn, audit.Entry(deed.at, deed.by, "session", session_id, "review", ("outage",)))
    return next(one for one in await work.outages(conn, session_id, reviewed=True) if one.id == outage_id)


async def _mark(conn: AsyncConnection, doubt: Doubt, at: datetime) -> None:
    """Mark every time entry that ran meanwhile; of one that began or reached its limit then, only that part."""
    begin, end = min(doubt.from_at, doubt.to_at), max(doubt.from_at, doubt.to_at)
    entry, deadline = b.time_entries.c, b.deadlines.c
    found = await conn.execute(
        select(b.time_entries, deadline.limit_at)
        .outerjoin(b.deadlines, deadline.entry_id == entry.id)
        .where(entry.started_at < end, or_(entry.ended_at.is_(None), entry.ended_at > begin))
    )
    for row in found.all():
        from_at, to_at = doubt.from_at, doubt.to_at
        if from_at < to_at:
            from_at = max(from_at, row.started_at)
            to_at = min([to_at, *filter(None, (row.ended_at, row.limit_at))])
        if from_at == to_at:
            continue
        await conn.execute(insert(b.outages).values(entry_id=row.id, kind=doubt.kind, from_at=from_at, to_at=to_at))
        await audit.write(
            conn, audit.Entry(at, audit.SERVICE, "session", row.session_id, "outage", (doubt.kind.value,))
        )
