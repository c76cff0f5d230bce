"""The fifth step lets those be found who were written down before it."""

from __future__ import annotations

from sqlalchemy import Connection, text

from ionas_phone.store import customers, engines
from ionas_phone.store.database import Database
from ionas_phone.store.migrate import _do, migrate

BEFORE = """
    INSERT INTO customers (number, name, company, email, street, postcode, city, country, notes, practice, search,
        version, created_at, updated_at)
    VALUES ('10001', 'Jörg Müller', '', '', '', '', 'Mainz', 'DE', '', false, 'joerg mueller', 1,
        '2026-11-22 10:44:00.000000', '2026-11-22 10:44:00.000000');
    INSERT INTO phone_numbers (customer_id, e164, created_at)
    VALUES (1, '+4961315550123', '2026-11-22 10:44:00.000000')
"""


def _fourth_step(connection: Connection) -> None:
    _do(connection, "0004")
    for statement in BEFORE.split(";"):
        connection.execute(text(statement))


async def test_who_was_there_before_is_found(empty_url: str) -> None:
    engine = engines.migrator(engines.parsed(empty_url))
    async with engines.transaction(engine, writing=True) as connection:
        await connection.run_sync(_fourth_step)
    await engine.dispose()
    migrate(empty_url)

    database = Database(empty_url)
    async with database.read() as connection:
        for typed in ("mueller", "mainz", "5550123"):
            assert [one.number for one in await customers.search(connection, typed)] == ["10001"], typed
    await database.close()
