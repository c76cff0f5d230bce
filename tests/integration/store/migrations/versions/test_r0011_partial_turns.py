"""The step of the partial turns leaves earlier turns as turns that reached everybody."""

from __future__ import annotations

from sqlalchemy import insert

from ionas_phone.store import opening
from ionas_phone.store.database import Database
from ionas_phone.store.tables_queues import opening_switches
from tests.people import AT


async def test_a_turn_of_before_missed_nobody(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(opening_switches).values(state="open", at=AT, by="office"))
        last = await opening.last(connection)
    assert last
    assert last.missed == ()
