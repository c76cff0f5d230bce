from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from ionas_phone.errors import Conflict, FormWrong, NotThere
from ionas_phone.store import audit, customers, sessions, tariffs, work
from ionas_phone.store.database import Database
from ionas_phone.support.customers import CustomerKind, NewCustomer
from ionas_phone.support.estimates import Estimate, NewEstimate
from ionas_phone.support.tariffs import NewTariff
from ionas_phone.support.users import User
from ionas_phone.support.work import Command, WorkState
from tests.agreed import NO, OFFER, Desk, customer, deed, desk
from tests.agreements import STANDARD
from tests.people import AT

DAY = 86400


async def test_a_proposal_is_priced_by_the_tariff_and_by_whose_it_is(database: Database) -> None:
    consumer = await desk(database, await customer(database), "1")
    business = await desk(database, await customer(database, CustomerKind.BUSINESS), "2")
    nobody = await desk(database, None, "3")

    found = [await one.propose() for one in (consumer, business, nobody)]

    assert [(one.customer_kind.value, one.price_cents) for one in found] == [
        ("consumer", 2380),
        ("business", 2000),
        ("consumer", 2380),
    ]
    assert found[0] == Estimate(
        id=found[0].id,
        session_id=consumer.session_id,
        version=1,
        procedure="Treiber erneuern",
        minutes_from=10,
        minutes_to=20,
        tariff=STANDARD,
        customer_kind=CustomerKind.CONSUMER,
        price_cents=2380,
        cap_cents=None,
        at=AT,
        by="anna",
    )
    async with database.read() as connection:
        entry, *_ = await audit.about(connection, "session", consumer.session_id)
    assert (entry.action, entry.by) == ("estimate", "anna")
    assert "procedure" in entry.fields
    assert "Treiber erneuern" not in entry.fields


async def test_a_change_is_a_new_version(database: Database) -> None:
    here = await desk(database, await customer(database))
    first = await here.propose()
    second = await here.propose(replace(OFFER, minutes_to=30, cap_cents=3000))

    assert (second.version, second.price_cents, second.capped) == (2, 3000, True)
    async with database.read() as connection:
        assert await work.estimates(connection, here.session_id) == (second, first)
    assert (await here.work()).estimate == second


async def test_a_cap_that_promises_nothing_is_refused(database: Database) -> None:
    here = await desk(database, await customer(database))

    for cap in (2380, 100_050):
        with pytest.raises(FormWrong, match="no more than this cap anyway") as refused:
            await here.propose(replace(OFFER, cap_cents=cap))
        assert refused.value.field == "cap_cents"
    assert (await here.propose(replace(OFFER, cap_cents=2379))).price_cents == 2379


async def test_the_same_request_twice_is_one_and_a_key_belongs_to_one_session(database: Database) -> None:
    here, elsewhere = [await desk(database, await customer(database), name) for name in ("1", "2")]
    first = await here.propose(doing=deed(key="same"))

    assert await here.propose(NewEstimate("Anderes", 1, 2), deed(key="same")) == first
    with pytest.raises(Conflict, match="another session"):
        await elsewhere.propose(doing=deed(key="same"))


async def test_five_at_once_are_five_versions(database: Database) -> None:
    here = await desk(database, await customer(database))

    found = await asyncio.gather(*(here.propose(replace(OFFER, procedure=f"Nummer {n}")) for n in range(5)))

    assert sorted(one.version for one in found) == [1, 2, 3, 4, 5]
    assert (await here.work()).estimate == max(found, key=lambda one: one.version)


async def test_five_clicks_at_once_are_one(database: Database) -> None:
    here = await desk(database, await customer(database))

    assert len(set(await asyncio.gather(*(here.propose(doing=deed(key="same")) for _ in range(5))))) == 1


async def test_more_must_be_more_than_what_was_used(database: Database, anna: User) -> None:
    here = await desk(database, await customer(database))
    await here.agree()
    await here.do(Command.START)

    with pytest.raises(FormWrong, match="11 minutes are used already") as refused:
        await here.propose(NewEstimate("Mehr", 1, 10), deed(601))
    assert refused.value.field == "minutes_to"
    assert (await here.propose(NewEstimate("Mehr", 1, 11), deed(601))).version == 2


async def test_the_price_of_the_first_yes_holds_to_the_end_of_the_session(database: Database, anna: User) -> None:
    here = await desk(database, await customer(database))
    await here.agree()
    async with database.write() as connection:
        dearer = NewTariff("Teurer", date(2026, 11, 23), 200, 168, 19)
        await tariffs.add(connection, dearer, AT, "office")

    more = await here.propose(replace(OFFER, minutes_to=40), deed(DAY))
    other = await (await desk(database, await customer(database), "2")).propose(doing=deed(DAY))

    assert (more.tariff, more.price_cents) == (STANDARD, 40 * 119)
    assert (other.tariff.name, other.price_cents) == ("Teurer", 20 * 200)


async def test_after_a_no_something_else_may_be_proposed_once_the_session_is_open_again(database: Database) -> None:
    here = await desk(database, await customer(database))
    await here.propose()
    await here.answer(NO)

    with pytest.raises(Conflict, match="closed"):
        await here.propose()
    async with database.write() as connection:
        await sessions.reopen(connection, here.session_id, AT, "anna")
    await here.propose()
    assert (await here.work()).state is WorkState.ESTIMATE


async def test_nothing_is_proposed_where_there_is_no_session(database: Database) -> None:
    for session_id in (4711, -1, 10**30):
        with pytest.raises(NotThere, match="no such session"):
            await Desk(database, session_id).propose()


async def test_what_nobody_could_accept_is_not_written(database: Database) -> None:
    here = await desk(database, await customer(database))

    with pytest.raises(FormWrong):
        await here.propose(NewEstimate("", 1, 2))
    assert (await here.work()).estimate is None


async def test_a_customer_who_turns_out_to_be_a_business_is_told_another_price(database: Database) -> None:
    whose = await customer(database)
    here = await desk(database, whose)
    await here.propose()
    async with database.write() as connection:
        firm = NewCustomer("Erika Beispiel", kind=CustomerKind.BUSINESS)
        await customers.update(connection, whose.id, firm, whose.version, AT, "anna")

    with pytest.raises(Conflict, match="another kind of customer"):
        await here.answer()
    assert (await here.propose()).price_cents == 2000
    assert (await here.answer()).accepted
