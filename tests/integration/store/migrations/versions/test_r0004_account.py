"""The fourth step finds users written down before: they keep their log-ins, and like the desk as it was."""

from __future__ import annotations

from sqlalchemy import Connection, column, insert, select, table

from ionas_phone.store import engines
from ionas_phone.store import tables as t
from ionas_phone.store.database import Database
from ionas_phone.store.migrate import _do, migrate
from tests.people import AT

OLD = table("users", *(column(c.name, c.type) for c in t.users.c if c.name not in {"opens", "sounds", "version"}))
ANNA = {
    "id": 7,
    "login": "anna",
    "login_key": "anna",
    "name": "Anna Beispiel",
    "password_hash": "x",
    "role": "assistant",
    "extension": "201",
    "interface": "PJSIP/201",
    "language": "en",
    "disabled": False,
    "created_at": AT,
}


async def test_who_was_there_stays_as_they_were(empty_url: str) -> None:
    def until_three(connection: Connection) -> None:
        _do(connection, "0003")
        connection.execute(insert(OLD).values(ANNA))

    engine = engines.migrator(engines.parsed(empty_url))
    async with engine.begin() as connection:
        await connection.run_sync(until_three)
    await engine.dispose()
    migrate(empty_url)

    database = Database(empty_url)
    async with database.read() as opened:
        row = (await opened.execute(select(t.users))).one()
    await database.close()
    assert (row.id, row.login, row.interface, row.language) == (7, "anna", "PJSIP/201", "en")
    assert (row.opens, row.sounds, row.version) == ("answer", True, 1)
