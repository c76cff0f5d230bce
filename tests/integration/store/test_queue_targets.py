from __future__ import annotations

from dataclasses import replace

import pytest

from ionas_phone.errors import Conflict, FormWrong
from ionas_phone.store import audit, queue_targets
from ionas_phone.store.database import Database
from ionas_phone.support.queue_targets import QueueTargets
from tests.people import AT

NEW = QueueTargets("support", 30, 90, 5, 180)


async def _save(database: Database, new: QueueTargets, by: str = "office") -> QueueTargets:
    async with database.write() as connection:
        return await queue_targets.save(connection, new, AT, by)


async def _written(database: Database) -> dict[str, QueueTargets]:
    async with database.read() as connection:
        return await queue_targets.written(connection)


async def test_targets_are_written_down_and_changed_with_a_trace(database: Database) -> None:
    assert await _written(database) == {}
    first = await _save(database, NEW)
    assert first == replace(NEW, version=1)
    second = await _save(database, replace(first, percent=95))
    assert await _written(database) == {"support": replace(NEW, percent=95, version=2)} == {"support": second}
    async with database.read() as connection:
        entries = await audit.about(connection, "queue", 1)
    assert [(entry.by, entry.action) for entry in entries] == [("office", "targets")] * 2


async def test_the_same_twice_is_one_and_the_usual_needs_no_row(database: Database) -> None:
    first = await _save(database, NEW)
    assert await _save(database, NEW) == first
    await _save(database, QueueTargets("office"))
    assert set(await _written(database)) == {"support"}


async def test_who_is_late_is_told_and_nothing_is_lost(database: Database) -> None:
    await _save(database, NEW)
    for late in (replace(NEW, percent=70), replace(NEW, percent=70, version=7)):
        with pytest.raises(Conflict, match="meanwhile"):
            await _save(database, late, "ben")
    assert (await _written(database))["support"].percent == 90


async def test_what_nobody_can_aim_at_is_not_written(database: Database) -> None:
    with pytest.raises(FormWrong):
        await _save(database, replace(NEW, percent=101))
    assert await _written(database) == {}
