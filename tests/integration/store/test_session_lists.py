"""Sessions as lists: what of one's own waits for the rest of the work, what was closed last, a customer's history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import CallKey
from ionas_phone.store import calls, session_lists, sessions
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer
from ionas_phone.support.sessions import Ending, SessionState
from ionas_phone.support.users import User
from tests.opened import open_session
from tests.people import ANSWERED, AT, HIDDEN, UNKNOWN, call

OVER = AT + timedelta(minutes=7)


async def _talked(database: Database, uid: str, by: str, until: datetime | None = None) -> int:
    """Open a session by a call that goes on, or ended at ``until``."""
    async with database.write() as connection:
        opened = await sessions.open_for_call(connection, call(uid, answered_at=AT, answered_by=by), AT)
        if until:
            ended = call(uid, answered_at=AT, answered_by=by, ended_at=until, outcome=Outcome.ANSWERED)
            await calls.record(connection, ended)
    return opened.session_id


async def test_what_is_open_says_when_the_talk_ended_and_what_waits_for_its_wrap_up(
    database: Database, anna: User, ben: User
) -> None:
    after, during = await _talked(database, "1", anna.login, OVER), await _talked(database, "2", anna.login)
    later = await _talked(database, "3", anna.login, OVER)
    await _talked(database, "4", ben.login, OVER)
    async with database.write() as connection:
        await sessions.end(connection, later, Ending.INTERRUPTED, OVER, anna.login)
        lines = await session_lists.open_of(connection, anna.login)
    assert [(line.id, line.talked_until, line.after_its_call) for line in lines] == [
        (later, OVER, False),
        (during, None, False),
        (after, OVER, True),
    ]


async def test_what_was_closed_last_comes_first_and_only_ones_own(database: Database, anna: User, ben: User) -> None:
    closed = [await _talked(database, str(number), anna.login, OVER) for number in range(4)]
    others = await _talked(database, "4", ben.login, OVER)
    async with database.write() as connection:
        for session_id in (*closed[:3], others):
            await sessions.end(connection, session_id, Ending.DONE, OVER, anna.login)
        lines = await session_lists.closed_of(connection, "Anna", 2)
        assert await session_lists.closed_of(connection, "nobody", 2) == ()
    assert [line.id for line in lines] == [closed[2], closed[1]]
    assert not any(line.after_its_call for line in lines)


async def test_the_open_ones_of_an_assistant(database: Database, mueller: Customer, anna: User, ben: User) -> None:
    first = (await open_session(database)).session_id
    second = (await open_session(database, UNKNOWN)).session_id
    closed = (await open_session(database, HIDDEN)).session_id
    await open_session(database, replace(call("bens"), answered_by="ben"))
    async with database.write() as connection:
        await sessions.end(connection, closed, Ending.DONE, OVER, "anna")
        mine = await session_lists.open_of(connection, "Anna")
        assert await session_lists.open_of(connection, "nobody") == ()

    assert [(line.id, line.customer_name, line.assistant_name) for line in mine] == [
        (second, "", "Anna Beispiel"),
        (first, "Jörg Müller", "Anna Beispiel"),
    ]


async def test_the_history_begins_with_what_isopen_session(database: Database, mueller: Customer, anna: User) -> None:
    for hours in range(4):
        record = replace(ANSWERED, call=CallKey("mainz", f"call-{hours}"))
        async with database.write() as connection:
            opened = await sessions.open_for_call(connection, record, AT + timedelta(hours=hours))
            if hours != 1:
                await sessions.end(connection, opened.session_id, Ending.DONE, OVER, "anna")
    await open_session(database, UNKNOWN)

    async with database.read() as connection:
        lines = await session_lists.history(connection, mueller.id)
        assert await session_lists.history(connection, mueller.id, limit=2) == lines[:2]

    assert [(line.opened_at - AT) // timedelta(hours=1) for line in lines] == [1, 3, 2, 0]
    assert [line.state for line in lines] == [SessionState.OPEN, *[SessionState.CLOSED] * 3]


async def test_a_clock_that_was_set_back_changes_no_order(database: Database, anna: User) -> None:
    for number, at in enumerate((AT, AT - timedelta(hours=2))):
        record = replace(ANSWERED, call=CallKey("mainz", f"call-{number}"))
        async with database.write() as connection:
            await sessions.open_for_call(connection, record, at)
    async with database.read() as connection:
        lines = await session_lists.open_of(connection, "anna")
    assert [line.opened_at for line in lines] == [AT - timedelta(hours=2), AT]
