"""Timers on a real database: their limits are kept whatever happens to the service, and what happened is marked."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from ionas_phone.errors import StoreAway
from ionas_phone.runtime.timers import BEAT, Timers
from ionas_phone.store import tables_billing as b
from ionas_phone.store import timers as store
from ionas_phone.store import users
from ionas_phone.store.database import Database
from ionas_phone.support.time_entries import OutageKind
from ionas_phone.support.work import Command, Warn, WorkState
from tests.agreed import Desk, after, customer, deed, desk
from tests.databases import gives_way_once
from tests.people import ANNA, AT, BEN, HASH
from tests.postgres import PostgreSQL

START = Command.START


class Bench:
    """The task with clocks that stand until they are moved, and what it said."""

    def __init__(self, database: Database, begun: datetime = AT) -> None:
        self.now = begun
        self.monotonic = 100.0
        self.said: list[tuple[int, str]] = []
        self.timers = Timers(database, lambda *what: self.said.append(what), lambda: self.now, lambda: self.monotonic)

    async def after(self, seconds: float, *, clock: float = 0) -> float:
        """Let time pass (and the clock jump by ``clock`` besides), then do a turn."""
        self.monotonic += seconds
        self.now += timedelta(seconds=seconds + clock)
        return await self.timers.turn()


@pytest.fixture
async def agreed(database: Database) -> Desk:
    """A session of Anna's whose timer may start."""
    async with database.write() as connection:
        await users.add(connection, ANNA, HASH, AT, "office")
    made = await desk(database, await customer(database))
    await made.agree()
    return made


@pytest.fixture
async def here(agreed: Desk) -> Desk:
    """The same; its timer runs since AT, and its 20 minutes end after 1200 seconds."""
    await agreed.do(START)
    return agreed


@pytest.fixture
async def bench(database: Database) -> Bench:
    made = Bench(database)
    await made.timers.start()
    return made


async def test_it_wakes_up_for_the_warning_and_for_the_limit(here: Desk, bench: Bench) -> None:
    assert await bench.after(1) == pytest.approx(4)  # the next heartbeat
    for _ in range(95):
        await bench.after(10)
    assert await bench.after(5) == pytest.approx(4)  # 956 seconds: the warning comes before the heartbeat
    assert bench.said == []
    assert await bench.after(4) == pytest.approx(1)
    assert bench.said == [(here.session_id, "anna")]
    await bench.after(2)
    assert len(bench.said) == 1
    for _ in range(23):
        await bench.after(10)
    await bench.after(7)
    assert await bench.after(0) == pytest.approx(1)
    assert (await here.work(1199)).warn is Warn.AMBER

    await bench.after(1)
    assert bench.said == [(here.session_id, "anna")] * 2
    now = await here.work(1200)
    assert (now.state, now.used_seconds, now.to_review) == (WorkState.PAUSED, 1200, ())


async def test_however_late_it_looks_the_limit_is_the_limit(here: Desk, bench: Bench) -> None:
    """The service was busy, or away: 340 hours later nobody pays for 340 hours."""
    await bench.after(340 * 3600)

    now = await here.work(341 * 3600)
    assert ([entry.ended_at for entry in now.entries], now.billable_minutes) == ([after(1200)], 20)
    async with here.database.read() as connection:
        assert await store.running(connection) == ()


async def test_old_deadlines_are_put_right_instead_of_believed(here: Desk, bench: Bench) -> None:
    async with here.database.write() as connection:
        await connection.execute(b.deadlines.update().values(warn_at=after(1), limit_at=after(2)))
    await bench.after(10)

    assert (await here.work(10)).state is WorkState.RUNNING
    async with here.database.read() as connection:
        (running,) = await store.running(connection)
    assert running.limit_at == after(1200)


async def test_after_a_restart_it_runs_on_and_the_outage_is_marked(here: Desk, bench: Bench) -> None:
    await bench.after(BEAT)
    later = Bench(here.database, after(600))
    await later.timers.turn()  # a service that has not said anything yet starts with that

    now = await here.work(600)
    assert (now.state, now.used_seconds) == (WorkState.RUNNING, 600)
    assert [(one.kind, one.from_at, one.to_at) for one in now.to_review] == [
        (OutageKind.OUTAGE, after(BEAT), after(600))
    ]


async def test_time_that_is_in_doubt_is_told_at_once(here: Desk, bench: Bench) -> None:
    await bench.after(BEAT)
    assert bench.said == []
    await bench.after(60)  # the machine slept
    assert bench.said == [(here.session_id, "anna")]
    await bench.after(BEAT, clock=-30)
    assert len(bench.said) == 2
    assert len((await here.work(60)).to_review) == 2


async def test_a_limit_that_came_while_the_service_was_down_is_kept_to_the_second(here: Desk, bench: Bench) -> None:
    later = Bench(here.database, after(9000))
    await later.timers.start()
    await later.timers.turn()

    now = await here.work(9000)
    assert (now.state, [entry.ended_at for entry in now.entries]) == (WorkState.PAUSED, [after(1200)])
    assert [(one.from_at, one.to_at) for one in now.to_review] == [(AT, after(1200))]
    assert later.said == [(here.session_id, "anna")]


async def test_an_orderly_end_leaves_only_the_absence_in_doubt(here: Desk, bench: Bench) -> None:
    bench.now, bench.monotonic = after(3), bench.monotonic + 3
    await bench.timers.stop()
    later = Bench(here.database, after(5))
    await later.timers.start()

    (mark,) = (await here.work(5)).to_review
    assert (mark.from_at, mark.to_at) == (after(3), after(5))


async def test_a_clock_that_jumps_is_noticed(here: Desk, bench: Bench) -> None:
    await bench.after(BEAT, clock=-3600)

    (mark,) = (await here.work(0)).to_review
    assert (mark.kind, mark.seconds) == (OutageKind.CLOCK, -3600)


async def test_a_commit_whose_answer_is_lost_puts_nothing_in_doubt(here: Desk, bench: Bench) -> None:
    known = bench.timers._beaten, bench.timers._beaten_at
    await bench.after(13)
    bench.timers._beaten, bench.timers._beaten_at = known  # all that the service knows then
    await bench.after(6)

    assert (await here.work(19)).to_review == ()


async def test_nothing_runs_nothing_happens(database: Database, bench: Bench) -> None:
    assert await bench.after(BEAT) == pytest.approx(BEAT)
    assert bench.said == []
    await Bench(database).timers.stop()  # never started: nothing to say goodbye for


# -- the task itself ---------------------------------------------------------------------------------------------------


async def test_it_comes_on_time_and_when_it_is_called(here: Desk) -> None:
    """With the loop's clock: the limit is a fifth of a second away, and nobody has told the task so."""
    ended, begun, offset = asyncio.Event(), time.monotonic(), after(1200 - 0.2)

    def now() -> datetime:
        return offset + timedelta(seconds=time.monotonic() - begun)

    async def all_ended() -> None:
        while None in [entry.ended_at for entry in (await here.work(9999)).entries]:
            await ended.wait()  # or the warning, if it was looked at before the limit
            ended.clear()

    timers = Timers(here.database, lambda *_: ended.set(), now, time.monotonic)
    task = asyncio.get_running_loop().create_task(timers.run())
    async with asyncio.timeout(10):
        await all_ended()
        await here.agree(21, 1300)
        await here.do(Command.RESUME, 1300)
        offset = after(1300 + 60 + 1)  # the limit is over; the task sleeps until its heartbeat if nobody calls it
        timers.look()
        await all_ended()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert [entry.ended_at for entry in (await here.work(9999)).entries] == [after(1200), after(1360)]


async def test_who_gave_way_to_somebody_else_looks_again_at_once(on_a_server: Database) -> None:
    bench = Bench(on_a_server)
    await bench.timers.start()
    await gives_way_once(on_a_server, "service_runs")
    bench.monotonic += 60
    assert await bench.timers._try() == 0
    assert bench.timers.trouble == ""
    assert await bench.timers._try() == BEAT


async def test_time_in_doubt_is_told_to_all_though_one_of_them_gives_way(on_a_server: Database) -> None:
    async with on_a_server.write() as connection:
        for user in (ANNA, BEN):
            await users.add(connection, user, HASH, AT, "office")
    whose = await customer(on_a_server)
    first, second = await desk(on_a_server, whose), await desk(on_a_server, whose, "2")
    await first.agree(20)
    await second.agree(60)
    await first.do(START)
    await second.do(START, by="ben")
    bench = Bench(on_a_server)
    await bench.timers.start()
    await gives_way_once(on_a_server, "time_entries")
    bench.monotonic, bench.now = bench.monotonic + 1260, after(1260)  # the machine slept

    assert await bench.timers._try() == 0  # the first one's limit is over, and it has to be ended once more
    await bench.timers._try()
    assert (second.session_id, "ben") in bench.said
    told = len(bench.said)
    await bench.after(BEAT)
    assert len(bench.said) == told


async def test_while_the_database_is_away_nothing_is_lost(
    kind: str, here: Desk, bench: Bench, database_url: str, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        holder = Database(database_url, patience=1)
        impatient = Database(database_url, patience=0.3)
        other = Bench(impatient)
        other.timers._run, other.timers._beaten = bench.timers._run, 100.0
        async with holder.write() as connection:  # somebody keeps the file's lock
            await connection.execute(text("UPDATE counters SET next = next"))
            with pytest.raises(StoreAway):
                await other.after(60)
            assert await other.timers._try() == BEAT
        await other.timers.turn()
        await holder.close()
        await impatient.close()
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        await asyncio.to_thread(server.stop)
        try:
            with pytest.raises(StoreAway):
                await bench.after(60)
            assert await bench.timers._try() == BEAT
            await bench.timers.stop()
        finally:
            await asyncio.to_thread(server.start)
        await bench.timers.turn()

    now = await here.work(60)
    assert (now.state, now.used_seconds) == (WorkState.RUNNING, 60)
    assert [(one.kind, one.seconds) for one in now.to_review] == [(OutageKind.OUTAGE, 60)]


KILLED = """
import asyncio, sys, time
from ionas_phone.runtime import clock
from ionas_phone.runtime.timers import Timers
from ionas_phone.store import timers
from ionas_phone.store.database import Database
from ionas_phone.support.work import Deed

async def main():
    database = Database(sys.argv[1])
    service = Timers(database, lambda *_: None, clock.now, clock.monotonic)
    await service.start()
    async with database.write() as connection:
        await timers.start(connection, int(sys.argv[2]), Deed("start", clock.now(), "anna"))
    print("running", flush=True)
    await service.run()

asyncio.run(main())
"""


async def test_killed_it_loses_no_second(database_url: str, database: Database, agreed: Desk) -> None:
    """SIGKILL, no goodbye: the stretch runs on from its stored start, and what nobody saw is marked."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        KILLED,
        database_url,
        str(agreed.session_id),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout
    async with asyncio.timeout(30):
        assert await process.stdout.readline() == b"running\n"
    process.kill()
    await process.wait()
    async with database.read() as connection:
        started_at = (await connection.execute(select(b.time_entries.c.started_at))).scalar_one()
        seen_at = (await connection.execute(select(b.service_runs.c.seen_at))).scalar_one()

    minute = started_at + timedelta(minutes=1)
    later = Bench(database, minute)
    await later.timers.start()
    async with database.write() as connection:
        await store.pause(connection, agreed.session_id, deed((minute - AT).total_seconds()))

    now = await agreed.work((minute - AT).total_seconds())
    assert (now.used_seconds, now.state) == (60, WorkState.PAUSED)
    assert [(one.from_at, one.to_at) for one in now.to_review] == [(max(seen_at, started_at), minute)]
