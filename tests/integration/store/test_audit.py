from __future__ import annotations

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
