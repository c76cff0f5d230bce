from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ionas_phone.store import audit
from ionas_phone.store.database import Database
from tests.people import AT


async def test_what_was_done_comes_back_newest_first(database: Database) -> None:
    first = audit.Entry(AT, "anna", "customer", 7, "create", ("name", "phones"))
    second = audit.Entry(AT, audit.SERVICE, "customer", 7, "close", ())
    async with database.write() as connection:
        for entry in (
            first,
            second,
            audit.Entry(AT, "anna", "customer", 8, "create", ()),
            audit.Entry(AT, "anna", "user", 7, "create", ()),
        ):
            await audit.write(connection, entry)

    async with database.read() as connection:
        assert await audit.about(connection, "customer", 7) == (second, first)
        assert await audit.about(connection, "customer", 7, limit=1) == (second,)
        assert await audit.about(connection, "customer", 9) == ()


async def test_a_deed_undone_is_not_in_the_log(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await audit.write(connection, audit.Entry(AT, "anna", "customer", 7, "create", ()))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    async with database.read() as connection:
        assert await audit.about(connection, "customer", 7) == ()


async def test_lines_are_found_by_who_what_and_when(database: Database) -> None:
    hour = timedelta(hours=1)
    deeds = [("anna", "session", 7, AT), ("ben", "session", 7, AT + hour), ("anna", "customer", 7, AT + 2 * hour)]
    async with database.write() as connection:
        for by, noun, noun_id, at in deeds:
            await audit.write(connection, audit.Entry(at, by, noun, noun_id, "update", ()))

        async def found(**wanted: Any) -> list[tuple[str, str]]:
            lines = await audit.find(connection, audit.AuditFilter(**wanted))
            return [(line.entry.by, line.entry.noun) for line in lines]

        assert await found(by="anna") == [("anna", "customer"), ("anna", "session")]
        assert await found(noun="session", noun_id=7) == [("ben", "session"), ("anna", "session")]
        assert await found(since=AT + hour, until=AT + 2 * hour) == [("ben", "session")]
        assert await found(noun_id=2**70) == []
        newest = (await audit.find(connection, audit.AuditFilter(), limit=1))[0]
        older = await audit.find(connection, audit.AuditFilter(), before=newest.id, limit=1)
    assert [line.entry.by for line in older] == ["ben"]
