from __future__ import annotations

from sqlalchemy import text

from ionas_phone.store.database import Database


async def test_reads_and_writes(database: Database) -> None:
    await database.ping()
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM customers"))).scalar_one() == 0
