"""Whose number it is, why, and what a correction does at the next call."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from ionas_phone.errors import FormWrong, NotThere
from ionas_phone.store import audit, customer_numbers, customers
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer, Match, MatchReason, NewCustomer
from tests.people import AT, BAKERY, MUELLER, NUMBER

MOBILE = "+491713920017"
PRACTICE = NewCustomer("", "Praxis Dr. Schäfer", ("+4961315550*",))


async def _create(database: Database, new: NewCustomer) -> Customer:
    async with database.write() as connection:
        return await customers.create(connection, new, AT, "anna")


async def _found(database: Database, number: str) -> list[tuple[str, MatchReason]]:
    async with database.read() as connection:
        return [(match.name, match.reason) for match in await customer_numbers.matches(connection, number)]


async def test_a_number_may_belong_to_nobody_one_or_several(database: Database, mueller: Customer) -> None:
    async with database.read() as connection:
        assert await customer_numbers.matches(connection, NUMBER) == (Match(mueller.id, "10001", "Jörg Müller"),)
        assert await customer_numbers.matches(connection, "+4961315550124") == ()

    await _create(database, replace(BAKERY, phones=(NUMBER,)))
    shared = MatchReason.SHARED
    assert await _found(database, NUMBER) == [("Bäckerei Süß (Désirée Özgür)", shared), ("Jörg Müller", shared)]


async def test_only_the_very_same_number_counts(database: Database, mueller: Customer) -> None:
    others = [NUMBER[:-1], NUMBER + "4", NUMBER[1:], "5550123", "015550123", "", "%", "201"]
    assert [number for number in others if await _found(database, number)] == []


async def test_a_match_says_why(database: Database, mueller: Customer) -> None:
    async with database.read() as connection:
        for number, reason in ((NUMBER, MatchReason.EXACT), (MOBILE, MatchReason.CHOSEN), (None, "chosen")):
            found = await customer_numbers.match(connection, mueller.id, number)
            assert found == Match(mueller.id, "10001", "Jörg Müller", MatchReason(reason))
        assert await customer_numbers.match(connection, 4711, NUMBER) is None


async def test_who_has_the_number_only_since_a_call_does_not_change_why_its_caller_was_recognised(
    database: Database, mueller: Customer
) -> None:
    later = AT + timedelta(hours=1)
    practice = await _create(database, PRACTICE)
    async with database.write() as connection:
        await customers.create(connection, replace(BAKERY, phones=(NUMBER, "+4961315550199")), later, "anna")
        for customer, number, at, reason in (
            (mueller, NUMBER, AT, MatchReason.EXACT),
            (mueller, NUMBER, later, MatchReason.SHARED),
            (practice, "+4961315550199", AT, MatchReason.BLOCK),
            (practice, "+4961315550199", later, MatchReason.CHOSEN),  # the very number comes before a block
        ):
            found = await customer_numbers.match(connection, customer.id, number, at)
            assert found is not None
            assert found.reason is reason


async def test_a_company_block_stands_for_all_its_extensions(database: Database) -> None:
    await _create(database, PRACTICE)
    await _create(database, NewCustomer("", "Labor im Haus", ("+49613155504*",)))
    for number, name in {
        "+4961315550": "Praxis Dr. Schäfer",
        "+49613155500": "Praxis Dr. Schäfer",
        "+4961315550123": "Praxis Dr. Schäfer",
        "+4961315550412": "Labor im Haus",  # the narrowest block wins
    }.items():
        assert await _found(database, number) == [(name, MatchReason.BLOCK)]
    assert await _found(database, "+4961315551123") == []
    assert await _found(database, "+4961315550123456") == []  # no extension is so long


async def test_the_very_number_comes_before_the_block_around_it(database: Database, mueller: Customer) -> None:
    await _create(database, PRACTICE)
    assert await _found(database, NUMBER) == [("Jörg Müller", MatchReason.EXACT)]


async def test_two_with_one_block_are_a_choice(database: Database) -> None:
    await _create(database, PRACTICE)
    await _create(database, replace(PRACTICE, company="Apotheke"))
    shared = MatchReason.SHARED
    assert await _found(database, NUMBER) == [("Apotheke", shared), ("Praxis Dr. Schäfer", shared)]


async def test_a_number_in_a_block_that_is_not_theirs_is_not_taken_for_theirs_again(database: Database) -> None:
    practice = await _create(database, PRACTICE)
    async with database.write() as connection:
        for _ in range(2):
            await customer_numbers.detach(connection, practice.id, NUMBER, AT, "ben")
        assert await customer_numbers.foreign(connection, practice.id) == (NUMBER,)
        entries = await audit.about(connection, "customer", practice.id)
    assert await _found(database, NUMBER) == []
    assert await _found(database, "+4961315550124") == [("Praxis Dr. Schäfer", MatchReason.BLOCK)]
    assert [(entry.by, entry.fields) for entry in entries[:-1]] == [("ben", ("phones",))]

    async with database.write() as connection:
        for _ in range(2):
            await customer_numbers.allow(connection, practice.id, NUMBER, AT, "ben")
    assert await _found(database, NUMBER) == [("Praxis Dr. Schäfer", MatchReason.BLOCK)]


async def test_a_block_detached_is_gone_and_a_number_that_is_none_is_refused(database: Database) -> None:
    practice = await _create(database, PRACTICE)
    async with database.write() as connection:
        for _ in range(2):
            await customer_numbers.detach(connection, practice.id, "+4961315550*", AT, "ben")
        assert await customer_numbers.foreign(connection, practice.id) == ()
        with pytest.raises(FormWrong):
            await customer_numbers.detach(connection, practice.id, "x", AT, "ben")
    assert await _found(database, NUMBER) == []


async def test_in_whose_records_numbers_stand(database: Database, mueller: Customer) -> None:
    await _create(database, PRACTICE)  # its block is another number
    bakery = await _create(database, replace(BAKERY, phones=(NUMBER, MOBILE)))
    async with database.read() as connection:
        found = await customer_numbers.holders(connection, (NUMBER, MOBILE, "+4961315550124"))
    by_name = sorted((number, one.customer_id) for number, one in found)
    assert by_name == sorted([(NUMBER, mueller.id), (NUMBER, bakery.id), (MOBILE, bakery.id)])


async def test_a_phone_taken_away_no_longer_matches(database: Database, mueller: Customer) -> None:
    async with database.write() as connection:
        await customers.update(connection, mueller.id, replace(MUELLER, phones=()), 1, AT, "ben")
        assert await customer_numbers.matches(connection, NUMBER) == ()
        assert await customers.search(connection, "5550123") == ()


async def test_a_number_attached_is_learned(database: Database, mueller: Customer) -> None:
    async with database.write() as connection:
        for _ in range(2):
            await customer_numbers.attach(connection, mueller.id, MOBILE, AT, "ben")
        after = await customers.get(connection, mueller.id)
        entries = await audit.about(connection, "customer", mueller.id)
        assert await customers.search(connection, "3920017") == (after,)

    assert await _found(database, MOBILE) == [("Jörg Müller", MatchReason.LEARNED)]
    assert after is not None
    assert (after.phones, after.version) == ((NUMBER, MOBILE), 2)
    assert [(entry.action, entry.fields) for entry in entries[:-1]] == [("update", ("phones",))]


async def test_several_numbers_learned_at_once_are_all_learned(database: Database, mueller: Customer) -> None:
    numbers = [f"+49171392001{digit}" for digit in range(6)]

    async def learn(number: str) -> None:
        async with database.write() as connection:
            await customer_numbers.attach(connection, mueller.id, number, AT, "ben")

    await asyncio.gather(*map(learn, numbers))
    async with database.read() as connection:
        now = await customers.known(connection, mueller.id)
        assert {*now.phones} == {NUMBER, *numbers}
        assert [await customers.search(connection, number) for number in numbers] == [(now,)] * 6


async def test_a_number_detached_matches_no_more_until_it_is_attached_again(
    database: Database, mueller: Customer
) -> None:
    async with database.write() as connection:
        for _ in range(2):
            await customer_numbers.detach(connection, mueller.id, NUMBER, AT, "ben")
        assert await customer_numbers.matches(connection, NUMBER) == ()
        assert await customers.search(connection, "5550123") == ()
        after = await customers.get(connection, mueller.id)
        entries = await audit.about(connection, "customer", mueller.id)
        with pytest.raises(NotThere):
            await customer_numbers.detach(connection, 4711, NUMBER, AT, "ben")
        assert await customer_numbers.foreign_of(connection, [mueller.id, 4711]) == {mueller.id: frozenset({NUMBER})}
        await customer_numbers.attach(connection, mueller.id, NUMBER, AT, "ben")
        assert await customer_numbers.foreign(connection, mueller.id) == ()

    assert after is not None
    assert (after.phones, after.version) == ((), 2)
    assert [(entry.action, entry.fields, entry.by) for entry in entries[:-1]] == [("update", ("phones",), "ben")]
    assert await _found(database, NUMBER) == [("Jörg Müller", MatchReason.LEARNED)]


async def test_a_number_written_into_the_record_again_is_theirs_again(database: Database, mueller: Customer) -> None:
    async with database.write() as connection:
        await customer_numbers.detach(connection, mueller.id, NUMBER, AT, "ben")
        await customers.update(connection, mueller.id, MUELLER, 2, AT, "ben")
    assert await _found(database, NUMBER) == [("Jörg Müller", MatchReason.EXACT)]


async def test_only_a_whole_number_can_be_attached(database: Database, mueller: Customer) -> None:
    async with database.write() as connection:
        for number in ("201", "061315550123", "", "anonymous", "+4961315550*"):
            with pytest.raises(FormWrong, match="no complete phone number"):
                await customer_numbers.attach(connection, mueller.id, number, AT, "ben")
        with pytest.raises(NotThere):
            await customer_numbers.attach(connection, 4711, NUMBER, AT, "ben")


async def test_the_numbers_of_a_record_say_why_they_match_and_who_else_has_them(
    database: Database, mueller: Customer
) -> None:
    shop = await _create(database, replace(BAKERY, phones=(NUMBER, "+4961315550*")))
    async with database.write() as connection:
        await customer_numbers.attach(connection, shop.id, MOBILE, AT, "ben")
        after = await customers.known(connection, shop.id)
        numbers = await customer_numbers.of_customer(connection, after)

    assert [(one.e164, one.reason, one.learned_by) for one in numbers] == [
        (NUMBER, MatchReason.SHARED, ""),
        ("+4961315550*", MatchReason.BLOCK, ""),
        (MOBILE, MatchReason.LEARNED, "ben"),
    ]
    assert [[other.name for other in one.others] for one in numbers] == [["Jörg Müller"], [], []]
