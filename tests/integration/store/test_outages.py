from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from ionas_phone.errors import Conflict, FormWrong, NotThere
from ionas_phone.store import audit, outages, sessions, timers, work
from ionas_phone.store import tables_billing as b
from ionas_phone.store.database import Database
from ionas_phone.support.time_entries import Outage, OutageKind
from ionas_phone.support.users import User
from ionas_phone.support.work import Command, WorkState
from tests.agreed import Desk, after, customer, deed, desk
from tests.people import AT

START, PAUSE = Command.START, Command.PAUSE


@pytest.fixture
async def here(database: Database, anna: User, ben: User) -> Desk:
    """A session whose timer runs since AT."""
    running = await desk(database, await customer(database))
    await running.agree()
    await running.do(START)
    return running


async def _begin(database: Database, seconds: float) -> int:
    async with database.write() as connection:
        return await outages.begin(connection, after(seconds))


async def _beat(database: Database, run: int, seconds: float, passed: float, since: float) -> None:
    async with database.write() as connection:
        await outages.beat(connection, run, after(seconds), timedelta(seconds=passed), after(since))


async def _marks(here: Desk) -> list[tuple[OutageKind, float, float]]:
    found = (await here.work(0)).to_review
    return [(one.kind, (one.from_at - AT).total_seconds(), (one.to_at - AT).total_seconds()) for one in found]


async def _review(here: Desk, outage: Outage, change: int, reason: str = "Router war aus", by: str = "ben") -> Outage:
    async with here.database.write() as connection:
        return await outages.review(connection, outage.id, change, reason, deed(5000, by))


async def test_while_the_service_is_there_nothing_is_in_doubt(here: Desk) -> None:
    run = await _begin(here.database, 1)
    for since, seconds in ((1, 6), (6, 11), (11, 25)):
        await _beat(here.database, run, seconds, 5, since)

    assert await _marks(here) == [(OutageKind.CLOCK, 16, 25)]  # 5 seconds had passed, the clock showed 14
    async with here.database.read() as connection:
        row = (await connection.execute(select(b.service_runs))).one()
    assert (row.started_at, row.seen_at) == (after(1), after(25))


async def test_a_beat_that_was_written_though_its_answer_was_lost_counts(here: Desk) -> None:
    run = await _begin(here.database, 1)
    await _beat(here.database, run, 14, 13, since=1)
    await _beat(here.database, run, 20, 19, since=1)  # the service does not know of the one at 14

    assert await _marks(here) == []
    await _beat(here.database, run, 60, 59, since=1)
    assert await _marks(here) == [(OutageKind.OUTAGE, 20, 60)]


async def test_a_run_that_the_database_has_forgotten_is_begun_anew(here: Desk) -> None:
    await _begin(here.database, 10)
    async with here.database.write() as connection:
        run = await outages.beat(connection, 4711, after(100), timedelta(seconds=5), after(95))
        assert await outages.beat(connection, run, after(105), timedelta(seconds=5), after(100)) == run

    assert await _marks(here) == [(OutageKind.OUTAGE, 10, 100)]


async def test_the_first_start_of_all_knows_of_no_outage(here: Desk) -> None:
    await _begin(here.database, 900)

    assert await _marks(here) == []


async def test_a_restart_marks_what_ran_meanwhile_and_it_runs_on_from_its_stored_start(here: Desk) -> None:
    await _begin(here.database, 300)
    await _begin(here.database, 900)  # killed in between

    now = await here.work(1000)
    assert await _marks(here) == [(OutageKind.OUTAGE, 300, 900)]
    assert (now.state, now.used_seconds, now.running_since) == (WorkState.RUNNING, 1000, AT)
    async with here.database.read() as connection:
        entry, *_ = await audit.about(connection, "session", here.session_id)
    assert (entry.by, entry.action, entry.fields) == (audit.SERVICE, "outage", ("outage",))


async def test_of_a_stretch_that_began_or_reached_its_limit_in_it_only_that_part_is_in_doubt(
    database: Database, here: Desk
) -> None:
    await _begin(database, -60)  # last seen a minute before the start
    await _begin(database, 5000)

    assert await _marks(here) == [(OutageKind.OUTAGE, 0, 1200)]
    assert (await here.work(5000)).used_seconds == 1200


async def test_a_stretch_ended_by_hand_before_the_next_heartbeat_is_marked_too(here: Desk) -> None:
    run = await _begin(here.database, 10)
    await here.do(PAUSE, 100)  # the database was away since 10, and this was the first request afterwards
    await _beat(here.database, run, 102, 92, 10)
    await _beat(here.database, run, 202, 100, 102)  # nothing ran in this one

    assert await _marks(here) == [(OutageKind.OUTAGE, 10, 100)]


async def test_a_clock_that_was_set_back_is_marked_with_what_is_missing(here: Desk) -> None:
    run = await _begin(here.database, 700)
    await _beat(here.database, run, -2895, 5, 700)  # it should have shown 705

    (mark,) = (await here.work(0)).to_review
    assert (mark.kind, mark.seconds) == (OutageKind.CLOCK, -3600)
    await here.do(PAUSE, -2000)
    assert (await here.work(-2000)).used_seconds == 0
    await _review(here, mark, 705)
    assert (await here.work(-2000)).used_seconds == 705  # nothing is lost


async def test_set_back_between_two_runs_it_is_marked_as_well(here: Desk) -> None:
    await _begin(here.database, 700)
    await _begin(here.database, 100)

    assert await _marks(here) == [(OutageKind.CLOCK, 700, 100)]


async def test_a_second_start_after_the_clock_was_set_back_marks_nothing_twice(here: Desk) -> None:
    await _begin(here.database, 600)
    await _begin(here.database, 60)
    marks = await _marks(here)
    await _begin(here.database, 60)
    assert await _marks(here) == marks


async def test_nothing_counts_as_looked_at_before_somebody_has(here: Desk) -> None:
    await _begin(here.database, 300)
    await _begin(here.database, 900)
    await here.do(PAUSE, 1000)
    (mark,) = (await here.work(1000)).to_review

    seen = await _review(here, mark, -600)

    assert (seen.id, seen.seconds, seen.reviewed_by, seen.reviewed_at) == (mark.id, 600, "ben", after(5000))
    now = await here.work(6000)
    assert (now.to_review, now.used_seconds, now.corrections[0].reason) == ((), 400, "Router war aus")
    assert await _review(here, mark, -60, by="anna") == seen  # the first look counts
    assert (await here.work(6000)).used_seconds == 400
    async with here.database.read() as connection:
        assert await work.outages(connection, here.session_id, reviewed=True) == (seen,)
        entries = await audit.about(connection, "session", here.session_id)
    assert [entry.action for entry in entries[:2]] == ["review", "correct"]


async def test_who_looks_may_leave_the_time_as_it_is(here: Desk) -> None:
    await _begin(here.database, 300)
    await _begin(here.database, 900)
    await here.do(PAUSE, 1000)
    (mark,) = (await here.work(1000)).to_review
    with pytest.raises(FormWrong, match="needs a reason"):
        await _review(here, mark, -1, "")
    with pytest.raises(Conflict, match="not more than were measured"):
        await _review(here, mark, -5000)

    await _review(here, mark, 0, "")

    now = await here.work(1000)
    assert (now.to_review, now.used_seconds, now.corrections) == ((), 1000, ())


async def test_a_mark_that_is_not_there_cannot_be_looked_at(here: Desk) -> None:
    async with here.database.write() as connection:
        with pytest.raises(NotThere, match="no such mark"):
            await outages.review(connection, 4711, 0, "", deed())


async def test_all_that_ran_is_marked(database: Database, here: Desk) -> None:
    other = await desk(database, await customer(database), "2")
    await other.agree()
    await other.do(START, 100, by="ben")
    async with database.write() as connection:
        await timers.arm_all(connection)
        await sessions.hand_over(connection, other.session_id, "anna", AT)
    await _begin(database, 50)
    await _begin(database, 500)

    assert await _marks(here) == [(OutageKind.OUTAGE, 50, 500)]
    assert await _marks(other) == [(OutageKind.OUTAGE, 100, 500)]
