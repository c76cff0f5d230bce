from __future__ import annotations

from datetime import timedelta

import pytest

from ionas_phone.errors import FormWrong, NotThere
from ionas_phone.store import audit, wallboards
from ionas_phone.store.database import Database
from ionas_phone.support.wallboards import NewWallboard, Wallboard
from tests.people import AT

HASH, OTHER = b"x" * 32, b"y" * 32


async def _add(database: Database, token_hash: bytes = HASH, name: str = "Flur") -> Wallboard:
    async with database.write() as connection:
        return await wallboards.add(connection, NewWallboard("support", name), token_hash, AT, "office")


async def _find(database: Database, token_hash: bytes = HASH) -> Wallboard | None:
    async with database.read() as connection:
        return await wallboards.find(connection, token_hash)


async def test_a_token_stands_for_one_queue_until_it_is_revoked(database: Database) -> None:
    made = await _add(database)
    assert await _find(database) == made
    assert (made.queue, made.name, made.seen_at, made.revoked_at) == ("support", "Flur", None, None)
    assert await _find(database, OTHER) is None
    later = AT + timedelta(hours=1)
    for _ in range(2):  # a double click
        async with database.write() as connection:
            await wallboards.revoke(connection, made.id, later, "office")
    assert await _find(database) is None
    async with database.read() as connection:
        (gone,) = await wallboards.every(connection)
        entries = await audit.about(connection, "wallboard", made.id)
    assert (gone.revoked_at, gone.revoked_by) == (later, "office")
    assert [entry.action for entry in entries] == ["revoke", "create"]


async def test_those_that_hold_come_first(database: Database) -> None:
    first, second = await _add(database), await _add(database, OTHER, "Küche")
    async with database.write() as connection:
        await wallboards.revoke(connection, second.id, AT, "office")
        assert [one.id for one in await wallboards.every(connection)] == [first.id, second.id]


async def test_when_a_screen_was_there_is_noted_now_and_then(database: Database) -> None:
    made = await _add(database)
    for minutes, seen in ((0, 0), (0.5, 0), (3, 3)):
        async with database.write() as connection:
            await wallboards.touch(connection, made.id, AT + timedelta(minutes=minutes))
        found = await _find(database)
        assert found
        assert found.seen_at == AT + timedelta(minutes=seen)


async def test_what_is_not_there_cannot_be_revoked_nor_hang_nowhere(database: Database) -> None:
    with pytest.raises(NotThere):
        async with database.write() as connection:
            await wallboards.revoke(connection, 4711, AT, "office")
    with pytest.raises(FormWrong):
        await _add(database, name=" ")
