"""Targets of queues. Rule: written over the version they were shown in; whoever is late gets both and decides."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import Conflict
from ionas_phone.store import audit, rows
from ionas_phone.store.database import upsert
from ionas_phone.store.tables_queues import queue_targets
from ionas_phone.support.queue_targets import QueueTargets, checked
from ionas_phone.words import N_

_COLUMNS: Final = rows.columns(QueueTargets, queue_targets)
_LATE: Final = N_("Somebody else has changed these targets meanwhile; look at them and save again.")
_FIELDS: Final = ("seconds", "percent", "most_waiting", "longest_wait", "wrap_up")


async def written(conn: AsyncConnection) -> dict[str, QueueTargets]:
    """Return what was written down, by queue."""
    found = await conn.execute(select(*_COLUMNS))
    return {row.queue: rows.made(QueueTargets, row, queue_targets) for row in found}


async def save(conn: AsyncConnection, new: QueueTargets, at: datetime, by: str) -> QueueTargets:
    """Write targets down over ``new.version``. The same twice is one. Raises FormWrong, Conflict."""
    checked(new)
    known = (await written(conn)).get(new.queue, QueueTargets(new.queue))
    facts = {name: value for name, value in asdict(new).items() if name in _FIELDS}
    if all(getattr(known, name) == value for name, value in facts.items()):
        return known
    if known.version != new.version:
        raise Conflict(_LATE)
    values = {**facts, "version": new.version + 1, "changed_at": at, "changed_by": by}
    if known.version:
        mine = (queue_targets.c.queue == new.queue, queue_targets.c.version == new.version)
        statement = update(queue_targets).where(*mine).values(**values)
        found = await conn.execute(statement.returning(queue_targets.c.id, *_COLUMNS))
    else:
        first = upsert(conn, queue_targets).values(queue=new.queue, **values)
        found = await conn.execute(first.on_conflict_do_nothing().returning(queue_targets.c.id, *_COLUMNS))
    row = found.one_or_none()
    if row is None:
        raise Conflict(_LATE)
    await audit.write(conn, audit.Entry(at, by, "queue", row.id, "targets", _FIELDS))
    return rows.made(QueueTargets, row, queue_targets)
