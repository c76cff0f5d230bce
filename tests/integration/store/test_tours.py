from __future__ import annotations

from datetime import timedelta

import pytest

from ionas_phone.errors import RowRefused
from ionas_phone.live.nouns import PRACTICE_PBX
from ionas_phone.store import sessions, tours
from ionas_phone.store.database import Database
from ionas_phone.support.users import User
from tests.people import AT, call

LATER = AT + timedelta(minutes=5)


async def opened(database: Database, unique_id: str, pbx: str, login: str, minutes: int) -> int:
    at = AT + timedelta(minutes=minutes)
    record = call(unique_id, offered_at=at, answered_at=at, answered_by=login, pbx=pbx)
    async with database.write() as connection:
        return (await sessions.open_for_call(connection, record, at)).session_id


async def test_a_tour_is_begun_begun_anew_and_left(database: Database, anna: User, ben: User) -> None:
    async with database.write() as connection:
        assert await tours.began_at(connection, anna.id) is None
        await tours.begin(connection, anna.id, AT)
        await tours.begin(connection, anna.id, LATER)
        assert await tours.began_at(connection, anna.id) == LATER
        await tours.leave(connection, ben.id)
        assert await tours.began_at(connection, anna.id) == LATER
        for _ in range(2):
            await tours.leave(connection, anna.id)
        assert await tours.began_at(connection, anna.id) is None


async def test_it_goes_through_ones_latest_practice_session_since(database: Database, anna: User, ben: User) -> None:
    await opened(database, "before", PRACTICE_PBX, "anna", -1)
    async with database.read() as connection:
        assert await tours.session_of(connection, anna.id, anna.login, AT) is None
    first = await opened(database, "first", PRACTICE_PBX, "anna", 1)
    await opened(database, "earnest", "mainz", "anna", 2)
    await opened(database, "bens", PRACTICE_PBX, "ben", 3)
    async with database.read() as connection:
        assert await tours.session_of(connection, anna.id, anna.login, AT) == first
    second = await opened(database, "second", PRACTICE_PBX, "anna", 4)
    async with database.read() as connection:
        assert await tours.session_of(connection, anna.id, anna.login, AT) == second


async def test_it_goes_on_with_a_session_that_was_passed_on(database: Database, anna: User, ben: User) -> None:
    passed_on = await opened(database, "passed-on", PRACTICE_PBX, "anna", 1)
    async with database.write() as connection:
        await sessions.hand_over(connection, passed_on, "ben", AT + timedelta(minutes=2))
    async with database.read() as connection:
        assert await tours.session_of(connection, anna.id, anna.login, AT) == passed_on


async def test_only_people_take_the_tour(database: Database) -> None:
    with pytest.raises(RowRefused):
        async with database.write() as connection:
            await tours.begin(connection, 999, AT)
