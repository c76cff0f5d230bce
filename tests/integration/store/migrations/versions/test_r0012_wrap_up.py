"""The step of the wrap-up leaves targets that were set before without one."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from ionas_phone.errors import RowRefused
from ionas_phone.store import queue_targets
from ionas_phone.store.database import Database
from ionas_phone.store.tables_queues import queue_targets as table
from tests.people import AT

ROW = {"queue": "support", "seconds": 20, "percent": 80, "most_waiting": 3, "longest_wait": 120, "version": 1}


async def test_targets_of_before_have_no_wrap_up_and_none_is_negative(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(table).values(**ROW, changed_at=AT, changed_by="office"))
        assert (await queue_targets.written(connection))["support"].wrap_up is None
    with pytest.raises(RowRefused):
        async with database.write() as connection:
            await connection.execute(update(table).values(wrap_up=-1))
