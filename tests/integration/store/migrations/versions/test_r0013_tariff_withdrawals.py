"""The thirteenth step adds the withdrawals of tariffs: one for each, and only of what there is."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from ionas_phone.errors import RowRefused
from ionas_phone.store.database import Database
from ionas_phone.store.tables_tariffs import tariff_withdrawals
from tests.people import AT


async def _withdraw(database: Database, tariff_id: int) -> None:
    async with database.write() as connection:
        await connection.execute(insert(tariff_withdrawals).values(tariff_id=tariff_id, at=AT, by="office"))


async def test_a_tariff_is_withdrawn_once(database: Database) -> None:
    with pytest.raises(RowRefused):
        await _withdraw(database, 99)
    await _withdraw(database, 1)
    with pytest.raises(RowRefused):
        await _withdraw(database, 1)
