from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from ionas_phone.errors import NotThere, RowRefused
from ionas_phone.live.effects import CallRecord
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey
from ionas_phone.store import audit, calls, customer_numbers, customers, session_texts, sessions
from ionas_phone.store import tables as t
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer, Match, MatchReason, NewCustomer
from ionas_phone.support.sessions import Ending, Session, SessionState, SessionText
from ionas_phone.support.users import User
from tests.opened import open_session, read_session
from tests.people import ANSWERED, AT, BAKERY, HIDDEN, KEY, NUMBER, UNKNOWN, call

SOON = AT + timedelta(seconds=1)


async def _count(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(t.sessions))).scalar_one())


# -- opening -----------------------------------------------------------------------------------------------------------


async def test_one_match_is_the_customer(database: Database, mueller: Customer, anna: User) -> None:
    match = Match(mueller.id, "10001", "Jörg Müller", MatchReason.EXACT)

    opened = await open_session(database, at=SOON)

    assert opened == sessions.Opened(opened.session_id, match, (match,), fresh=True)
    assert await read_session(database, opened.session_id) == Session(
        id=opened.session_id,
        state=SessionState.OPEN,
        customer_id=mueller.id,
        assistant="anna",
        assistant_name="Anna Beispiel",
        number=NUMBER,
        caller_name="Mueller",
        suppressed=False,
        opened_at=SOON,
        closed_at=None,
        problem="",
        version=1,
        saved_at=None,
        practice=False,
    )
    async with database.read() as connection:
        stored = await calls.get(connection, KEY)
        (entry,) = await audit.about(connection, "session", opened.session_id)
    assert stored is not None
    assert (stored.record, stored.session_id) == (ANSWERED, opened.session_id)
    assert entry == audit.Entry(SOON, "anna", "session", opened.session_id, "open", ("call_id", "customer_id"))


async def test_several_matches_are_a_choice_and_none_is_nobody(database: Database, mueller: Customer) -> None:
    async with database.write() as connection:
        await customers.create(connection, replace(BAKERY, phones=(NUMBER,)), AT, "anna")

    several, nobody = await open_session(database, at=SOON), await open_session(database, UNKNOWN, SOON)

    assert (several.customer, len(several.matches)) == (None, 2)
    assert (nobody.customer, nobody.matches) == (None, ())
    assert (await read_session(database, several.session_id)).customer_id is None


async def test_a_suppressed_number_is_neither_stored_nor_recognised(database: Database, mueller: Customer) -> None:
    opened = await open_session(database, HIDDEN, SOON)  # its record still holds the number the PBX revealed
    session = await read_session(database, opened.session_id)

    assert (opened.customer, opened.matches) == (None, ())
    assert (session.suppressed, session.number, session.caller_name) == (True, None, "")


async def test_opened_again_it_is_the_same_session(database: Database, mueller: Customer, anna: User) -> None:
    first = await open_session(database, at=SOON)
    async with database.write() as connection:
        await session_texts.save(
            connection, first.session_id, SessionText.PROBLEM, 1, "Der Drucker druckt nicht.", AT, "anna"
        )
        await sessions.end(connection, first.session_id, Ending.DONE, AT, "anna")

    assert await open_session(database, at=SOON) == replace(first, fresh=False)
    assert (await read_session(database, first.session_id)).problem == "Der Drucker druckt nicht."
    assert await _count(database) == 1


async def test_twenty_at_once_open_one(database_url: str, database: Database, mueller: Customer, anna: User) -> None:
    other_process = Database(database_url)
    try:
        opened = await asyncio.gather(*(open_session(place) for place in (database, other_process) for _ in range(10)))
    finally:
        await other_process.close()

    assert len({(one.session_id, one.customer, one.matches) for one in opened}) == 1
    assert [one.fresh for one in opened].count(True) == 1
    assert await _count(database) == 1


async def test_the_database_itself_refuses_a_second_session_for_a_call(database: Database) -> None:
    opened = await open_session(database, at=SOON)
    async with database.read() as connection:
        row = (await connection.execute(select(t.sessions))).one()
    values = {name: value for name, value in row._asdict().items() if name != "id"}

    with pytest.raises(RowRefused, match="call_id"):
        async with database.write() as connection:
            await connection.execute(insert(t.sessions).values(values))
    assert values["call_id"] is not None
    assert opened.session_id == row.id


async def test_a_call_that_belongs_to_a_session_opens_no_other(database: Database) -> None:
    """A call-back is part of the journey: many calls may belong to one session."""
    opened = await open_session(database, at=SOON)
    again = replace(ANSWERED, call=CallKey("mainz", "call-back"))
    async with database.write() as connection:
        await calls.record(connection, again)
        mine = t.calls.c.unique_id == "call-back"
        await connection.execute(update(t.calls).where(mine).values(session_id=opened.session_id))

    assert (await open_session(database, again, SOON)).session_id == opened.session_id
    assert await _count(database) == 1


async def test_somebody_unknown_at_the_phone_is_named_by_it_until_known(database: Database, anna: User) -> None:
    opened = await open_session(database, replace(ANSWERED, answered_by=None, answered_interface="PJSIP/299"), SOON)
    before = await read_session(database, opened.session_id)
    await open_session(database, at=SOON)
    after = await read_session(database, opened.session_id)

    assert (before.assistant, before.assistant_name) == (None, "PJSIP/299")
    assert (after.assistant, after.assistant_name) == ("anna", "Anna Beispiel")


async def test_a_session_stays_with_who_answered_first(database: Database, anna: User, ben: User) -> None:
    opened = await open_session(database, at=SOON)
    await open_session(database, replace(ANSWERED, answered_by="ben"), SOON)

    assert (await read_session(database, opened.session_id)).assistant == "anna"


async def test_a_practice_session_is_marked(database: Database) -> None:
    opened = await open_session(database, call(pbx=PRACTICE_PBX), SOON)

    assert (await read_session(database, opened.session_id)).practice


# -- customer, end -----------------------------------------------------------------------------------------------------


async def test_the_choice_of_a_customer_is_remembered_if_asked(database: Database, mueller: Customer) -> None:
    session_id = (await open_session(database, UNKNOWN, SOON)).session_id
    async with database.write() as connection:
        await sessions.set_customer(connection, session_id, mueller.id, SOON, "anna")
        assert await customer_numbers.matches(connection, "+4961315550199") == ()
        await sessions.set_customer(connection, session_id, mueller.id, SOON, "anna", remember=True)
        (match,) = await customer_numbers.matches(connection, "+4961315550199")
        entries = await audit.about(connection, "session", session_id)

    assert match.customer_id == mueller.id
    assert [entry.fields for entry in entries] == [("customer_id",), ("call_id",)]
    assert (await open_session(database, UNKNOWN, SOON)).customer == match


async def test_a_chosen_customer_says_so(database: Database, mueller: Customer) -> None:
    session_id = (await open_session(database, UNKNOWN, SOON)).session_id
    async with database.write() as connection:
        await sessions.set_customer(connection, session_id, mueller.id, SOON, "anna")

    customer = (await open_session(database, UNKNOWN, SOON)).customer

    assert customer is not None
    assert customer.reason is MatchReason.CHOSEN


async def test_a_number_of_the_practice_line_becomes_a_practice_customers_alone(
    database: Database, mueller: Customer
) -> None:
    invented = "+4961315550950"
    record = call("practised", number=invented, answered_at=AT, answered_by="anna", pbx=PRACTICE_PBX)
    async with database.write() as connection:
        session_id = (await sessions.open_for_call(connection, record, AT)).session_id
        trainee = await customers.create(connection, NewCustomer("Probe", practice=True), AT, "anna")
        for customer, recognised in ((mueller, []), (trainee, [trainee.id])):
            await sessions.set_customer(connection, session_id, customer.id, SOON, "anna", remember=True)
            matches = await customer_numbers.matches(connection, invented)
            assert [match.customer_id for match in matches] == recognised


@pytest.mark.parametrize("record", [HIDDEN, replace(ANSWERED, number="201")], ids=["suppressed", "internal"])
async def test_nothing_is_remembered_where_there_is_no_whole_number(
    database: Database, mueller: Customer, record: CallRecord
) -> None:
    session_id = (await open_session(database, record, SOON)).session_id
    async with database.write() as connection:
        await sessions.set_customer(connection, session_id, mueller.id, SOON, "anna", remember=True)
        assert await customers.get(connection, mueller.id) == mueller
    assert (await read_session(database, session_id)).customer_id == mueller.id


async def test_a_wrong_choice_can_be_taken_back(database: Database, mueller: Customer) -> None:
    session_id = (await open_session(database, at=SOON)).session_id
    async with database.write() as connection:
        await sessions.set_customer(connection, session_id, None, SOON, "anna")

    assert (await read_session(database, session_id)).customer_id is None


async def test_it_ends_once_and_can_be_taken_up_again(database: Database) -> None:
    session_id = (await open_session(database, at=SOON)).session_id
    async with database.write() as connection:
        await sessions.end(connection, session_id, Ending.DONE, SOON, "anna")
        await sessions.end(connection, session_id, Ending.DONE, SOON + timedelta(hours=1), "ben")
    ended = await read_session(database, session_id)
    async with database.write() as connection:
        for _ in range(2):
            await sessions.reopen(connection, session_id, SOON, "ben")
        entries = await audit.about(connection, "session", session_id)
    again = await read_session(database, session_id)

    assert (ended.state, ended.closed_at, ended.version) == (SessionState.CLOSED, SOON, 2)
    assert (again.state, again.closed_at, again.version) == (SessionState.OPEN, None, 3)
    assert [(entry.by, entry.action) for entry in entries] == [("ben", "reopen"), ("anna", "close"), ("anna", "open")]


async def test_it_says_how_it_ended(database: Database) -> None:
    session_id = (await open_session(database, at=SOON)).session_id
    seen: list[tuple[object, ...]] = []
    for outcome in (Ending.INTERRUPTED, None, Ending.CUSTOMER_ALONE, Ending.CUSTOMER_ALONE, Ending.DONE):
        async with database.write() as connection:
            await sessions.end(connection, session_id, outcome, SOON + timedelta(hours=len(seen)), "anna")
        session = await read_session(database, session_id)
        seen.append((session.outcome, session.state, session.closed_at, session.version))
    async with database.write() as connection:
        await sessions.reopen(connection, session_id, SOON, "ben")
        entries = await audit.about(connection, "session", session_id)
    again = await read_session(database, session_id)

    closed = SOON + timedelta(hours=2)
    assert seen == [
        (Ending.INTERRUPTED, SessionState.OPEN, None, 2),  # to be gone on with another day
        (None, SessionState.OPEN, None, 3),
        (Ending.CUSTOMER_ALONE, SessionState.CLOSED, closed, 4),
        (Ending.CUSTOMER_ALONE, SessionState.CLOSED, closed, 4),
        (Ending.DONE, SessionState.CLOSED, closed, 5),
    ]
    assert (again.state, again.outcome) == (SessionState.OPEN, None)
    assert [(entry.action, entry.fields) for entry in reversed(entries[1:-1])] == [
        ("update", ("outcome",)),
        ("update", ("outcome",)),
        ("close", ("outcome", "closed_at")),
        ("close", ("outcome",)),
    ]


async def test_what_is_not_there_cannot_be_changed(database: Database, mueller: Customer) -> None:
    session_id = (await open_session(database, at=SOON)).session_id
    async with database.write() as connection:
        for nobodys in (session_id + 1, -1, 10**30):
            assert await sessions.get(connection, nobodys) is None
            with pytest.raises(NotThere, match="no such session"):
                await session_texts.save(connection, nobodys, SessionText.PROBLEM, 1, "Text", SOON, "anna")
            with pytest.raises(NotThere, match="no such session"):
                await sessions.end(connection, nobodys, Ending.DONE, SOON, "anna")
            with pytest.raises(NotThere, match="no such session"):
                await sessions.reopen(connection, nobodys, SOON, "anna")
            with pytest.raises(NotThere, match="no such session"):
                await sessions.set_customer(connection, nobodys, mueller.id, SOON, "anna")
            with pytest.raises(NotThere, match="no such customer"):
                await sessions.set_customer(connection, session_id, nobodys, SOON, "anna")


async def test_a_session_is_handed_over_once_and_to_nobody_unknown(database: Database, anna: User, ben: User) -> None:
    opened = await open_session(database, at=SOON)
    for login in ("ben", "ben", "nobody"):
        async with database.write() as connection:
            await sessions.hand_over(connection, opened.session_id, login, SOON)
    session = await read_session(database, opened.session_id)
    assert (session.assistant, session.assistant_name) == ("ben", ben.name)
    async with database.read() as connection:
        lines = await audit.about(connection, "session", opened.session_id)
    assert [line.action for line in lines].count("hand over") == 1
