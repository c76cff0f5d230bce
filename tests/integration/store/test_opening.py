from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ionas_phone.store import audit, opening
from ionas_phone.store.database import Database
from ionas_phone.support.opening import BY_HOURS, Opening, Switch, Turn
from tests.people import AT


async def test_the_last_turn_is_remembered_with_who_and_when(database: Database) -> None:
    async with database.read() as connection:
        assert await opening.last(connection) is None
    closed = Turn(Switch(Opening.CLOSED, AT + timedelta(hours=2)), AT, "office")
    back = Turn(BY_HOURS, AT + timedelta(hours=1), "ben")
    for turn in (closed, back):
        async with database.write() as connection:
            await opening.write(connection, turn)
        async with database.read() as connection:
            assert await opening.last(connection) == replace(turn, name=turn.by)
    async with database.write() as connection:
        await opening.write(connection, replace(closed, missed=("bingen", "worms")))
    async with database.read() as connection:
        assert await opening.last(connection) == replace(closed, name="office", missed=("bingen", "worms"))
        (partial,) = await audit.about(connection, "opening", 3)
        assert (partial.action, partial.fields) == ("closed in part", ("state", "until", "missed"))
        assert [(entry.by, entry.action) for entry in await audit.about(connection, "opening", 1)] == [
            ("office", "closed")
        ]
