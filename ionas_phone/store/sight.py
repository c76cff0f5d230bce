"""When each PBX was last in sight, and the gaps. Rule: what was not seen is kept as not seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Executable, bindparam, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.live.events import SightRemembered
from ionas_phone.live.nouns import PRACTICE_PBX, Gap
from ionas_phone.store.database import upsert, upserting
from ionas_phone.store.tables_sight import gaps, queue_counts, sightings

SHOWN = timedelta(hours=24)  # how old a gap may be to be shown after a start
_LATEST = 20


async def keep(conn: AsyncConnection, pbx: str, at: datetime, counts: Iterable[tuple[str, int]]) -> None:
    """Write down that ``pbx`` was in sight ``at`` and how many calls have entered its queues."""
    await conn.execute(_seen(conn.dialect.name), {"pbx": pbx, "seen_at": at})
    await conn.execute(_FORGET, {"of_pbx": pbx})
    rows = [{"pbx": pbx, "queue": queue, "total": total} for queue, total in counts]
    if rows:
        await conn.execute(_COUNT, rows)


_FORGET = delete(queue_counts).where(queue_counts.c.pbx == bindparam("of_pbx"))
_COUNT = insert(queue_counts)


@cache
def _seen(dialect: str) -> Executable:
    """Make the statement that is asked at every call and every few seconds."""
    statement = upserting(dialect, sightings)
    return statement.on_conflict_do_update(index_elements=["pbx"], set_={"seen_at": statement.excluded.seen_at})


async def record(conn: AsyncConnection, gap: Gap) -> None:
    """Write down a gap that has ended. Idempotent."""
    values = {"pbx": gap.pbx, "began_at": gap.began_at, "ended_at": gap.ended_at, "missed": gap.missed}
    await conn.execute(upsert(conn, gaps).values(**values).on_conflict_do_nothing(index_elements=["pbx", "began_at"]))


async def during(conn: AsyncConnection, pbx: str, since: datetime, until: datetime) -> tuple[Gap, ...]:
    """Return the gaps that have ended and touch this time."""
    found = await conn.execute(
        select(gaps)
        .where(gaps.c.pbx == pbx, gaps.c.began_at < until, gaps.c.ended_at > since)
        .order_by(gaps.c.began_at)
        .limit(_LATEST)
    )
    return tuple(Gap(row.pbx, row.began_at, row.ended_at, row.missed) for row in found)


async def may_lack(conn: AsyncConnection, since: datetime, until: datetime) -> bool:
    """Tell whether calls of this time may be missing: a gap touches it in which some were missed, or nobody knows."""
    found = await conn.execute(
        select(gaps.c.pbx)
        .where(gaps.c.pbx != PRACTICE_PBX, gaps.c.began_at < until, gaps.c.ended_at > since)
        .where(or_(gaps.c.missed.is_(None), gaps.c.missed != 0))
        .limit(1)
    )
    return found.first() is not None


async def remembered(conn: AsyncConnection, pbx: str, at: datetime) -> SightRemembered:
    """Return what the picture must know of ``pbx`` after a start."""
    seen_at = (await conn.execute(select(sightings.c.seen_at).where(sightings.c.pbx == pbx))).scalar_one_or_none()
    counts = await conn.execute(select(queue_counts.c.queue, queue_counts.c.total).where(queue_counts.c.pbx == pbx))
    latest = await conn.execute(
        select(gaps)
        .where(gaps.c.pbx == pbx, gaps.c.ended_at > at - SHOWN)
        .order_by(gaps.c.began_at.desc())
        .limit(_LATEST)
    )
    return SightRemembered(
        at=at,
        pbx=pbx,
        seen_at=seen_at,
        counts=tuple((row.queue, row.total) for row in counts),
        gaps=tuple(Gap(row.pbx, row.began_at, row.ended_at, row.missed) for row in latest)[::-1],
    )
