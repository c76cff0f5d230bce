"""The step of the missed callers keeps one row for each number."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from ionas_phone.errors import RowRefused
from ionas_phone.store.database import Database
from ionas_phone.store.tables_missed import missed_taken
from tests.people import NUMBER


async def test_a_number_has_one_row(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(missed_taken.insert(), {"number": NUMBER})
    with pytest.raises((RowRefused, IntegrityError)):
        async with database.write() as connection:
            await connection.execute(missed_taken.insert(), {"number": NUMBER})
