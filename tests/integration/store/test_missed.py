"""Callers nobody answered, in both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ionas_phone.errors import Conflict, NotThere
from ionas_phone.live.effects import CallRecord, Outcome
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey, Direction
from ionas_phone.store import audit, calls, missed
from ionas_phone.store.database import Database
from ionas_phone.store.missed import HELD, PRACTISED, SHOWN, Missed
from ionas_phone.support.customers import Customer
from ionas_phone.support.users import User
from tests.people import AT, NUMBER, call

MINUTE = timedelta(minutes=1)
NOW = AT + timedelta(hours=1)
OTHER = "+4961315550199"


def rung(minute: int, number: str | None = NUMBER, outcome: Outcome = Outcome.ABANDONED_WAITING) -> CallRecord:
    """A call of nobody who was answered."""
    at = AT + minute * MINUTE
    made = call(f"c{minute}", number=number, suppressed=number is None, offered_at=at)
    return replace(made, ended_at=at + timedelta(seconds=97), outcome=outcome)


def answered(minute: int, direction: Direction = Direction.IN, number: str = NUMBER) -> CallRecord:
    at = AT + minute * MINUTE
    made = call(f"a{minute}", number=number, offered_at=at, answered_at=at + timedelta(seconds=5), answered_by="anna")
    return replace(made, outcome=Outcome.ANSWERED, direction=direction)


async def write(database: Database, *records: CallRecord) -> None:
    async with database.write() as connection:
        for record in records:
            await calls.record(connection, record)


async def listed(database: Database, at: datetime = NOW) -> tuple[Missed, ...]:
    async with database.read() as connection:
        return await missed.everybody(connection, at)


async def test_who_rang_how_often_since_when_and_how_long_they_waited(database: Database, mueller: Customer) -> None:
    await write(database, rung(0), rung(9, outcome=Outcome.QUEUE_TIMEOUT), rung(3, OTHER), rung(5, None), rung(6, None))
    found = await listed(database)
    assert [(entry.number, entry.count, entry.since) for entry in found] == [
        (NUMBER, 2, AT),
        ("", 2, AT + 5 * MINUTE),
        (OTHER, 1, AT + 3 * MINUTE),
    ]
    first = found[0].last
    assert (first.began_at, first.waited, first.outcome) == (AT + 9 * MINUTE, 97, Outcome.QUEUE_TIMEOUT)
    assert first.customer
    assert first.customer.number == mueller.number


@pytest.mark.parametrize("direction", [Direction.IN, Direction.OUT])
async def test_whoever_gets_through_is_on_it_no_more_until_they_are_missed_again(
    database: Database, direction: Direction
) -> None:
    await write(database, rung(0), answered(1, number=OTHER))
    assert len(await listed(database)) == 1
    await write(database, answered(2, direction))
    assert await listed(database) == ()
    await write(database, rung(4))
    [entry] = await listed(database)
    assert (entry.count, entry.since) == (1, AT + 4 * MINUTE)


async def test_a_practised_answer_takes_nobody_off_it(database: Database) -> None:
    practised = replace(answered(2), call=CallKey(PRACTICE_PBX, "p2"))
    await write(database, rung(0), practised)
    assert [entry.number for entry in await listed(database)] == [NUMBER]


def practised(record: CallRecord) -> CallRecord:
    return replace(record, call=CallKey(PRACTICE_PBX, f"p-{record.call.unique_id}"))


async def test_who_was_missed_in_practice_stands_behind_and_neither_list_moves_the_other(database: Database) -> None:
    async def everybody(at: datetime = NOW) -> list[tuple[str, bool, str]]:
        async with database.read() as connection:
            found = await missed.everybody(connection, at, practice=True)
        return [(entry.number, entry.practice, entry.taken_by) for entry in found]

    await write(database, rung(0), practised(rung(2)), practised(rung(3, OTHER)))
    assert await everybody() == [(NUMBER, False, ""), (OTHER, True, ""), (NUMBER, True, "")]
    assert [entry.number for entry in await listed(database)] == [NUMBER]
    async with database.write() as connection:
        await missed.take(connection, NUMBER, "anna", NOW, practice=True)
        with pytest.raises(Conflict):
            await missed.settle(connection, NUMBER, "wrong number", "ben", NOW, practice=True)
        with pytest.raises(NotThere):  # missed in practice alone
            await missed.take(connection, OTHER, "ben", NOW)
    assert await everybody() == [(NUMBER, False, ""), (OTHER, True, ""), (NUMBER, True, "anna")]
    async with database.write() as connection:
        await missed.give_back(connection, NUMBER, "anna", NOW, practice=True)
        await missed.settle(connection, NUMBER, "wrong number", "ben", NOW, practice=True)
        await missed.take(connection, NUMBER, "ben", NOW)
    assert await everybody() == [(NUMBER, False, "ben"), (OTHER, True, "")]
    await write(database, practised(answered(4, Direction.OUT, OTHER)))
    assert await everybody() == [(NUMBER, False, "ben")]
    await write(database, practised(rung(5)))
    assert await everybody(AT + PRACTISED + 6 * MINUTE) == [(NUMBER, False, "")]  # nobody goes on with it tomorrow


async def test_who_was_ringing_while_it_was_settled_is_on_it_when_they_give_up(database: Database) -> None:
    going_on = replace(rung(10), ended_at=None, outcome=Outcome.OPEN)
    await write(database, rung(0), going_on)
    async with database.write() as connection:
        await missed.settle(connection, NUMBER, "wrong_number", "anna", AT + 11 * MINUTE)
    assert await listed(database) == ()
    await write(database, replace(going_on, ended_at=AT + 12 * MINUTE, outcome=Outcome.ABANDONED_WAITING))
    assert [entry.number for entry in await listed(database)] == [NUMBER]


async def test_what_is_nobodys_to_call_back_is_not_on_it(database: Database) -> None:
    out = replace(rung(0), direction=Direction.OUT, outcome=Outcome.FAILED)
    practice = replace(rung(1, OTHER), call=CallKey("practice", "p"))
    await write(database, out, practice, rung(-2 * 24 * 60 * 7), replace(rung(2, OTHER), outcome=Outcome.OPEN))
    assert await listed(database) == ()


async def test_of_two_who_take_one_at_once_one_wins_and_the_other_is_told_who(
    database: Database, anna: User, ben: User
) -> None:
    await write(database, rung(0))

    async def take(login: str) -> str:
        try:
            async with database.write() as connection:
                await missed.take(connection, NUMBER, login, NOW)
        except Conflict as error:
            return str(error)
        return ""

    said = await asyncio.gather(take("anna"), take("ben"))
    [entry] = await listed(database)
    winner = {"anna": anna, "ben": ben}[entry.taken_by]
    assert sorted(said) == ["", f"{winner.name} is calling back already."]
    assert (entry.taken_name, entry.until) == (winner.name, NOW + HELD)


async def test_after_half_an_hour_or_when_it_is_given_back_anybody_may(database: Database, anna: User) -> None:
    await write(database, rung(0))
    async with database.write() as connection:
        await missed.take(connection, NUMBER, anna.login, NOW)
        await missed.take(connection, NUMBER, anna.login, NOW)  # twice is once
        await missed.give_back(connection, NUMBER, "ben", NOW)  # not his to give
    assert [entry.taken_by for entry in await listed(database)] == ["anna"]
    assert [entry.taken_by for entry in await listed(database, NOW + HELD)] == [""]
    async with database.write() as connection:
        await missed.give_back(connection, NUMBER, anna.login, NOW)
        await missed.take(connection, NUMBER, "ben", NOW)
    [entry] = await listed(database)
    assert (entry.taken_by, entry.taken_name) == ("ben", "ben")  # of whom no user is known the log-in name is shown
    async with database.read() as connection:
        log = await audit.about(connection, "call", entry.last.id)
    assert [(line.by, line.action) for line in log] == [("ben", "take"), ("anna", "give_back"), ("anna", "take")]


async def test_what_is_settled_is_gone_until_they_ring_again_and_so_is_who_took_it(database: Database) -> None:
    await write(database, rung(0), rung(1, None))
    async with database.write() as connection:
        await missed.take(connection, NUMBER, "anna", NOW)
        for number in (NUMBER, ""):
            await missed.settle(connection, number, "wrong number", "anna", NOW)
    assert await listed(database) == ()
    await write(database, rung(61), rung(62, None))
    later = await listed(database, NOW + 5 * MINUTE)
    assert [(entry.number, entry.count, entry.taken_by) for entry in later] == [("", 1, ""), (NUMBER, 1, "")]


async def test_nobody_settles_what_somebody_else_looks_after(database: Database) -> None:
    await write(database, rung(0))
    async with database.write() as connection:
        await missed.take(connection, NUMBER, "anna", NOW)
    with pytest.raises(Conflict, match="anna is calling back"):
        async with database.write() as connection:
            await missed.settle(connection, NUMBER, "wrong number", "ben", NOW)


async def test_a_take_of_an_earlier_round_counts_no_more(database: Database) -> None:
    await write(database, rung(0))
    async with database.write() as connection:
        await missed.take(connection, NUMBER, "anna", AT + 2 * MINUTE)
    await write(database, answered(3, Direction.OUT), rung(5))
    async with database.write() as connection:
        await missed.take(connection, NUMBER, "ben", AT + 6 * MINUTE)
    assert [entry.taken_by for entry in await listed(database, AT + 7 * MINUTE)] == ["ben"]


@pytest.mark.parametrize("do", ["take", "give_back", "settle"])
async def test_who_is_not_on_the_list_can_not_be_taken(database: Database, do: str) -> None:
    await write(database, rung(0), answered(1))
    words = ("wrong number",) if do == "settle" else ()
    with pytest.raises(NotThere):
        async with database.write() as connection:
            await getattr(missed, do)(connection, NUMBER, *words, "anna", NOW)


async def test_after_a_week_nobody_waits_for_a_call_any_more(database: Database) -> None:
    await write(database, rung(0))
    assert len(await listed(database, AT + SHOWN - MINUTE)) == 1
    assert await listed(database, AT + SHOWN) == ()
