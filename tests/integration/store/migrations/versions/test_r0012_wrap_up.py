"""The step of the wrap-up leaves targets that were set before without one."""

from __future__ import annotations

import pytest
from sqlalchemy import column, table, update

from ionas_phone.errors import RowRefused
from ionas_phone.store import queue_targets
from ionas_phone.store.database import Database
from ionas_phone.store.tables_queues import queue_targets as new
from tests.people import AT
from tests.steps import taken_along

OLD = table("queue_targets", *(column(c.name, c.type) for c in new.c if c.name != "wrap_up"))
SET = {"seconds": 20, "percent": 80, "most_waiting": 3, "longest_wait": 120, "changed_at": AT, "changed_by": "office"}
TARGETS = [{"id": 3, "queue": "sales", "version": 4, **SET}, {"id": 7, "queue": "support", "version": 1, **SET}]


async def test_targets_of_before_are_kept_without_a_wrap_up_and_none_is_negative(empty_url: str) -> None:
    await taken_along(empty_url, "0011", OLD, TARGETS)

    database = Database(empty_url)
    async with database.read() as opened:
        found = [row._asdict() for row in await opened.execute(new.select().order_by("queue"))]
        written = await queue_targets.written(opened)
    with pytest.raises(RowRefused):
        async with database.write() as connection_:
            await connection_.execute(update(new).values(wrap_up=-1))
    await database.close()
    assert found == [target | {"wrap_up": None} for target in TARGETS]
    assert {queue: targets.wrap_up for queue, targets in written.items()} == {"sales": None, "support": None}
