"""The seventh step adds who is on the guided tour: once each."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from ionas_phone.errors import RowRefused
from ionas_phone.store.database import Database
from ionas_phone.store.tables_tours import tours
from ionas_phone.support.users import User
from tests.people import AT


async def test_nobody_is_on_two_tours(database: Database, anna: User) -> None:
    async with database.write() as connection:
        await connection.execute(insert(tours).values(user_id=anna.id, began_at=AT))
    with pytest.raises(RowRefused):
        async with database.write() as connection:
            await connection.execute(insert(tours).values(user_id=anna.id, began_at=AT))
