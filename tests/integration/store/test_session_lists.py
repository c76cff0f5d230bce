"""The lists of somebody's own sessions: what waits for the rest of the work, and what was closed last."""

from __future__ import annotations

from datetime import datetime, timedelta

from ionas_phone.live.effects import Outcome
from ionas_phone.store import calls, sessions
from ionas_phone.store.database import Database
from ionas_phone.support.sessions import Ending
from ionas_phone.support.users import User
from tests.people import AT, call

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
        lines = await sessions.open_of(connection, anna.login)
    assert [(line.id, line.talked_until, line.wrapping_up) for line in lines] == [
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
        lines = await sessions.closed_of(connection, "Anna", 2)
        assert await sessions.closed_of(connection, "nobody", 2) == ()
    assert [line.id for line in lines] == [closed[2], closed[1]]
    assert not any(line.wrapping_up for line in lines)
