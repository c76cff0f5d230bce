from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from ionas_phone.errors import Conflict, FormWrong, NotThere, PhoneError
from ionas_phone.live.nouns import PRACTICE_PBX
from ionas_phone.store import audit, sessions, timers
from ionas_phone.store import tables_billing as b
from ionas_phone.store.database import Database
from ionas_phone.support.acceptances import Decision
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.sessions import Ending, SessionState
from ionas_phone.support.time_entries import Correction
from ionas_phone.support.users import User
from ionas_phone.support.work import Command, Step, Warn, WorkState
from tests.agreed import NO, OFFER, Desk, after, customer, deed, desk
from tests.opened import read_session
from tests.people import AT

START, PAUSE, RESUME, STOP = Command.START, Command.PAUSE, Command.RESUME, Command.STOP
DAY = 86400
BUSINESS = CustomerKind.BUSINESS


@pytest.fixture
async def here(database: Database, anna: User, ben: User) -> Desk:
    """A session whose timer may start."""
    agreed = await desk(database, await customer(database))
    await agreed.agree()
    return agreed


async def _correct(here: Desk, change: int, seconds: float = 0, key: str | None = None) -> Correction:
    async with here.database.write() as connection:
        return await timers.correct(connection, here.session_id, change, "Kaffee", deed(seconds, key=key))


async def _finish(here: Desk, outcome: Ending, seconds: float = 0, key: str | None = None) -> None:
    async with here.database.write() as connection:
        await timers.finish(connection, here.session_id, outcome, deed(seconds, key=key))


# -- the way through ---------------------------------------------------------------------------------------------------


async def test_the_worked_example_is_ten_minutes(here: Desk) -> None:
    """541 + 61 + 1 seconds: rounded once, on the sum."""
    begun = await here.do(START, 0)
    for command, seconds in ((PAUSE, 541), (RESUME, 600), (PAUSE, 661), (RESUME, 700), (STOP, 701)):
        await here.do(command, seconds)

    work = await here.work(10_000)
    assert begun == Step(START, WorkState.RUNNING, here.session_id, begun.entry_id, AT, "anna")
    assert (work.state, work.used_seconds, work.billable_minutes, work.price_cents) == (
        WorkState.STOPPED,
        603,
        10,
        1190,
    )
    assert [entry.ended_at for entry in work.entries] == [after(541), after(661), after(701)]
    async with here.database.read() as connection:
        entries = await audit.about(connection, "session", here.session_id)
    assert [(entry.action, entry.fields) for entry in reversed(entries[:6])] == [
        ("start", ("started_at",)),
        ("pause", ("ended_at",)),
        ("resume", ("started_at",)),
        ("pause", ("ended_at",)),
        ("resume", ("started_at",)),
        ("stop", ("ended_at",)),
    ]


async def test_the_same_key_gives_the_first_result(here: Desk) -> None:
    first = await here.do(START, 0, key="start")
    paused = await here.do(PAUSE, 60, key="pause")

    assert await here.do(START, 90, key="start") == first
    assert await here.do(PAUSE, 95, key="pause") == paused
    assert (await here.work(100)).used_seconds == 60
    elsewhere = await desk(here.database, await customer(here.database), "2")
    with pytest.raises(Conflict, match="another session"):
        await elsewhere.do(START, key="start")


@pytest.mark.parametrize("says", ["has not accepted", "has declined", "no confirmation"])
async def test_it_is_impossible_before_the_customer_has_agreed(database: Database, anna: User, says: str) -> None:
    here = await desk(database, await customer(database))
    await here.propose()
    if says == "has declined":
        await here.answer(NO)
    if says == "no confirmation":
        await here.answer()
        says = "must have the confirmation"

    with pytest.raises(Conflict, match=says):
        await here.do(START)
    assert (await here.work(60)).entries == ()


@pytest.mark.parametrize("contract", [True, False])
async def test_a_business_or_a_framework_contract_needs_no_confirmation(
    database: Database, anna: User, *, contract: bool
) -> None:
    whose = await customer(database, framework_contract=True) if contract else await customer(database, BUSINESS)
    here = await desk(database, whose)
    await here.propose()
    await here.answer()

    assert (await here.do(START)).state is WorkState.RUNNING


async def test_only_a_user_of_ours_has_a_timer(here: Desk) -> None:
    with pytest.raises(NotThere, match="no user nobody"):
        await here.do(START, by="nobody")
    with pytest.raises(NotThere, match="no such session"):
        await Desk(here.database, 4711).do(START)


async def test_what_does_not_fit_is_refused_and_changes_nothing(here: Desk) -> None:
    for command, says in ((PAUSE, "not been started"), (RESUME, "not been started")):
        with pytest.raises(Conflict, match=says):
            await here.do(command)
    await here.do(START)
    with pytest.raises(Conflict, match="running already"):
        await here.do(START, 10)

    assert len((await here.work(20)).entries) == 1


# -- the limit ---------------------------------------------------------------------------------------------------------


async def test_it_warns_and_stops_by_itself_exactly_at_the_limit(here: Desk) -> None:
    await here.do(START, 100)
    async with here.database.read() as connection:
        (running,) = await timers.running(connection)
    assert running == timers.Running(here.session_id, running.entry_id, "anna", after(100 + 960), after(100 + 1200))
    assert [(await here.work(100 + seconds)).warn for seconds in (959, 960, 1200)] == [Warn.NONE, Warn.AMBER, Warn.RED]

    async with here.database.write() as connection:
        assert not await timers.expire(connection, here.session_id, after(1299))
        assert await timers.expire(connection, here.session_id, after(340 * 3600))
        assert await timers.expire(connection, here.session_id, after(341 * 3600))
        assert await timers.running(connection) == ()
        entry, *_ = await audit.about(connection, "session", here.session_id)

    work = await here.work(340 * 3600)
    assert (work.state, work.used_seconds, work.billable_minutes) == (WorkState.PAUSED, 1200, 20)
    assert [stretch.ended_at for stretch in work.entries] == [after(1300)]
    assert (entry.by, entry.action, entry.at) == (audit.SERVICE, "limit", after(1300))


async def test_at_the_limit_it_goes_on_only_with_a_new_yes(here: Desk) -> None:
    await here.do(START)
    limit = await here.do(PAUSE, 5000)  # the limit was faster than the hand
    assert (limit.command, limit.at) == (Command.LIMIT, after(1200))
    with pytest.raises(Conflict, match="20 minutes are used up"):
        await here.do(RESUME, 5001)

    await here.agree(40, 5002)
    await here.do(RESUME, 5010)

    work = await here.work(5010 + 60)
    assert (work.state, work.used_seconds, work.accepted_minutes) == (WorkState.RUNNING, 1260, 40)
    assert work.limit_at == after(5010 + 1200)


async def test_a_new_yes_moves_the_limit_of_a_running_timer_once_it_is_confirmed(here: Desk) -> None:
    await here.do(START)
    await here.propose(replace(OFFER, minutes_to=40), deed(900))
    accepted = await here.answer(doing=deed(960))
    async with here.database.read() as connection:
        (before,) = await timers.running(connection)
    await here.confirm(accepted, doing=deed(970))
    async with here.database.read() as connection:
        (then,) = await timers.running(connection)

    assert (before.limit_at, then.limit_at, then.warn_at) == (after(1200), after(2400), after(1920))


async def test_a_smaller_yes_takes_nothing_back(here: Desk) -> None:
    await here.do(START)
    await here.propose(replace(OFFER, minutes_to=15), deed(800))
    accepted = await here.answer(doing=deed(810))
    await here.confirm(accepted, doing=deed(950))

    work = await here.work(2000)
    assert (work.state, work.used_seconds, work.accepted_minutes) == (WorkState.PAUSED, 950, 15)
    assert (await here.do(STOP, 2000)).state is WorkState.STOPPED
    assert (await here.work(2000)).used_seconds == 950


async def test_deadlines_are_armed_anew_from_the_records(here: Desk) -> None:
    await here.do(START)
    async with here.database.write() as connection:
        await connection.execute(b.deadlines.delete())
        await timers.arm_all(connection)
        (running,) = await timers.running(connection)

    assert running.limit_at == after(1200)


async def test_another_customer_must_be_asked_before_it_goes_on(here: Desk) -> None:
    await here.do(START)
    other = await customer(here.database)
    async with here.database.write() as connection:
        await sessions.set_customer(connection, here.session_id, other.id, AT, "anna")

    assert (await here.work(9999)).used_seconds == 1200  # what the stretch began by still ends it
    await here.do(PAUSE, 60)
    with pytest.raises(Conflict, match="Another customer"):
        await here.do(RESUME, 70)
    await here.agree(20, 80)
    await here.do(RESUME, 90)
    assert (await here.work(100)).used_seconds == 70


# -- clocks and days ---------------------------------------------------------------------------------------------------


async def test_a_clock_that_was_set_back_makes_no_time_negative_and_measures_none_twice(here: Desk) -> None:
    await here.do(START, 3600)
    await here.do(PAUSE, 3000)
    assert (await here.work(3000)).used_seconds == 0
    await here.do(RESUME, 3300)

    assert (await here.work(3400)).used_seconds == 0
    await here.do(STOP, 3660)
    assert [(entry.started_at, entry.ended_at) for entry in (await here.work(9999)).entries] == [
        (after(3600), after(3600)),
        (after(3600), after(3660)),
    ]


async def test_it_goes_on_another_day_in_other_hands_at_the_same_price(here: Desk) -> None:
    await here.do(START)
    await _finish(here, Ending.INTERRUPTED, 300)
    interrupted = await read_session(here.database, here.session_id)
    begun = await here.do(RESUME, 3 * DAY, by="ben")
    work, session = await here.work(3 * DAY + 60), await read_session(here.database, here.session_id)
    await here.do(STOP, 3 * DAY + 300, by="ben")

    assert (interrupted.state, interrupted.outcome) == (SessionState.OPEN, Ending.INTERRUPTED)
    assert begun.by == "ben"
    assert (work.used_seconds, work.outcome, work.running and work.running.assistant) == (360, None, "ben")
    assert session.assistant == "ben"
    assert [entry.assistant for entry in work.entries] == ["anna", "ben"]
    assert (await here.work(9 * DAY)).billable_minutes == 10


# -- ends --------------------------------------------------------------------------------------------------------------


async def test_the_end_stops_the_timer(here: Desk) -> None:
    await here.do(START)
    for seconds in (300, 400):
        await _finish(here, Ending.DONE, seconds)

    work, session = await here.work(9999), await read_session(here.database, here.session_id)
    assert (work.state, work.used_seconds, work.outcome) == (WorkState.STOPPED, 300, Ending.DONE)
    assert (session.state, session.closed_at) == (SessionState.CLOSED, after(300))
    with pytest.raises(Conflict, match="closed"):
        await here.do(RESUME, 500)
    for other in (Ending.INTERRUPTED, Ending.CUSTOMER_ALONE):  # somebody else saw it end otherwise
        with pytest.raises(Conflict, match="closed"):
            await _finish(here, other, 500)
    async with here.database.write() as connection:
        await sessions.reopen(connection, here.session_id, after(600), "anna")
    await here.do(RESUME, 600)
    assert (await here.work(660)).used_seconds == 360


async def test_the_customer_may_do_it_alone_before_and_after_a_yes(database: Database, here: Desk) -> None:
    free = await desk(database, await customer(database), "2")
    for one in (free, here):
        await _finish(one, Ending.CUSTOMER_ALONE)

    assert (await free.work()).state is WorkState.ESTIMATE
    assert (await here.work()).state is WorkState.STOPPED
    assert [(await one.work()).price_cents for one in (free, here)] == [0, 0]
    assert (await read_session(free.database, free.session_id)).outcome is Ending.CUSTOMER_ALONE


async def test_what_was_worked_on_was_not_declined(database: Database, here: Desk) -> None:
    await here.do(START)
    with pytest.raises(Conflict, match="close the session as done"):
        await _finish(here, Ending.DECLINED, 60)
    elsewhere = await desk(database, await customer(database), "2")

    await _finish(elsewhere, Ending.DECLINED)

    assert (await read_session(elsewhere.database, elsewhere.session_id)).outcome is Ending.DECLINED


async def test_no_session_is_closed_over_a_running_timer(here: Desk) -> None:
    await here.do(START)
    async with here.database.write() as connection:
        for ending in (Ending.DONE, Ending.CUSTOMER_ALONE):
            with pytest.raises(Conflict, match="still running"):
                await sessions.end(connection, here.session_id, ending, AT, "anna")
    await here.do(STOP, 60)
    async with here.database.write() as connection:
        await sessions.end(connection, here.session_id, Ending.DONE, AT, "anna")

    assert (await read_session(here.database, here.session_id)).state is SessionState.CLOSED


@pytest.mark.parametrize("late", [Ending.DONE, Ending.INTERRUPTED])
async def test_a_form_from_another_window_ends_nothing_that_went_on_since(here: Desk, late: Ending) -> None:
    await here.do(START)
    for _click in range(2):
        await _finish(here, Ending.INTERRUPTED, 60, "same form")
    await here.do(RESUME, 100)

    with pytest.raises(Conflict, match="gone on since"):
        await _finish(here, late, 200, "same form")

    assert (await here.work(200)).state is WorkState.RUNNING
    assert (await read_session(here.database, here.session_id)).state is SessionState.OPEN
    await _finish(here, Ending.DONE, 300, "a new form")
    assert (await here.work(9999)).used_seconds == 260


async def test_interrupted_before_anything_was_agreed_it_just_stays_open(database: Database) -> None:
    here = await desk(database, await customer(database))
    await _finish(here, Ending.INTERRUPTED)

    assert (await read_session(here.database, here.session_id)).outcome is Ending.INTERRUPTED


async def test_practice_runs_and_costs_nothing(database: Database, anna: User) -> None:
    here = await desk(database, await customer(database), pbx=PRACTICE_PBX)
    await here.agree()
    await here.do(START)
    await here.do(STOP, 600)

    work = await here.work(600)
    assert (work.practice, work.used_seconds, work.billable_minutes, work.price_cents) == (True, 600, 0, 0)


# -- corrections -------------------------------------------------------------------------------------------------------


async def test_corrections_are_rows_of_their_own_with_a_reason(here: Desk) -> None:
    await here.do(START)
    await here.do(PAUSE, 600)
    less = await _correct(here, -90, 700, "same")

    assert await _correct(here, -90, 710, "same") == less
    await _correct(here, 30, 720)
    work = await here.work(800)
    assert (work.used_seconds, work.billable_minutes) == (540, 9)
    assert [(one.seconds, one.reason, one.by) for one in work.corrections] == [
        (-90, "Kaffee", "anna"),
        (30, "Kaffee", "anna"),
    ]
    assert [(entry.started_at, entry.ended_at) for entry in work.entries] == [(AT, after(600))]
    async with here.database.read() as connection:
        entry, *_ = await audit.about(connection, "session", here.session_id)
    assert (entry.action, entry.fields) == ("correct", ("seconds", "reason"))


async def test_a_correction_moves_the_limit_of_a_running_timer(here: Desk) -> None:
    await here.do(START)
    await _correct(here, -100, 300)
    async with here.database.read() as connection:
        (running,) = await timers.running(connection)

    assert running.limit_at == (await here.work(300)).limit_at == after(1300)


async def test_no_correction_takes_more_than_there_is_or_gives_more_than_was_accepted(
    database: Database, here: Desk
) -> None:
    await here.do(START)
    await here.do(PAUSE, 600)
    for change, says in ((-601, "not more than were measured"), (0, "adds or takes"), (601, "accepted 20 minutes")):
        with pytest.raises(Conflict, match=says):
            await _correct(here, change, 700)
    await _correct(here, 600, 700)
    free = await desk(database, await customer(database), "2")
    with pytest.raises(Conflict, match="has not accepted"):
        await _correct(free, 60)
    async with database.write() as connection:
        with pytest.raises(FormWrong, match="needs a reason"):
            await timers.correct(connection, here.session_id, -1, " ", deed())

    assert (await here.work(700)).used_seconds == 1200


# -- several at once ---------------------------------------------------------------------------------------------------


async def _gathered(
    database_url: str, here: Desk, *commands: tuple[Desk, Command, str, str]
) -> list[Step | PhoneError]:
    """Do all of it at once, every second one from another process."""
    other = Database(database_url)
    try:
        results = await asyncio.gather(
            *(
                (replace(where, database=other) if number % 2 else where).do(command, 60, by, key)
                for number, (where, command, by, key) in enumerate(commands)
            ),
            return_exceptions=True,
        )
    finally:
        await other.close()
    assert all(isinstance(one, Step | Conflict) for one in results), results
    return [one for one in results if isinstance(one, Step | PhoneError)]


async def _running(database: Database) -> int:
    async with database.read() as connection:
        found = await connection.execute(select(b.time_entries.c.id).where(b.time_entries.c.ended_at.is_(None)))
        return len(found.all())


async def test_of_ten_starts_at_once_one_starts(database_url: str, here: Desk) -> None:
    commands = [(here, START, ("anna", "ben")[n // 5], f"k{n}") for n in range(10)]

    results = await _gathered(database_url, here, *commands)

    assert sum(isinstance(one, Step) for one in results) == 1
    assert await _running(here.database) == 1


async def test_ten_clicks_at_once_are_one(database_url: str, here: Desk) -> None:
    results = await _gathered(database_url, here, *[(here, START, "anna", "same")] * 10)

    assert len(set(results)) == 1
    assert isinstance(results[0], Step)


async def test_nobody_has_two_timers_however_fast_they_are(database_url: str, here: Desk) -> None:
    desks = [here]
    for number in range(2, 8):
        another = await desk(here.database, await customer(here.database), str(number))
        await another.agree()
        desks.append(another)

    results = await _gathered(database_url, here, *[(one, START, "anna", f"k{n}") for n, one in enumerate(desks)])

    refused = [str(one) for one in results if isinstance(one, Conflict)]
    assert refused == ["Your timer runs in another session; pause or stop that one first."] * 6
    assert await _running(here.database) == 1


async def test_pausing_and_stopping_at_once_end_the_stretch_once(database_url: str, here: Desk) -> None:
    await here.do(START)
    commands = [(here, (PAUSE, STOP)[n % 2], "anna", f"k{n}") for n in range(8)]

    await _gathered(database_url, here, *commands)

    work = await here.work(9999)
    assert work.state in {WorkState.PAUSED, WorkState.STOPPED}
    assert (work.used_seconds, len(work.entries)) == (60, 1)


async def test_limit_pause_and_a_new_yes_at_once_lose_no_second(database_url: str, here: Desk) -> None:
    await here.do(START)
    await here.propose(replace(OFFER, minutes_to=40), deed(1100))
    other = replace(here, database=Database(database_url))

    async def expire() -> bool:
        async with here.database.write() as connection:
            return await timers.expire(connection, here.session_id, after(1250))

    try:
        ended, accepted, paused = await asyncio.gather(expire(), other.answer(doing=deed(1250)), here.do(PAUSE, 1250))
    finally:
        await other.database.close()

    assert (ended, accepted.decision, paused.state) == (True, Decision.ACCEPTED, WorkState.PAUSED)
    work = await here.work(2000)
    assert [entry.ended_at for entry in work.entries] == [AT + timedelta(seconds=1200)]


async def test_an_end_at_the_moment_of_a_start_leaves_nothing_running(database_url: str, here: Desk) -> None:
    there = replace(here, database=Database(database_url))
    try:
        results = await asyncio.gather(here.do(START, 60), _finish(there, Ending.DONE, 60), return_exceptions=True)
    finally:
        await there.database.close()

    assert results[1] is None
    assert isinstance(results[0], Step | Conflict)
    assert (await read_session(here.database, here.session_id)).state is SessionState.CLOSED
    assert await _running(here.database) == 0
