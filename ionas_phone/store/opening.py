"""Who turned the opening switch, and when. Rule: turns are only added; what holds now, the telephone system says."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store import audit
from ionas_phone.store.tables import users
from ionas_phone.store.tables_queues import opening_switches
from ionas_phone.support.opening import Opening, Switch, Turn


async def last(conn: AsyncConnection) -> Turn | None:
    """Return the last turn, None if it was never turned."""
    found = await conn.execute(
        select(opening_switches, users.c.name)
        .outerjoin(users, users.c.login == opening_switches.c.by)
        .order_by(opening_switches.c.id.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return (
        None
        if row is None
        else Turn(Switch(Opening(row.state), row.until), row.at, row.by, row.name or row.by, tuple(row.missed.split()))
    )


async def write(conn: AsyncConnection, turn: Turn) -> None:
    """Write a turn down, also one that not every telephone system took."""
    state, until, missed = turn.switch.state.value, turn.switch.until, " ".join(turn.missed)
    values = {"state": state, "until": until, "at": turn.at, "by": turn.by, "missed": missed}
    written = await conn.execute(insert(opening_switches).values(**values).returning(opening_switches.c.id))
    action = f"{state} in part" if missed else state
    fields = ("state", "until", "missed") if missed else ("state", "until")
    await audit.write(conn, audit.Entry(turn.at, turn.by, "opening", int(written.scalar_one()), action, fields))
