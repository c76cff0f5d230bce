from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import insert, update

from ionas_phone.errors import Conflict, FormWrong, NotThere, RowRefused
from ionas_phone.store import audit, customer_numbers, customers
from ionas_phone.store import tables as t
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer, CustomerKind, NewCustomer
from tests.people import AT, BAKERY, MUELLER, NUMBER


def _as_new(customer: Customer) -> NewCustomer:
    kept = {name: getattr(customer, name) for name in NewCustomer.__dataclass_fields__}
    return NewCustomer(**kept)


async def _create(database: Database, new: NewCustomer) -> Customer:
    async with database.write() as connection:
        return await customers.create(connection, new, AT, "anna")


async def test_a_new_customer_comes_back_whole(database: Database, mueller: Customer) -> None:
    assert _as_new(mueller) == replace(MUELLER, number="10001", kind=CustomerKind.CONSUMER, framework_contract=False)
    async with database.read() as connection:
        assert await customers.get(connection, mueller.id) == mueller
        assert await customers.by_number(connection, "10001") == mueller
        (entry,) = await audit.about(connection, "customer", mueller.id)
    assert (entry.at, entry.by, entry.action) == (AT, "anna", "create")
    assert "phones" in entry.fields
    assert not {"Jörg Müller", NUMBER} & set(entry.fields)


async def test_who_is_not_there_is_not_there(database: Database) -> None:
    async with database.read() as connection:
        for customer_id in (0, -1, 4711, 10**30):
            assert await customers.get(connection, customer_id) is None
            assert await customers.by_number(connection, str(customer_id)) is None
            assert await customer_numbers.match(connection, customer_id, NUMBER) is None


async def test_numbers_are_consecutive_around_those_given_by_hand(database: Database) -> None:
    given = ["10002", "A-7", "10003", "99999"]
    for number in given:
        await _create(database, NewCustomer("Hand", number=number))

    numbers = [(await _create(database, NewCustomer("Next"))).number for _ in range(3)]

    assert numbers == ["10001", "10004", "10005"]


async def test_a_free_number_is_found_behind_hundreds_of_taken_ones(database: Database) -> None:
    async with database.write() as connection:
        for number in range(10001, 10252):
            await customers.create(connection, NewCustomer("Import", number=str(number)), AT, "anna")
        assert (await customers.create(connection, NewCustomer("Next"), AT, "anna")).number == "10252"


async def test_twenty_at_once_get_twenty_numbers(database: Database) -> None:
    created = await asyncio.gather(*(_create(database, NewCustomer("Neu")) for _ in range(20)))

    assert sorted(customer.number for customer in created) == [str(number) for number in range(10001, 10021)]


async def test_a_number_not_used_after_all_is_given_to_the_next(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await customers.create(connection, MUELLER, AT, "anna")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert (await _create(database, MUELLER)).number == "10001"


async def test_a_taken_number_is_said_at_its_field(database: Database, mueller: Customer) -> None:
    with pytest.raises(FormWrong, match="10001 is taken") as refused:
        await _create(database, NewCustomer("Other", number="10001"))
    assert refused.value.field == "number"


async def test_the_same_number_at_once_is_given_once(database: Database) -> None:
    wanted = NewCustomer("Neu", number="A-7")
    results = await asyncio.gather(*(_create(database, wanted) for _ in range(5)), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ["Customer", *["FormWrong"] * 4]


async def test_a_bad_customer_is_not_written(database: Database) -> None:
    with pytest.raises(FormWrong):
        await _create(database, NewCustomer(" "))
    async with database.read() as connection:
        assert await customers.get(connection, 1) is None


async def test_the_database_itself_wants_a_name_and_whole_numbers(database: Database, mueller: Customer) -> None:
    for statement in (
        update(t.customers).values(name="", company=""),
        update(t.customers).values(number=None),
        insert(t.phone_numbers).values(customer_id=mueller.id, e164="061315550123", created_at=AT),
        insert(t.phone_numbers).values(customer_id=mueller.id, e164=NUMBER, created_at=AT),
        insert(t.phone_numbers).values(customer_id=4711, e164=NUMBER, created_at=AT),
    ):
        with pytest.raises(RowRefused):
            async with database.write() as connection:
                await connection.execute(statement)


async def test_some_caller_has_a_phone(database: Database) -> None:
    await _create(database, NewCustomer("Without"))
    async with database.read() as connection:
        assert await customers.some_caller(connection) is None
    await _create(database, MUELLER)
    async with database.read() as connection:
        assert await customers.some_caller(connection) == (NUMBER, "Jörg Müller")


# -- searching ---------------------------------------------------------------------------------------------------------


TYPED = [
    "Müller",
    "MÜLLER",
    "mueller",
    "Muller",
    "jörg mü",
    "müller jörg",
    "müller mainz",
    "10001",
    "joerg.mueller@",
    "06131 5550123",
    "06131/55501 2",
    "+49 (0) 6131 55501 2",
    "00496131555012",
    "5550123",
    "50123",
]
TYPED_IN_VAIN = ["", "  ", "%", "_", "/", "\\", "'", "müller wiesbaden", "06131 5550199", "0171 39", "anonymous"]


async def test_a_customer_is_found_by_what_people_type(database: Database, mueller: Customer) -> None:
    await _create(database, BAKERY)
    async with database.read() as connection:
        found = {typed: await customers.search(connection, typed) for typed in TYPED}

    assert found == dict.fromkeys(TYPED, (mueller,))


async def test_nobody_is_found_by_anything_else(database: Database, mueller: Customer) -> None:
    async with database.read() as connection:
        assert [typed for typed in TYPED_IN_VAIN if await customers.search(connection, typed)] == []


async def test_the_likeliest_stand_first_and_not_too_many(database: Database) -> None:
    names = ["Zoe 10003", "Bergmann", "Anna Berg", "Özgür", "Oskar"]
    for name in names:
        await _create(database, NewCustomer(name))

    async with database.read() as connection:

        async def found(text: str, limit: int = 20) -> list[str]:
            return [customer.name for customer in await customers.search(connection, text, limit)]

        assert await found("10003") == ["Anna Berg", "Zoe 10003"]  # the customer number before a name like it
        assert await found("berg") == ["Anna Berg", "Bergmann"]  # the whole word before what only begins like it
        assert await found("o", limit=2) == ["Özgür", "Oskar"]  # in the same order on both databases
        assert await found("berg anna") == ["Anna Berg"]
        assert len(await found("1000", limit=3)) == 3


# -- changing ----------------------------------------------------------------------------------------------------------


async def test_a_change_is_written_and_its_fields_are_noted(database: Database, mueller: Customer) -> None:
    changed = replace(_as_new(mueller), name="Jörg Maier", phones=("+491713920017", NUMBER))
    async with database.write() as connection:
        after = await customers.update(connection, mueller.id, changed, mueller.version, AT, "ben")
        assert await customers.search(connection, "maier") == (after,)
        assert await customers.search(connection, "müller jörg") != ()  # by mail address
        entry, *_ = await audit.about(connection, "customer", mueller.id)

    assert (after.name, set(after.phones), after.version) == ("Jörg Maier", {NUMBER, "+491713920017"}, 2)
    assert (entry.by, entry.action, entry.fields) == ("ben", "update", ("name", "phones"))


async def test_what_the_law_makes_of_a_customer_stays_unless_something_is_said_about_it(database: Database) -> None:
    new = replace(BAKERY, kind=CustomerKind.BUSINESS, framework_contract=True)
    bakery = await _create(database, new)
    async with database.write() as connection:
        moved = await customers.update(connection, bakery.id, replace(BAKERY, city="Bingen"), 1, AT, "ben")
        private = replace(BAKERY, city="Bingen", kind=CustomerKind.CONSUMER, framework_contract=False)
        changed = await customers.update(connection, bakery.id, private, 2, AT, "ben")
        entries = await audit.about(connection, "customer", bakery.id)

    assert (moved.kind, moved.framework_contract) == (CustomerKind.BUSINESS, True)
    assert (changed.kind, changed.framework_contract) == (CustomerKind.CONSUMER, False)
    assert [entry.fields for entry in entries[:2]] == [("kind", "framework_contract"), ("city",)]
    assert {"kind", "framework_contract"} <= set(entries[2].fields)


async def test_the_same_sent_twice_is_written_once(database: Database, mueller: Customer) -> None:
    changed = replace(_as_new(mueller), name="Jörg Maier")
    async with database.write() as connection:
        first = await customers.update(connection, mueller.id, changed, 1, AT, "ben")
        assert await customers.update(connection, mueller.id, changed, 1, AT, "ben") == first
        assert len(await audit.about(connection, "customer", mueller.id)) == 2


async def test_a_change_over_somebody_elses_is_refused(database: Database, mueller: Customer) -> None:
    new = _as_new(mueller)

    async def change(name: str) -> Customer:
        async with database.write() as connection:
            return await customers.update(connection, mueller.id, replace(new, name=name), 1, AT, "ben")

    results = await asyncio.gather(*(change(f"Name {number}") for number in range(5)), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == [*["Conflict"] * 4, "Customer"]
    with pytest.raises(Conflict):
        await change("Name 6")


async def test_a_change_keeps_the_number_unless_another_is_given(database: Database, mueller: Customer) -> None:
    other = await _create(database, BAKERY)
    async with database.write() as connection:
        kept = await customers.update(connection, other.id, replace(BAKERY, city="Bingen"), 1, AT, "ben")
        assert kept.number == other.number
        given = await customers.update(connection, other.id, replace(BAKERY, number="B-1"), 2, AT, "ben")
        assert given.number == "B-1"
        with pytest.raises(FormWrong, match="taken"):
            await customers.update(connection, other.id, replace(BAKERY, number=mueller.number), 3, AT, "ben")


async def test_nobody_can_change_who_is_not_there(database: Database) -> None:
    async with database.write() as connection:
        with pytest.raises(NotThere):
            await customers.update(connection, 4711, MUELLER, 1, AT, "ben")
        with pytest.raises(NotThere):
            await customer_numbers.attach(connection, 4711, NUMBER, AT, "ben")
