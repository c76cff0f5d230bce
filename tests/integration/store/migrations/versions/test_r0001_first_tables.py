from __future__ import annotations

import pytest
from sqlalchemy import Executable, delete, insert, select, text, update

from ionas_phone.errors import RowRefused
from ionas_phone.store import audit
from ionas_phone.store import tables as t
from ionas_phone.store.database import Database
from tests.people import AT

ENTRY = audit.Entry(AT, "anna", "customer", 1, "create", ("name",))
ROW = {"id": 1, "at": AT, "by": "ben", "noun": "customer", "noun_id": 1, "action": "create", "fields": ""}


async def _refused(database: Database, statement: Executable) -> None:
    with pytest.raises(RowRefused):
        async with database.write() as connection:
            await connection.execute(statement)

    async with database.read() as connection:
        assert await audit.about(connection, "customer", 1) == (ENTRY,)


@pytest.fixture
async def log(database: Database) -> Database:
    async with database.write() as connection:
        await audit.write(connection, ENTRY)
    return database


@pytest.mark.parametrize(
    "statement",
    [update(t.audit).values(by="ben"), delete(t.audit), insert(t.audit).values(ROW)],
    ids=["update", "delete", "insert in its place"],
)
async def test_the_audit_log_can_only_grow(log: Database, statement: Executable) -> None:
    await _refused(log, statement)


async def test_not_even_by_the_back_doors(log: Database, kind: str) -> None:
    if kind == "sqlite":
        await _refused(log, insert(t.audit).prefix_with("OR REPLACE").values(ROW))
    else:
        await _refused(log, text("TRUNCATE audit"))


async def test_customer_numbers_begin_where_the_rules_say(database: Database) -> None:
    async with database.read() as connection:
        assert (await connection.execute(select(t.counters.c.next))).scalar_one() == 10001
