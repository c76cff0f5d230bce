"""Two records of one customer become one; what was agreed stays as it was, and goes on to hold."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ionas_phone.errors import Conflict, NotThere
from ionas_phone.store import audit, customer_merges, customer_numbers, customers, session_lists, sessions
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer, CustomerKind, MatchReason, NewCustomer
from ionas_phone.support.users import User
from ionas_phone.support.work import Command, WorkState
from tests.agreed import COMMANDS, customer, deed, desk
from tests.people import AT, BAKERY, MUELLER, NUMBER, call

MOBILE, OFFICE = "+491713920017", "+4961315550177"


async def _merged(database: Database, kept: Customer, gone: Customer) -> tuple[int, ...]:
    async with database.write() as connection:
        now = [await customers.known(connection, one.id) for one in (kept, gone)]
        versions = (now[0].version, now[1].version)
        return await customer_merges.merge(connection, kept.id, gone.id, versions, AT, "ben")


async def _write(database: Database, new: NewCustomer) -> Customer:
    async with database.write() as connection:
        return await customers.create(connection, new, AT, "anna")


@pytest.fixture
async def again(database: Database, mueller: Customer) -> Customer:
    """Jörg Müller, written down a second time."""
    new = NewCustomer("J. Müller", phones=(NUMBER, OFFICE), street="Gaustraße 12", notes="zweite Akte")
    return await _write(database, new)


async def test_facts_numbers_and_sessions_are_together_afterwards(
    database: Database, anna: User, mueller: Customer, again: Customer
) -> None:
    session = (await desk(database, again)).session_id
    async with database.write() as connection:
        await customer_numbers.attach(connection, again.id, MOBILE, AT, "anna")
        await customer_numbers.detach(connection, mueller.id, OFFICE, AT, "anna")  # the other record knows better
        await customer_numbers.detach(connection, again.id, "+4961315550188", AT, "anna")
        seen = await customer_merges.preview(connection, mueller.id, again.id)
    assert (seen.sessions, seen.open_sessions, seen.calls, seen.refused) == (1, 1, 1, ())

    assert await _merged(database, mueller, again) == (session,)

    async with database.read() as connection:
        now = await customers.known(connection, mueller.id)
        assert {*now.phones} == {NUMBER, OFFICE, MOBILE}
        assert (now.name, now.street, now.notes) == ("Jörg Müller", "Gaustraße 12", "zweite Akte")
        assert await customers.by_number(connection, again.number) == now
        assert await customers.get(connection, again.id) == now
        assert await customers.by_numbers(connection, [mueller.number, again.number]) == {mueller.number: now}
        assert await customers.search(connection, "müller") == (now,)
        assert [line.id for line in await session_lists.history(connection, mueller.id)] == [session]
        (match,) = await customer_numbers.matches(connection, MOBILE)
        assert (match.customer_id, match.reason) == (mueller.id, MatchReason.LEARNED)
        assert await customer_numbers.foreign(connection, mueller.id) == ("+4961315550188",)
        assert (await audit.about(connection, "customer", mueller.id))[0].action == "merge"
        assert (await audit.about(connection, "customer", again.id))[0].action == "merged away"
        moved = (await audit.about(connection, "session", session))[0]
    assert (moved.by, moved.action, moved.fields) == ("ben", "update", ("customer_id",))


async def test_what_was_agreed_still_holds_and_its_timer_goes_on(
    database: Database, anna: User, mueller: Customer
) -> None:
    erika = await customer(database)
    theirs = await desk(database, erika)
    await theirs.agree()
    await theirs.do(Command.START, 60)
    other = await _write(database, NewCustomer("Erika B."))
    await _merged(database, other, erika)

    work = await theirs.work(120)
    assert (work.state, work.used_seconds) == (WorkState.RUNNING, 60)
    assert work.acceptance is not None
    assert work.acceptance.customer_id == other.id
    await theirs.do(Command.PAUSE, 180)
    await theirs.do(Command.RESUME, 240)
    third = await _write(database, NewCustomer("Erika Beispiel-Muster"))
    await _merged(database, third, other)  # of three records, too
    assert (await theirs.work(300)).needs == ()
    async with database.read() as connection:
        assert (await customers.known(connection, erika.id)).id == third.id


async def test_a_number_that_is_merged_away_is_never_given_again(
    database: Database, mueller: Customer, again: Customer
) -> None:
    await _merged(database, mueller, again)
    assert (await _write(database, BAKERY)).number not in {mueller.number, again.number}
    async with database.write() as connection:
        with pytest.raises(Conflict, match="one and the same"):
            await customer_merges.merge(connection, mueller.id, again.id, (2, 2), AT, "ben")
        with pytest.raises(NotThere):
            await customer_merges.preview(connection, mueller.id, 4711)


async def test_a_session_chosen_for_one_merged_away_is_the_other_s(
    database: Database, mueller: Customer, again: Customer
) -> None:
    await _merged(database, mueller, again)
    session = (await desk(database, again)).session_id
    async with database.read() as connection:
        found = await sessions.get(connection, session)
    assert found is not None
    assert found.customer_id == mueller.id


@pytest.mark.parametrize(
    ("change", "said"),
    [({"kind": CustomerKind.BUSINESS}, "One is a consumer"), ({"practice": True}, "for practice only")],
)
async def test_what_forbids_it_is_said(
    database: Database, mueller: Customer, change: dict[str, object], said: str
) -> None:
    other = await _write(database, replace(MUELLER, **change))  # type: ignore[arg-type]
    async with database.read() as connection:
        (why,) = (await customer_merges.preview(connection, mueller.id, other.id)).refused
    assert said in str(why)
    with pytest.raises(Conflict, match=said):
        await _merged(database, mueller, other)


async def test_two_running_timers_are_not_put_into_one_record(database: Database, anna: User, ben: User) -> None:
    both = [await customer(database), await customer(database)]
    for count, (one, by) in enumerate(zip(both, ("anna", "ben"), strict=True)):
        theirs = await desk(database, one, f"timer-{count}")
        await theirs.agree()
        async with database.write() as connection:
            await COMMANDS[Command.START](connection, theirs.session_id, deed(60, by))
    with pytest.raises(Conflict, match="a timer is running"):
        await _merged(database, *both)


async def test_only_what_was_shown_is_merged_and_only_once(
    database: Database, mueller: Customer, again: Customer
) -> None:
    async with database.write() as connection:
        await customer_numbers.attach(connection, again.id, MOBILE, AT, "anna")
    with pytest.raises(Conflict, match="in the meantime"):
        async with database.write() as connection:
            await customer_merges.merge(connection, mueller.id, again.id, (1, 1), AT, "ben")

    async def merge(kept: Customer, gone: Customer, versions: tuple[int, int]) -> tuple[int, ...]:
        async with database.write() as connection:
            return await customer_merges.merge(connection, kept.id, gone.id, versions, AT, "ben")

    results = await asyncio.gather(
        *(merge(mueller, again, (1, 2)), merge(again, mueller, (2, 1)), merge(mueller, again, (1, 2))),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "Conflict", "tuple"]


@pytest.mark.parametrize("chosen", [False, True])
async def test_a_session_that_is_given_the_customer_during_the_merge_moves_along(
    database: Database, anna: User, mueller: Customer, again: Customer, *, chosen: bool
) -> None:
    record = call(number=NUMBER if chosen else OFFICE, answered_at=AT, answered_by="anna")

    async def give() -> int:
        async with database.write() as connection:
            session = (await sessions.open_for_call(connection, record, AT)).session_id
            if chosen:
                await sessions.set_customer(connection, session, again.id, AT, "anna")
            return session

    async with asyncio.TaskGroup() as group, database.write() as connection:
        await customer_merges.merge(connection, mueller.id, again.id, (mueller.version, again.version), AT, "ben")
        giving = group.create_task(give())
        await asyncio.wait([giving], timeout=0.2)  # it has chosen by what it saw, and waits for us
    async with database.read() as connection:
        session = await sessions.get(connection, await giving)
    assert session
    assert session.customer_id == mueller.id


async def test_a_merge_waits_for_a_session_that_is_being_opened_and_takes_it_along(
    database: Database, anna: User, mueller: Customer, again: Customer
) -> None:
    """The other way round: the session was there first, though nobody else can see it yet."""
    record = call(number=OFFICE, answered_at=AT, answered_by=anna.login)
    async with asyncio.TaskGroup() as group, database.write() as connection:
        opened = await sessions.open_for_call(connection, record, AT)
        assert opened.customer
        assert opened.customer.customer_id == again.id
        merging = group.create_task(_merged(database, mueller, again))
        await asyncio.wait([merging], timeout=0.2)
        assert not merging.done()
    assert merging.result() == (opened.session_id,)
    async with database.read() as connection:
        session = await sessions.get(connection, opened.session_id)
    assert session
    assert session.customer_id == mueller.id
