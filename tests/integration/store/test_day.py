"""What boards show of the store, read at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert

from ionas_phone.live.nouns import CallKey
from ionas_phone.store import calls, day, queue_targets, users
from ionas_phone.store import tables_billing as b
from ionas_phone.store.database import Database
from ionas_phone.store.day import Day, RunningTimer
from ionas_phone.support.queue_targets import QueueTargets
from ionas_phone.support.service_levels import Fate
from ionas_phone.support.time_entries import OutageKind
from ionas_phone.support.work import Command, Warn
from tests.agreed import after, customer, desk
from tests.people import ANNA, AT, HASH, call


async def _read(database: Database, seconds: float = 0) -> Day:
    async with database.read() as connection:
        return await day.read(connection, AT, after(seconds))


async def test_an_empty_store_has_the_usual_targets(database: Database) -> None:
    found = await _read(database)
    assert found == Day(AT)
    assert found.targets_of("support") == QueueTargets("support")


async def test_the_day_before_is_counted_until_the_same_time_by_queue(database: Database) -> None:
    ago = {"early": timedelta(hours=20), "late": timedelta(hours=4), "other": timedelta(hours=21)}
    async with database.write() as connection:
        await queue_targets.save(connection, QueueTargets("sales", seconds=30), AT, "office")
        for number, past in ago.items():
            queue = "sales" if number == "other" else "support"
            await calls.record(connection, call(number, offered_at=AT - past, queue=queue))
    async with database.read() as connection:
        found = await day.read(connection, AT, after(60), (AT - timedelta(days=1), AT - timedelta(hours=5)))
    assert found.until == AT - timedelta(hours=5)
    assert not found.before_unseen
    support, sales, none = (found.before_of(queue) for queue in ("support", "sales", "nobody's"))
    assert support
    assert sales
    assert none
    assert (support.offered, support.within, sales.offered, sales.within, none.offered) == (1, 20, 1, 30, 0)
    assert support.waiting == 0  # nobody waits since yesterday: what was open was lost from sight


async def test_callers_targets_timers_and_marks_are_read_together(database: Database) -> None:
    async with database.write() as connection:
        await users.add(connection, ANNA, HASH, AT, "office")
        await queue_targets.save(connection, QueueTargets("support", percent=90), AT, "office")
    session = await desk(database, await customer(database))
    await session.agree()
    start = await session.do(Command.START, 100)
    found = await _read(database, 160)
    assert found.offers[CallKey("mainz", "1")].fate is Fate.ANSWERED
    assert found.targets_of("support") == replace(QueueTargets("support", percent=90), version=1)
    assert found.timers == {"anna": RunningTimer(session.session_id, after(100), Warn.NONE)}

    await session.do(Command.PAUSE, 160)
    assert (await _read(database, 200)).timers == {}
    await session.do(Command.RESUME, 300)
    assert (await _read(database, 400)).timers["anna"].zero == after(240)  # as if the pause had not been

    async with database.write() as connection:
        times = {"from_at": AT, "to_at": AT + timedelta(seconds=9)}
        mark = insert(b.outages).values(entry_id=start.entry_id, kind=OutageKind.OUTAGE, **times)
        number = (await connection.execute(mark.returning(b.outages.c.id))).scalar_one()
    assert (await _read(database, 400)).marks == 1
    async with database.write() as connection:
        await connection.execute(insert(b.outage_reviews).values(outage_id=number, at=AT, by="ben"))
    assert (await _read(database, 400)).marks == 0
