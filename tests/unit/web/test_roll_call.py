"""All open log-ins in one question, and no answer older than it may be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import event

from ionas_phone.errors import StoreAway
from ionas_phone.runtime import clock
from ionas_phone.store import users
from ionas_phone.web.access import LogIn, hash_of
from ionas_phone.web.context import Times
from ionas_phone.web.roll_call import RollCall
from tests.desk_app import DeskApp, Visitor

BEAT = 15.0


class Clock:
    """A second that passes when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Clock:
    return Clock()


@pytest.fixture
def roll_call(desk: DeskApp, seconds: Clock) -> RollCall:
    return RollCall(replace(desk.world, monotonic=seconds, times=Times(beat=BEAT)))


@pytest.fixture
def questions(desk: DeskApp) -> list[str]:
    asked: list[str] = []
    engine = desk.world.database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]) if "logins" in args[2] else None)
    return asked


async def test_all_are_asked_for_together(
    anna: Visitor, ben: Visitor, roll_call: RollCall, seconds: Clock, questions: list[str]
) -> None:
    hashes = [hash_of(anna.cookie), hash_of(ben.cookie)]
    for one in hashes:
        roll_call.join(one)
    for one in hashes:
        assert await roll_call.again(one)
    assert len(questions) == 1
    seconds.now += BEAT
    found = await asyncio.gather(*(roll_call.again(one) for one in hashes * 20))
    assert {log_in.user.login for log_in in found if isinstance(log_in, LogIn)} == {"anna", "ben"}
    assert len(questions) == 2
    assert await roll_call.again(hash_of("stranger")) is None


async def test_what_has_changed_is_seen_before_a_third_of_a_beat_is_over(
    desk: DeskApp, anna: Visitor, roll_call: RollCall, seconds: Clock
) -> None:
    assert await roll_call.again(hash_of(anna.cookie))
    async with desk.world.database.write() as connection:
        await users.disable(connection, "anna", clock.now(), "test")
    seconds.now += BEAT / 3
    assert await roll_call.again(hash_of(anna.cookie)) is None


async def test_what_failed_has_failed_for_all_who_waited_and_is_tried_again_soon(
    desk: DeskApp,
    anna: Visitor,
    roll_call: RollCall,
    seconds: Clock,
    take_database_away: Callable[[], Awaitable[None]],
) -> None:
    tried = 0

    def slow(*_: object) -> None:
        nonlocal tried
        tried += 1
        seconds.now += BEAT  # it hangs for longer than an answer holds

    one = hash_of(anna.cookie)
    await take_database_away()
    event.listen(desk.world.database._reader.sync_engine, "do_connect", slow)
    answers = await asyncio.gather(*(roll_call.again(one) for _ in range(20)), return_exceptions=True)
    assert (tried, {type(answer) for answer in answers}) == (1, {StoreAway})
    await take_database_away()
    seconds.now += BEAT / 3
    assert await roll_call.again(one)


async def test_who_had_to_wait_for_the_answer_is_not_forgotten_meanwhile(
    anna: Visitor, ben: Visitor, roll_call: RollCall, seconds: Clock
) -> None:
    async with asyncio.TaskGroup() as group, roll_call._looking:
        asked = [group.create_task(roll_call.again(hash_of(one.cookie))) for one in (anna, ben)]
        await asyncio.sleep(0)
        seconds.now += 3 * BEAT
    assert all(one.result() for one in asked)


async def test_who_asks_no_more_is_forgotten(anna: Visitor, ben: Visitor, roll_call: RollCall, seconds: Clock) -> None:
    await roll_call.again(hash_of(anna.cookie))
    seconds.now += 3 * BEAT
    await roll_call.again(hash_of(ben.cookie))
    assert roll_call._found.keys() == {hash_of(ben.cookie)}
