"""Statements that are cancelled while the database is at them. The garbage collector rests: nobody may wait for it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ionas_phone.store.database import Database
from tests.lab.waiting import until

LONG = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n")
OFTEN = 12  # more often than there are places


@pytest.fixture
async def impatient(database_url: str) -> AsyncIterator[Database]:
    """A database whose statements wait for a second; and nothing is collected meanwhile."""
    opened = Database(database_url, patience=3)
    gc.disable()
    yield opened
    gc.enable()
    await opened.close()


async def cancelled(engine: AsyncEngine, door: Callable[[], AbstractAsyncContextManager[AsyncConnection]]) -> None:
    """Let somebody be cancelled as soon as the database has begun to work for them."""
    begun = asyncio.Event()

    async def work() -> None:
        async with door() as connection:
            await connection.execute(text("SELECT 1"))
            event.listen(engine.sync_engine, "before_cursor_execute", lambda *_: begun.set(), once=True)
            await connection.execute(LONG)

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work())
        await begun.wait()
        await asyncio.sleep(0)
        task.cancel()


async def test_whoever_writes_after_a_cancelled_writer_finds_no_lock(impatient: Database) -> None:
    for _ in range(OFTEN):
        await cancelled(impatient._writer, impatient.write)
        async with impatient.write() as connection:
            await connection.execute(text("UPDATE counters SET next = next + 1"))


async def test_every_place_is_free_again_after_cancelled_readers(impatient: Database) -> None:
    for _ in range(OFTEN):
        await cancelled(impatient._reader, impatient.read)
    pool = impatient._reader.pool
    await until(lambda: not pool.checkedout(), "every place to be free")  # type: ignore[attr-defined]
    async with impatient.read() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
