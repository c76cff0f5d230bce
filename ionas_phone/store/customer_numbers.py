"""Whose number it is. Rule: several may share a number, so recognising gives a list, never a guess; each says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import FormWrong
from ionas_phone.store import customer_words, customers
from ionas_phone.store import tables as t
from ionas_phone.store.database import upsert
from ionas_phone.store.tables import phone_numbers
from ionas_phone.store.tables_customers import foreign_numbers
from ionas_phone.support.customers import Customer, Match, MatchReason, display_name
from ionas_phone.support.phone_numbers import blocks_of, is_block, is_e164

_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A number in a customer's record. ``others``: who else has it; ``learned_by``: a log-in name, "" if written in.

    ``reason``: why a caller with this number would be taken for the customer.
    """

    e164: str
    reason: MatchReason
    at: datetime
    learned_by: str
    others: tuple[Match, ...]


async def matches(conn: AsyncConnection, e164: str) -> tuple[Match, ...]:
    """Return whom a number may belong to, by name: those who have this very number, else the narrowest company block.

    Who was said not to have it is left out.
    """
    return _narrowest(await _recognised(conn, e164), e164)


async def match(
    conn: AsyncConnection, customer_id: int, number: str | None, at: datetime | None = None
) -> Match | None:
    """Return this customer as a match for ``number``: with its reason if recognised by it, else as chosen.

    ``at``: when the caller was recognised; who has been given the number since then doesn't change the reason.
    """
    found = await _recognised(conn, number) if number else []
    then = [row for row in found if at is None or row.id == customer_id or row.created_at <= at]
    recognised = _narrowest(then, number) if number else ()
    if mine := next((one for one in recognised if one.customer_id == customer_id), None):
        return mine
    chosen = t.customers.c.id == customers.lasting(customer_id)
    row = (await conn.execute(select(t.customers).where(chosen))).one_or_none()
    return Match(row.id, row.number, display_name(row.name, row.company), MatchReason.CHOSEN) if row else None


async def of_customer(conn: AsyncConnection, customer: Customer) -> tuple[KnownNumber, ...]:
    """Return the numbers in a customer's record, in its order, each with why it matches and who else has it."""
    found = (await conn.execute(_matches().where(phone_numbers.c.e164.in_(customer.phones)))).all()
    mine = {row.e164: row for row in found if row.id == customer.id}
    others: dict[str, list[Match]] = {}
    for row in found:
        if row.id != customer.id:
            others.setdefault(row.e164, []).append(_match(row, shared=True))
    return tuple(
        KnownNumber(
            e164,
            _match(mine[e164], shared=e164 in others).reason,
            mine[e164].created_at,
            mine[e164].learned_by or "",
            tuple(others.get(e164, ())),
        )
        for e164 in customer.phones
        if e164 in mine
    )


async def holders(conn: AsyncConnection, numbers: Iterable[str]) -> tuple[tuple[str, Match], ...]:
    """Return in whose records these very numbers stand, each number with each who has it, by name."""
    found = await conn.execute(_matches().where(phone_numbers.c.e164.in_([*numbers])))
    return tuple((row.e164, _match(row, shared=True)) for row in found)


async def attach(conn: AsyncConnection, customer_id: int, e164: str, at: datetime, by: str) -> None:
    """Learn that a customer rings from this number, too. Idempotent. Raises FormWrong, NotThere."""
    if not is_e164(e164):
        raise FormWrong("“%(phone)s” is no complete phone number.", field="phones", phone=e164)
    customer = await customers.known(conn, customer_id)
    if e164 in customer.phones:
        return
    await customers.bump(conn, customer.id, at)  # the row first, as in update(): in another order two block each other
    await conn.execute(
        upsert(conn, phone_numbers)
        .values(customer_id=customer.id, e164=e164, created_at=at, learned_by=by)
        .on_conflict_do_nothing(index_elements=["customer_id", "e164"])
    )
    await _accept(conn, customer.id, e164)
    await _changed(conn, customer, at, by)


async def detach(conn: AsyncConnection, customer_id: int, e164: str, at: datetime, by: str) -> None:
    """Remember that this number is not the customer's, whatever a company block or an import says. Idempotent.

    A company block is taken out of the record. Raises NotThere, FormWrong.
    """
    customer = await customers.known(conn, customer_id)
    if e164 not in customer.phones:
        if is_block(e164) or e164 in await foreign(conn, customer.id):
            return
        if not is_e164(e164):
            raise FormWrong("“%(phone)s” is no complete phone number.", field="phones", phone=e164)
    await customers.bump(conn, customer.id, at)
    theirs = phone_numbers.c.customer_id == customer.id
    await conn.execute(delete(phone_numbers).where(theirs, phone_numbers.c.e164 == e164))
    if is_e164(e164):
        await conn.execute(
            upsert(conn, foreign_numbers)
            .values(customer_id=customer.id, e164=e164, at=at, by=by)
            .on_conflict_do_nothing(index_elements=["customer_id", "e164"])
        )
    await _changed(conn, customer, at, by)


async def allow(conn: AsyncConnection, customer_id: int, e164: str, at: datetime, by: str) -> None:
    """Forget that this number was said not to be the customer's. Idempotent. Raises NotThere."""
    customer = await customers.known(conn, customer_id)
    if e164 in await foreign(conn, customer.id):
        await customers.bump(conn, customer.id, at)
        await _accept(conn, customer.id, e164)
        await customers.note(conn, customer.id, "update", ("phones",), at, by)


async def foreign(conn: AsyncConnection, customer_id: int) -> tuple[str, ...]:
    """Return the numbers that were said not to be the customer's."""
    found = await conn.execute(
        select(foreign_numbers.c.e164)
        .where(foreign_numbers.c.customer_id == customer_id)
        .order_by(foreign_numbers.c.at, foreign_numbers.c.e164)
    )
    return tuple(found.scalars())


async def foreign_of(conn: AsyncConnection, customer_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return, by customer, the numbers that were said not to be theirs."""
    found = await conn.execute(
        select(foreign_numbers.c.customer_id, foreign_numbers.c.e164).where(
            foreign_numbers.c.customer_id.in_([*customer_ids])
        )
    )
    by_customer: dict[int, frozenset[str]] = {}
    for row in found:
        by_customer[row.customer_id] = by_customer.get(row.customer_id, frozenset()) | {row.e164}
    return by_customer


async def _recognised(conn: AsyncConnection, e164: str) -> list[_Row]:
    found = await conn.execute(_recognising(), {"e164": e164, "numbers": (e164, *blocks_of(e164))})
    return [*found]


def _narrowest(found: Iterable[_Row], e164: str) -> tuple[Match, ...]:
    """Return those who have this very number, else those of the narrowest company block."""
    by_block: dict[str, list[_Row]] = {}
    for row in found:
        by_block.setdefault(row.e164, []).append(row)
    rows = next((by_block[number] for number in (e164, *blocks_of(e164)) if number in by_block), [])
    return tuple(_match(row, shared=len(rows) > 1) for row in rows)


@cache
def _recognising() -> Any:
    """Make the statement that is asked twice for each call."""
    not_theirs = exists().where(
        foreign_numbers.c.customer_id == phone_numbers.c.customer_id, foreign_numbers.c.e164 == bindparam("e164")
    )
    return _matches().where(phone_numbers.c.e164.in_(bindparam("numbers", expanding=True)), ~not_theirs)


def _matches() -> Any:
    return (
        select(
            t.customers.c.id,
            t.customers.c.number,
            t.customers.c.name,
            t.customers.c.company,
            phone_numbers.c.e164,
            phone_numbers.c.learned_by,
            phone_numbers.c.created_at,
        )
        .join(phone_numbers, phone_numbers.c.customer_id == t.customers.c.id)
        .order_by(t.customers.c.search, t.customers.c.id)
    )


def _match(row: _Row, *, shared: bool) -> Match:
    if shared:
        reason = MatchReason.SHARED
    elif is_block(row.e164):
        reason = MatchReason.BLOCK
    else:
        reason = MatchReason.EXACT if row.learned_by is None else MatchReason.LEARNED
    return Match(row.id, row.number, display_name(row.name, row.company), reason)


async def _accept(conn: AsyncConnection, customer_id: int, e164: str) -> None:
    mine = foreign_numbers.c.customer_id == customer_id
    await conn.execute(delete(foreign_numbers).where(mine, foreign_numbers.c.e164 == e164))


async def _changed(conn: AsyncConnection, before: Customer, at: datetime, by: str) -> None:
    after = await customers.known(conn, before.id)
    await customer_words.rewrite(conn, before, after)
    await customers.note(conn, before.id, "update", ("phones",), at, by)
