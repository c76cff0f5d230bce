"""A timer that runs while something fails. Rule: brought there as the desk does it, at the time it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ionas_phone.runtime import clock
from ionas_phone.store.tables import sessions
from ionas_phone.support.work import Command
from tests.agreed import OFFER, Desk, customer, deed
from tests.people import AT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ionas_phone.store.database import Database


def seconds(now: Callable[[], datetime] = clock.now) -> float:
    """Return what time it is, in seconds after AT."""
    return (now() - AT).total_seconds()


async def started(
    database: Database, session_id: int, by: str, now: Callable[[], datetime] = clock.now, minutes: int = 20
) -> Desk:
    """Do what the desk does until a timer of ``by`` runs, for at most so many minutes."""
    here, whose = Desk(database, session_id), await customer(database, framework_contract=True)
    async with database.write() as connection:
        await connection.execute(sessions.update().where(sessions.c.id == session_id).values(customer_id=whose.id))
    await here.propose(replace(OFFER, minutes_to=minutes), deed(seconds(now)))
    await here.answer(doing=deed(seconds(now)))
    await here.do(Command.START, seconds(now), by)
    return here
