"""Calls that entered a queue, for the figures of a day. Rule: one read, by an index."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import false, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import CallKey
from ionas_phone.live.offers import offer
from ionas_phone.store.tables import calls
from ionas_phone.support.service_levels import Offer


async def since(conn: AsyncConnection, begin: datetime, until: datetime | None = None) -> dict[CallKey, Offer]:
    """Return who entered a queue at ``begin`` or later, and before ``until``; practice aside."""
    past = true() if until is None else calls.c.offered_at < until
    found = await conn.execute(
        select(
            *(calls.c.pbx, calls.c.unique_id, calls.c.queue, calls.c.offered_at),
            *(calls.c.answered_at, calls.c.ended_at, calls.c.outcome),
        ).where(calls.c.offered_at >= begin, past, calls.c.practice == false())
    )
    return {
        CallKey(row.pbx, row.unique_id): offer(
            row.queue, row.offered_at, row.answered_at, row.ended_at, Outcome(row.outcome)
        )
        for row in found
    }
