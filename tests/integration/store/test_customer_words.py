"""Finding customers by an index: what was written before there was one, and what many customers share."""

from __future__ import annotations

from sqlalchemy import delete, select

from ionas_phone.store import customer_words, customers
from ionas_phone.store.database import Database
from ionas_phone.store.tables_customers import customer_words as words
from ionas_phone.support.customer_words import words_of
from ionas_phone.support.customers import Customer, NewCustomer
from tests.people import AT, BAKERY


async def _words(database: Database, customer: Customer) -> set[str]:
    async with database.read() as connection:
        found = await connection.execute(select(words.c.word).where(words.c.customer_id == customer.id))
        return set(found.scalars())


async def test_the_words_follow_the_record(database: Database, mueller: Customer) -> None:
    assert await _words(database, mueller) == words_of(mueller, mueller.number)
    async with database.write() as connection:
        after = await customers.update(connection, mueller.id, NewCustomer("Jörg Maier", number="A-1"), 1, AT, "ben")
        assert await customers.search(connection, "müller") == ()
        assert await customers.search(connection, "a-1") == (after,)
        await customer_words.rewrite(connection, after, None)
    assert await _words(database, mueller) == set()


async def test_who_was_written_down_before_there_were_words_gets_them(database: Database, mueller: Customer) -> None:
    async with database.write() as connection:
        bakery = await customers.create(connection, BAKERY, AT, "anna")
        await connection.execute(delete(words).where(words.c.customer_id == mueller.id))
        for _ in range(2):
            await connection.run_sync(customer_words.fill)
    assert await _words(database, mueller) == words_of(mueller, mueller.number)
    assert await _words(database, bakery) == words_of(bakery, bakery.number)


async def test_several_words_find_who_has_them_all(database: Database, mueller: Customer) -> None:
    async with database.write() as connection:
        bakery = await customers.create(connection, BAKERY, AT, "anna")
        for typed in ("müller mainz", "mainz jörg 5550123", "muller joerg.m", "mueller 613155"):
            assert await customers.search(connection, typed) == (mueller,), typed
        assert await customers.search(connection, "süß wiesb") == (bakery,)
        for typed in ("müller wiesbaden", "müller 5550140", "süß jörg", "müller % mainz"):
            assert await customers.search(connection, typed) == (), typed


async def test_never_more_than_asked_for(database: Database) -> None:
    async with database.write() as connection:
        for count in range(9):
            await customers.create(connection, NewCustomer(f"Anna Berg {count}", city="Mainz"), AT, "anna")
        for typed in ("anna", "anna berg", "berg mainz anna", "mainz"):
            assert len(await customers.search(connection, typed, limit=5)) == 5, typed
