from __future__ import annotations

from datetime import UTC, datetime

from ionas_phone.store import users
from ionas_phone.store.database import Database
from ionas_phone.store.fresh import is_fresh
from ionas_phone.support.users import NewUser, Role


async def test_a_database_is_fresh_until_the_first_deed(database: Database) -> None:
    async with database.write() as connection:
        assert await is_fresh(connection)
        await users.add(
            connection, NewUser("anna", "Anna", Role.ADMIN), "hash", datetime(2026, 11, 22, tzinfo=UTC), "-"
        )
    async with database.read() as connection:
        assert not await is_fresh(connection)
