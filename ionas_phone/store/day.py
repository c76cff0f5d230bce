"""What boards show of the store, in one read: a day's callers, targets, running timers. Rule: it only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.billing.minutes import used
from ionas_phone.live.nouns import CallKey
from ionas_phone.live.offers import overlaid
from ionas_phone.store import offers, queue_targets, sight, timers, work
from ionas_phone.store import tables_billing as b
from ionas_phone.support.queue_targets import QueueTargets
from ionas_phone.support.service_levels import Figures, Offer, figures
from ionas_phone.support.work import Warn


@dataclass(frozen=True, slots=True)
class RunningTimer:
    """A timer that runs. ``zero``: when it would have begun, had it never paused; so long it counts by now."""

    session_id: int
    zero: datetime
    warn: Warn


@dataclass(frozen=True, slots=True)
class Day:
    """What was read. ``offers``: since ``begin``; ``timers``: by log-in name; ``marks``: to be reviewed.

    ``before``: by queue, the figures of the day before until the same time, ``until``; None: nobody asked for them.
    ``before_unseen``: calls that nobody saw may be missing in those.
    """

    begin: datetime
    offers: Mapping[CallKey, Offer] = field(default_factory=dict)
    targets: Mapping[str, QueueTargets] = field(default_factory=dict)
    timers: Mapping[str, RunningTimer] = field(default_factory=dict)
    marks: int = 0
    before: Mapping[str, Figures] = field(default_factory=dict)
    until: datetime | None = None
    before_unseen: bool = False

    def targets_of(self, queue: str) -> QueueTargets:
        """Return what the queue should achieve."""
        return self.targets.get(queue, QueueTargets(queue))

    def before_of(self, queue: str) -> Figures | None:
        """Return the queue's figures of the day before, if they were read."""
        return self.before.get(queue, Figures(self.targets_of(queue).seconds)) if self.until else None


async def read(
    conn: AsyncConnection, begin: datetime, now: datetime, before: tuple[datetime, datetime] | None = None
) -> Day:
    """Read what has happened since ``begin``, and what is the case ``now``; ``before``: what to compare it with."""
    today = Day(
        begin,
        await offers.since(conn, begin),
        await queue_targets.written(conn),
        await _timers(conn, now),
        await _marks(conn),
    )
    if before is None:
        return today
    past = overlaid(await offers.since(conn, *before), {})
    counted = {
        queue: figures([one for one in past if one.queue == queue], today.targets_of(queue).seconds, now)
        for queue in {one.queue for one in past}
    }
    return replace(today, before=counted, until=before[1], before_unseen=await sight.may_lack(conn, *before))


async def _timers(conn: AsyncConnection, now: datetime) -> dict[str, RunningTimer]:
    found = {}
    for timer in await timers.running(conn):
        one = await work.load(conn, timer.session_id, now)
        zero = now - used(one.entries, one.corrections, now)
        found[timer.assistant] = RunningTimer(timer.session_id, zero, one.warn)
    return found


async def _marks(conn: AsyncConnection) -> int:
    seen = select(b.outage_reviews.c.outage_id)
    found = await conn.execute(select(func.count()).select_from(b.outages).where(b.outages.c.id.not_in(seen)))
    return int(found.scalar_one())
