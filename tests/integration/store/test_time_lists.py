"""Whose timer runs or waits, and what is to be reviewed, over all sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ionas_phone.store import outages, time_lists, timers
from ionas_phone.store.database import Database
from ionas_phone.support.sessions import Ending
from ionas_phone.support.users import User
from ionas_phone.support.work import Command
from tests.agreed import Desk, after, customer, deed, desk

START, PAUSE, RESUME, STOP = Command.START, Command.PAUSE, Command.RESUME, Command.STOP


@pytest.fixture
async def two(database: Database, anna: User, ben: User) -> tuple[Desk, Desk]:
    """Two sessions whose timers may start."""
    erika = await customer(database)
    made = await desk(database, erika, "1"), await desk(database, erika, "2")
    for one in made:
        await one.agree()
    return made


async def _of(database: Database, login: str) -> tuple[int | None, int | None]:
    async with database.read() as connection:
        running, at_hand = (
            await time_lists.running_of(connection, login),
            await time_lists.at_hand(connection, login, []),
        )
    assert at_hand.running == running
    assert at_hand.nothing is (at_hand.running is None and at_hand.paused is None)
    return at_hand.running, at_hand.paused


async def test_of_those_one_talks_on_only_where_something_was_answered_there_may_be_a_timer(
    database: Database, two: tuple[Desk, Desk]
) -> None:
    fresh = await desk(database, await customer(database), "3")
    first, second = (one.session_id for one in two)
    async with database.glance() as connection:
        found = await time_lists.at_hand(connection, "anna", [second, fresh.session_id, first])
        assert found == time_lists.AtHand(None, (second, first), None)
        assert (await time_lists.at_hand(connection, "anna", [fresh.session_id])).nothing


async def test_the_running_one_is_found_by_whoever_started_it(database: Database, two: tuple[Desk, Desk]) -> None:
    assert await _of(database, "anna") == (None, None)
    await two[1].do(START)
    assert await _of(database, "Anna") == (two[1].session_id, None)
    assert await _of(database, "ben") == (None, None)


async def test_of_the_paused_ones_the_last_is_found_until_it_goes_on(
    database: Database, two: tuple[Desk, Desk]
) -> None:
    for number, one in enumerate(two):
        await one.do(START, 10 * number)
        await one.do(PAUSE, 10 * number + 5)
    assert await _of(database, "anna") == (None, two[1].session_id)
    await two[1].do(RESUME, 30)
    assert await _of(database, "anna") == (two[1].session_id, two[0].session_id)
    await two[1].do(STOP, 40)
    assert await _of(database, "anna") == (None, two[0].session_id)


@pytest.mark.parametrize("outcome", [Ending.INTERRUPTED, Ending.DONE])
async def test_what_has_ended_or_waits_for_another_day_is_not_offered(
    database: Database, two: tuple[Desk, Desk], outcome: Ending
) -> None:
    await two[0].do(START)
    await two[0].do(PAUSE, 5)
    async with database.write() as connection:
        await timers.finish(connection, two[0].session_id, outcome, deed(6))
    assert await _of(database, "anna") == (None, None)


async def test_the_limit_pauses_for_whoever_worked(database: Database, two: tuple[Desk, Desk]) -> None:
    await two[0].do(START, by="ben")
    async with database.write() as connection:
        assert await timers.expire(connection, two[0].session_id, after(1200))
    assert await _of(database, "ben") == (None, two[0].session_id)


async def test_marks_are_listed_with_whose_they_are_until_somebody_has_looked(
    database: Database, two: tuple[Desk, Desk]
) -> None:
    await two[0].do(START)
    await two[1].do(START, by="ben")
    async with database.write() as connection:
        run = await outages.begin(connection, after(10))
        await outages.beat(connection, run, after(110), timedelta(seconds=100), after(10))
    async with database.read() as connection:
        first, second = await time_lists.to_review(connection)
    assert (first.mark.session_id, first.assistant_name, first.customer_name) == (
        two[0].session_id,
        "Anna Beispiel",
        "Erika Beispiel",
    )
    assert (first.mark.seconds, second.assistant_name, second.practice) == (100, "Ben Muster", False)
    async with database.write() as connection:
        await outages.review(connection, first.mark.id, 0, "", deed(200, "ben"))
    async with database.read() as connection:
        assert await time_lists.to_review(connection) == (second,)
