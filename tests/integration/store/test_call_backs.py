"""A call back belongs to the session that is still open, if that is surely its customer's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ionas_phone.live.effects import CallRecord, Outcome
from ionas_phone.live.nouns import CallKey, Direction
from ionas_phone.store import calls, customers, sessions
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer
from ionas_phone.support.sessions import Ending
from ionas_phone.support.users import User
from tests.people import AT, BAKERY, NUMBER, call


def answered(unique_id: str, **more: object) -> CallRecord:
    made = replace(call(unique_id), answered_at=AT, answered_by="anna", outcome=Outcome.ANSWERED)
    return replace(made, **more)  # type: ignore[arg-type]


async def told(database: Database, record: CallRecord) -> sessions.Opened:
    async with database.write() as connection:
        return await sessions.open_for_call(connection, record, AT)


async def opened(database: Database, record: CallRecord) -> int:
    return (await told(database, record)).session_id


async def share(database: Database) -> Customer:
    """Give the caller's number to a second customer, too."""
    async with database.write() as connection:
        return await customers.create(connection, replace(BAKERY, phones=(NUMBER,)), AT, "anna")


async def test_a_call_back_goes_on_in_the_session_that_is_open(database: Database, anna: User) -> None:
    first = await opened(database, answered("in"))
    back = answered("out", direction=Direction.OUT)
    assert await opened(database, back) == first
    assert await opened(database, back) == first  # told twice
    assert await opened(database, answered("again")) != first  # who rings anew has something new
    assert anna.login == "anna"


@pytest.mark.parametrize(
    "other", [{"number": "+4961315550199"}, {"call": CallKey("practice", "out")}, {"direction": Direction.IN}]
)
async def test_a_session_of_somebody_else_is_left_alone(
    database: Database, anna: User, other: dict[str, object]
) -> None:
    first = await opened(database, answered("in"))
    assert await opened(database, answered("out", **{"direction": Direction.OUT, **other})) != first
    assert anna.login == "anna"


async def test_what_is_closed_stays_closed(database: Database, anna: User) -> None:
    first = await opened(database, answered("in"))
    async with database.write() as connection:
        await sessions.end(connection, first, Ending.CUSTOMER_ALONE, AT, anna.login)
    assert await opened(database, answered("out", direction=Direction.OUT, number=NUMBER)) != first


async def test_a_call_back_goes_on_in_a_colleagues_session_of_the_customer_and_says_whose_it_is(
    database: Database, anna: User, ben: User, mueller: Customer
) -> None:
    first = await told(database, answered("in"))
    back = await told(database, answered("out", direction=Direction.OUT, answered_by=ben.login))
    assert (back.session_id, back.holder) == (first.session_id, anna.login)
    assert first.holder is None
    assert back.customer
    assert back.customer.customer_id == mueller.id


async def test_where_two_share_a_number_a_call_back_is_nobodys_until_somebody_says_whose(
    database: Database, anna: User, ben: User, mueller: Customer
) -> None:
    """Whoever rang last, unanswered, may be the other one of the household."""
    first = await opened(database, answered("in"))
    other = await share(database)
    missed = call("missed", ended_at=AT, outcome=Outcome.ABANDONED_WAITING, offered_at=AT + timedelta(minutes=5))
    async with database.write() as connection:
        await sessions.set_customer(connection, first, mueller.id, AT, anna.login)
        await calls.record(connection, missed)
    back = await told(database, answered("out", direction=Direction.OUT, began_at=AT + timedelta(minutes=6)))
    assert back.session_id != first
    assert back.customer is None
    assert {match.customer_id for match in back.matches} == {mueller.id, other.id}
    theirs = answered("bens", direction=Direction.OUT, answered_by=ben.login, began_at=AT + timedelta(minutes=7))
    assert await opened(database, theirs) not in {first, back.session_id}


async def test_where_two_share_a_number_whoever_has_just_talked_there_goes_on(
    database: Database, anna: User, mueller: Customer
) -> None:
    await share(database)
    first = await opened(database, answered("in"))
    back = answered("out", direction=Direction.OUT, began_at=AT + timedelta(minutes=1))
    assert await opened(database, back) == first
    assert (anna.login, mueller.name) == ("anna", "Jörg Müller")


async def test_neither_ones_own_vain_attempts_nor_what_came_later_part_a_journey(
    database: Database, anna: User, mueller: Customer
) -> None:
    await share(database)
    first = await opened(database, answered("in"))
    vain = call("vain", offered_at=AT + timedelta(minutes=1), outcome=Outcome.ABANDONED_RINGING)
    later = call("later", offered_at=AT + timedelta(minutes=3), outcome=Outcome.ABANDONED_WAITING)
    async with database.write() as connection:
        await calls.record(connection, replace(vain, direction=Direction.OUT))
        await calls.record(connection, later)
    back = answered("out", direction=Direction.OUT, offered_at=None, began_at=AT + timedelta(minutes=2))
    assert await opened(database, back) == first
    assert (anna.login, mueller.name) == ("anna", "Jörg Müller")


async def test_the_session_of_a_customer_who_rang_from_anothers_phone_is_left_alone(
    database: Database, anna: User, ben: User, mueller: Customer
) -> None:
    """The number is Müller's; the open session is of a guest, whom Anna has chosen."""
    first = await opened(database, answered("in"))
    async with database.write() as connection:
        guest = await customers.create(connection, replace(BAKERY, phones=()), AT, anna.login)
        await sessions.set_customer(connection, first, guest.id, AT, anna.login)
    back = await told(database, answered("out", direction=Direction.OUT, answered_by=ben.login))
    assert back.session_id != first
    assert back.customer
    assert back.customer.customer_id == mueller.id
