"""Customers as they are written down. Rule: nothing is written over a record that somebody has changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, delete, exists, func, insert, literal, select
from sqlalchemy import update as change
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import Conflict, FormWrong, NotThere
from ionas_phone.store import audit, customer_words, rows
from ionas_phone.store.database import upsert
from ionas_phone.store.tables import counters, customers, phone_numbers
from ionas_phone.store.tables_customers import customer_merges, foreign_numbers
from ionas_phone.support.customers import (
    Customer,
    CustomerKind,
    NewCustomer,
    checked,
    display_name,
    search_text,
)
from ionas_phone.support.phone_numbers import BLOCK

_COUNTER = "customers"
_LOOKED_AT_ONCE = 500  # customer numbers at most, when a free one is looked for
_TEXTS = ("name", "company", "email", "street", "postcode", "city", "country", "notes")
_LEGAL = ("kind", "framework_contract")  # kept as they are where nothing is said about them


async def get(conn: AsyncConnection, customer_id: int) -> Customer | None:
    """Return one customer by id; of one that was merged with another, that other."""
    return next(iter(await _customers(conn, select(customers).where(customers.c.id == lasting(customer_id)))), None)


async def by_number(conn: AsyncConnection, number: str) -> Customer | None:
    """Return one customer by the customer number; of one that was merged with another, that other."""
    named = select(customers.c.id).where(customers.c.number == number).scalar_subquery()
    return next(iter(await _customers(conn, select(customers).where(customers.c.id == lasting(named)))), None)


async def by_numbers(conn: AsyncConnection, numbers: Iterable[str]) -> dict[str, Customer]:
    """Return the customers with these customer numbers, by number; those merged away are missing."""
    here = select(customers).where(customers.c.number.in_([*numbers]), ~_merged())
    return {customer.number: customer for customer in await _customers(conn, here)}


async def merged_away(conn: AsyncConnection, numbers: Iterable[str]) -> dict[str, str]:
    """Return, by the number of each of these that was merged with another, the customer number of that other."""
    into = customers.alias("into")
    found = await conn.execute(
        select(customers.c.number, into.c.number.label("into"))
        .join(customer_merges, customer_merges.c.customer_id == customers.c.id)
        .join(into, into.c.id == customer_merges.c.into_id)
        .where(customers.c.number.in_([*numbers]))
    )
    return {row.number: row.into for row in found}


async def page(conn: AsyncConnection, after: int, limit: int) -> tuple[Customer, ...]:
    """Return the customers behind the id ``after``, in the order they were written down; practice and merged aside."""
    here = select(customers).where(customers.c.id > after, ~customers.c.practice, ~_merged())
    return await _customers(conn, here.order_by(customers.c.id).limit(limit))


async def by_ids(conn: AsyncConnection, customer_ids: Sequence[int]) -> tuple[Customer, ...]:
    """Return the customers with these ids, in their order; those merged away are missing."""
    here = select(customers).where(customers.c.id.in_(customer_ids), ~_merged())
    known = {one.id: one for one in await _customers(conn, here)}
    return tuple(known[one] for one in customer_ids if one in known)


async def search(conn: AsyncConnection, text: str, limit: int = 20) -> tuple[Customer, ...]:
    """Find by the beginning of name, company, customer number, mail or town, or any part of a phone in any spelling.

    Of several words each must be found. The likeliest stand first.
    """
    return await by_ids(conn, await customer_words.find(conn, text, limit))


async def some_caller(conn: AsyncConnection) -> tuple[str, str] | None:
    """Return number and display name of any customer with a phone, another one each time; None if there is none."""
    found = await conn.execute(
        select(phone_numbers.c.e164, customers.c.name, customers.c.company)
        .join(customers, phone_numbers.c.customer_id == customers.c.id)
        .where(~phone_numbers.c.e164.endswith(BLOCK))
        .order_by(func.random())
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else (row.e164, display_name(row.name, row.company))


async def create(conn: AsyncConnection, new: NewCustomer, at: datetime, by: str) -> Customer:
    """Write a customer down; without a number of its own it gets the next free one. Raises FormWrong."""
    new = checked(new)
    number = await _free_number(conn, new.number)
    found = await conn.execute(
        insert(customers)
        .values(**values(new, number), practice=new.practice, version=1, created_at=at, updated_at=at)
        .returning(customers.c.id)
    )
    customer_id = found.scalar_one()
    await _add_phones(conn, customer_id, new.phones, at)
    await note(conn, customer_id, "create", ("number", *_TEXTS, *_legal(new), "phones"), at, by)
    created = await known(conn, customer_id)
    await customer_words.rewrite(conn, None, created)
    return created


async def update(  # noqa: PLR0913, PLR0917 - a change is all of this
    conn: AsyncConnection, customer_id: int, new: NewCustomer, version: int, at: datetime, by: str
) -> Customer:
    """Change a customer that still is as at ``version``. Raises FormWrong, NotThere, Conflict (changed meanwhile)."""
    old = await known(conn, customer_id)
    new = checked(new, old)
    number = new.number or old.number
    if number != old.number:
        await _free_number(conn, number)
    texts: dict[str, object] = {name: getattr(new, name) for name in _TEXTS}
    wanted = texts | _legal(new) | {"number": number, "phones": new.phones}
    changed = tuple(name for name, value in wanted.items() if getattr(old, name) != value)
    if not changed:  # sent twice, or nothing to do
        return old
    await bump(conn, customer_id, at, version, **values(new, number))
    gone = set(old.phones) - set(new.phones)
    of_customer = phone_numbers.c.customer_id == customer_id
    await conn.execute(delete(phone_numbers).where(of_customer, phone_numbers.c.e164.in_(gone)))
    await _add_phones(conn, customer_id, new.phones, at)
    theirs_now = foreign_numbers.c.customer_id == customer_id, foreign_numbers.c.e164.in_(new.phones)
    await conn.execute(delete(foreign_numbers).where(*theirs_now))
    await note(conn, customer_id, "update", changed, at, by)
    updated = await known(conn, customer_id)
    await customer_words.rewrite(conn, old, updated)
    return updated


async def _customers(conn: AsyncConnection, query: Select[*tuple[Any, ...]]) -> tuple[Customer, ...]:
    found = (await conn.execute(query)).all()
    numbers = await conn.execute(
        select(phone_numbers.c.customer_id, phone_numbers.c.e164)
        .where(phone_numbers.c.customer_id.in_([row.id for row in found]))
        .order_by(phone_numbers.c.id)
    )
    phones: dict[int, tuple[str, ...]] = {}
    for row in numbers:
        phones[row.customer_id] = (*phones.get(row.customer_id, ()), row.e164)
    return tuple(
        rows.made(Customer, row, customers, phones=phones.get(row.id, ()), kind=CustomerKind(row.kind)) for row in found
    )


async def known(conn: AsyncConnection, customer_id: int) -> Customer:
    """Return one customer, as ``get`` does. Raises NotThere."""
    if (customer := await get(conn, customer_id)) is None:
        raise NotThere("There is no such customer (any more).")
    return customer


def lasting(customer_id: int | ScalarSelect[Any]) -> ColumnElement[int]:
    """Return, in SQL, which record a customer's facts stand in: their own, or the one it was merged into."""
    asked = literal(customer_id, customers.c.id.type) if isinstance(customer_id, int) else customer_id
    into = select(customer_merges.c.into_id).where(customer_merges.c.customer_id == asked).scalar_subquery()
    return func.coalesce(into, asked)


def _merged() -> ColumnElement[bool]:
    return exists().where(customer_merges.c.customer_id == customers.c.id)


def values(new: NewCustomer, number: str) -> dict[str, Any]:
    """Return a customer's columns, phones aside."""
    texts = {name: getattr(new, name) for name in _TEXTS}
    return texts | _legal(new) | {"number": number, "search": search_text(new, number)}


def _legal(new: NewCustomer) -> dict[str, Any]:
    return {name: value for name in _LEGAL if (value := getattr(new, name)) is not None}


async def _free_number(conn: AsyncConnection, wanted: str | None) -> str:
    """Return ``wanted`` if it is free, else the next free number. Raises FormWrong.

    Whoever asks first waits for nobody; everybody else waits at the counter's row until the number is written or not:
    so numbers are consecutive, and none is given twice.
    """
    ours = counters.c.name == _COUNTER
    number = (await conn.execute(select(counters.c.next).where(ours).with_for_update())).scalar_one()
    if wanted is not None:
        if wanted in await _taken(conn, [wanted]):
            raise FormWrong("The customer number %(number)s is taken.", field="number", number=wanted)
        return wanted
    together = 1  # almost always the first is free; behind an import hundreds in a row may not be
    while True:
        candidates = [str(number + step) for step in range(together)]
        taken = await _taken(conn, candidates)
        free = next((candidate for candidate in candidates if candidate not in taken), None)
        if free is not None:
            await conn.execute(change(counters).where(ours).values(next=int(free) + 1))
            return free
        number, together = number + together, min(together * 2, _LOOKED_AT_ONCE)


async def _taken(conn: AsyncConnection, numbers: list[str]) -> set[str]:
    return set((await conn.execute(select(customers.c.number).where(customers.c.number.in_(numbers)))).scalars())


async def _add_phones(conn: AsyncConnection, customer_id: int, phones: tuple[str, ...], at: datetime) -> None:
    for e164 in phones:
        await conn.execute(
            upsert(conn, phone_numbers)
            .values(customer_id=customer_id, e164=e164, created_at=at)
            .on_conflict_do_nothing(index_elements=["customer_id", "e164"])
        )


async def bump(
    conn: AsyncConnection, customer_id: int, at: datetime, version: int | None = None, **columns: object
) -> None:
    """Write ``columns`` and the next version; only over ``version``, if it is given. Raises Conflict."""
    statement = change(customers).where(customers.c.id == customer_id)
    if version is not None:
        statement = statement.where(customers.c.version == version)
    columns |= {"version": customers.c.version + 1, "updated_at": at}
    if (await conn.execute(statement.values(**columns).returning(customers.c.id))).first() is None:
        raise Conflict("Somebody else has changed this customer in the meantime; look at it again and then save.")


async def note(  # noqa: PLR0913, PLR0917 - a line of the log
    conn: AsyncConnection, customer_id: int, action: str, fields: tuple[str, ...], at: datetime, by: str
) -> None:
    """Write into the audit log what was done to a customer."""
    await audit.write(conn, audit.Entry(at, by, "customer", customer_id, action, fields))
