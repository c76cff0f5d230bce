"""The third step adds what was seen of the PBXes and leaves what was there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from ionas_phone.errors import RowRefused
from ionas_phone.store.database import Database
from ionas_phone.store.tables_sight import gaps
from tests.people import AT


async def test_one_gap_of_one_pbx_begins_but_once(database: Database) -> None:
    row = {"pbx": "mainz", "began_at": AT, "ended_at": AT + timedelta(seconds=5), "missed": None}
    async with database.write() as connection:
        await connection.execute(gaps.insert(), row)
    with pytest.raises((RowRefused, IntegrityError)):
        async with database.write() as connection:
            await connection.execute(gaps.insert(), row)
