"""What nobody needs any more goes by itself, on both databases, and waits while the database is away."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from ionas_phone.errors import StoreAway
from ionas_phone.runtime import retention
from ionas_phone.runtime.retention import LOGINS_KEPT, Retention
from ionas_phone.store import logins, users
from ionas_phone.store.database import Database
from tests.people import ANNA, AT, HASH
from tests.postgres import PostgreSQL

OLD, NEW = sha256(b"old").digest(), sha256(b"new").digest()


async def test_log_ins_that_ended_long_ago_are_forgotten(database: Database) -> None:
    async with database.write() as connection:
        anna = await users.add(connection, ANNA, HASH, AT, "office")
        await logins.open(connection, anna.id, OLD, AT)
        await logins.revoke(connection, OLD, AT)
        await logins.open(connection, anna.id, NEW, AT + LOGINS_KEPT)

    async def left() -> int:
        async with database.write() as connection:
            return await logins.purge(connection, AT + timedelta(days=999))

    await Retention(database, lambda: AT + LOGINS_KEPT).turn()
    await Retention(database, lambda: AT + LOGINS_KEPT + timedelta(seconds=1)).turn()
    assert await left() == 1


async def test_the_task_outlives_a_database_that_is_away(
    postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_PAUSE", 0.01)
    away, asked = Database(postgresql.url("comes_later")), asyncio.Event()

    def now() -> datetime:
        asked.set()
        return AT

    with pytest.raises(StoreAway):
        await Retention(away, now).turn()
    task = asyncio.get_running_loop().create_task(Retention(away, now).run())
    await postgresql.execute("CREATE DATABASE comes_later TEMPLATE migrated")
    async with asyncio.timeout(10):
        await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await away.close()
    await postgresql.execute("DROP DATABASE comes_later WITH (FORCE)")
