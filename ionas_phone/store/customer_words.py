"""Finding customers by the words of their record. Rule: whatever is typed, an index is read, and only so much of it.

Each beginning is one range of the words' index; of what many customers share only the first are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Row,
    Select,
    Table,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store.database import upsert
from ionas_phone.store.tables import customers, phone_numbers
from ionas_phone.store.tables_customers import customer_merges, customer_words
from ionas_phone.store.types import Folded, Whole
from ionas_phone.support.customer_words import PHONE, ranges_of, wanted, words_of
from ionas_phone.support.customers import Customer, NewCustomer

_LAST = "\U0010ffff"  # behind every word that goes on
_PER_HIT = 4  # one customer may be found by several words
_MOST_LOOKED_AT = 1_000  # customers that one word leads to, when several words are typed
_AT_ONCE = 2_000  # customers whose words are made together


async def rewrite(conn: AsyncConnection, before: Customer | None, after: Customer | None) -> None:
    """Let a customer be found by what the record says now. ``before`` None: it is new; ``after`` None: by nothing."""
    old = words_of(before, before.number) if before else frozenset()
    now = words_of(after, after.number) if after else frozenset()
    if before and (gone := sorted(old - now)):
        mine = customer_words.c.customer_id == before.id
        await conn.execute(delete(customer_words).where(mine, customer_words.c.word.in_(gone)))
    if after and (new := sorted(now - old)):
        # Whoever changed the record at the same time has made its words, perhaps some of these.
        make = upsert(conn, customer_words).on_conflict_do_nothing()
        await conn.execute(make, [{"word": word, "customer_id": after.id} for word in new])


async def find(conn: AsyncConnection, text: str, limit: int) -> list[int]:
    """Return the customers that ``text`` finds, at most ``limit``, the likeliest first."""
    asked = wanted(text)
    if asked is None:
        return []
    found = await _beginning(conn, asked.phrases, limit)
    if asked.words and len(found) < limit:
        found += [one for one in await _with_all(conn, asked.words, limit) if one not in found]
    return found[:limit]


def fill(conn: Connection) -> None:
    """Make the words of all customers that have none yet.

    They are put in order first: a million customers have twenty million words, and an index grows fast only at its end.
    """
    plain = Column("word", Folded), Column("customer_id", Whole)
    unordered = Table("new_words", MetaData(), *plain, prefixes=["TEMPORARY"])
    unordered.create(conn)
    last = 0
    while rows := conn.execute(_page(last)).all():
        last = rows[-1].id
        phones: dict[int, list[str]] = {}
        theirs = select(phone_numbers.c.customer_id, phone_numbers.c.e164)
        for phone in conn.execute(theirs.where(phone_numbers.c.customer_id.between(rows[0].id, last))):
            phones.setdefault(phone.customer_id, []).append(phone.e164)
        conn.execute(
            insert(unordered),
            [
                {"word": word, "customer_id": row.id}
                for row in rows
                for word in words_of(_found_by(row, phones.get(row.id, [])), row.number)
            ],
        )
    in_order = select(unordered).order_by(unordered.c.word, unordered.c.customer_id)
    conn.execute(insert(customer_words).from_select(["word", "customer_id"], in_order))
    unordered.drop(conn)


def _page(last: int) -> Select[Any]:
    """Return the next customers without words behind the id ``last``."""
    without = ~exists().where(customer_words.c.customer_id == customers.c.id)
    merged = exists().where(customer_merges.c.customer_id == customers.c.id)
    columns = [customers.c[name] for name in ("id", "number", "name", "company", "email", "city")]
    return select(*columns).where(customers.c.id > last, ~merged, without).order_by(customers.c.id).limit(_AT_ONCE)


def _found_by(row: Row[*tuple[Any, ...]], phones: list[str]) -> NewCustomer:
    return NewCustomer(row.name, row.company, tuple(phones), row.email, city=row.city)


async def _beginning(conn: AsyncConnection, phrases: Sequence[str], limit: int) -> list[int]:
    """Return whose words begin with one of ``phrases``, in the words' order."""
    found = await conn.execute(_ranges(phrases, limit * _PER_HIT))
    in_order = sorted((row.word, row.customer_id) for row in found)
    return list(dict.fromkeys(customer_id for _, customer_id in in_order))


async def _with_all(conn: AsyncConnection, words: Iterable[str], limit: int) -> list[int]:
    """Return who is found by all of ``words``: those whom the rarest leads to, if the record says the others, too."""
    led_to = [await _beginning(conn, ranges_of(word), _MOST_LOOKED_AT // _PER_HIT) for word in words]
    rarest = min(led_to, key=len)
    if not rarest:
        return []
    found = await conn.execute(
        select(customers.c.id).where(customers.c.id.in_(rarest), and_(*map(_says, words))).limit(_MOST_LOOKED_AT)
    )
    known = {row.id for row in found}
    return [one for one in rarest if one in known][:limit]


def _ranges(phrases: Sequence[str], limit: int) -> Select[Any]:
    word = customer_words.c.word
    parts = [
        select(customer_words).where(word >= phrase, word < phrase + _LAST).order_by(word).limit(limit).subquery()
        for phrase in phrases
    ]
    return select(union_all(*(select(part) for part in parts)).subquery())


def _says(word: str) -> ColumnElement[bool]:
    """Tell in SQL whether a customer's record says ``word``, as text or within a phone number."""
    said = customers.c.search.contains(word, autoescape=True)
    digits = [one.removeprefix(PHONE) for one in ranges_of(word) if one.startswith(PHONE)]
    mine = phone_numbers.c.customer_id == customers.c.id
    return or_(said, *(exists().where(mine, phone_numbers.c.e164.contains(one)) for one in digits))
