"""Remote sessions on both databases: one at a time, both ends recorded, nothing kept but the ID."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from ionas_phone.errors import Conflict, FormWrong, NotThere
from ionas_phone.store import audit, remote, sessions
from ionas_phone.store.database import Database
from ionas_phone.support.remote import RemoteSession
from ionas_phone.support.sessions import Ending
from ionas_phone.support.users import User
from tests.people import AT, call

LATER = AT + timedelta(minutes=9)


@pytest.fixture
async def session_id(database: Database, anna: User) -> int:
    async with database.write() as connection:
        return (await sessions.open_for_call(connection, call(answered_by=anna.login), AT)).session_id


async def _start(database: Database, session_id: int, remote_id: str = "123456789", by: str = "anna") -> RemoteSession:
    async with database.write() as connection:
        return await remote.start(connection, session_id, remote_id, AT, by)


async def _end(database: Database, session_id: int, *, broken_off: bool = False) -> None:
    async with database.write() as connection:
        await remote.end(connection, session_id, LATER, "ben", broken_off=broken_off)


async def _all(database: Database, session_id: int) -> tuple[RemoteSession, ...]:
    async with database.read() as connection:
        return await remote.of_session(connection, session_id)


async def test_both_ends_are_on_record(database: Database, session_id: int) -> None:
    begun = await _start(database, session_id)
    assert begun == RemoteSession(begun.id, session_id, "123456789", AT, "anna")
    async with database.read() as connection:
        assert await remote.open_of(connection, session_id) == begun
    await _end(database, session_id)
    await _end(database, session_id, broken_off=True)  # later than the end: it changes nothing
    ended = RemoteSession(begun.id, session_id, "123456789", AT, "anna", LATER, "ben", broken_off=False)
    assert await _all(database, session_id) == (ended,)
    async with database.read() as connection:
        log = await audit.about(connection, "remote session", session_id)
        assert await remote.open_of(connection, session_id) is None
    assert {(one.action, one.by) for one in log} == {("start", "anna"), ("end", "ben")}


async def test_the_customer_may_break_it_off_and_another_one_follows(database: Database, session_id: int) -> None:
    await _start(database, session_id)
    await _end(database, session_id, broken_off=True)
    second = await _start(database, session_id, "1 234 567 890")
    first, newest = await _all(database, session_id)
    assert (first.broken_off, first.ended_at) == (True, LATER)
    assert newest == second


async def test_two_at_once_begin_one(database: Database, session_id: int) -> None:
    begun = await asyncio.gather(*(_start(database, session_id, by=by) for by in ("anna", "ben", "anna")))
    assert len({one.id for one in begun}) == 1
    with pytest.raises(Conflict, match="still open"):
        await _start(database, session_id, "987 654 321")


async def test_what_can_not_begin_is_refused(database: Database, session_id: int) -> None:
    with pytest.raises(FormWrong, match="9 or 10 digits"):
        await _start(database, session_id, "geheim")
    with pytest.raises(NotThere):
        await _start(database, session_id + 1)
    async with database.write() as connection:
        await sessions.end(connection, session_id, Ending.DONE, AT, "anna")
    with pytest.raises(Conflict, match="closed"):
        await _start(database, session_id)
    assert await _all(database, session_id) == ()
