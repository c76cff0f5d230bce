"""The step of the missed practice callers: a list beside the real one, with one row for each number."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ionas_phone.errors import RowRefused
from ionas_phone.store.database import Database
from ionas_phone.store.tables_missed import missed_practised, missed_taken
from tests.people import NUMBER


async def test_a_number_has_one_row_in_each_list(database: Database) -> None:
    for table in (missed_practised, missed_taken):
        async with database.write() as connection:
            await connection.execute(table.insert(), {"number": NUMBER})
    with pytest.raises((RowRefused, IntegrityError)):
        async with database.write() as connection:
            await connection.execute(missed_practised.insert(), {"number": NUMBER})
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(missed_taken))).scalar_one() == 1
