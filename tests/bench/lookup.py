"""Finding a caller among a million customers. Rule: by the store's own door, a transaction each."""

from __future__ import annotations

import random
import time
from statistics import quantiles

from sqlalchemy import BigInteger, String, cast, insert, literal, select, text

from ionas_phone.runtime import clock
from ionas_phone.store import customer_numbers, tables
from ionas_phone.store.database import Database
from tests.bench.databases import both
from tests.bench.table import Table

CUSTOMERS, AT_ONCE = 1_000_000, 100_000
LOOK_UPS = 3_000
UNKNOWN = 10  # one in so many is nobody's number
FIRST = 4_930_000_000_000
GOAL = 0.005  # seconds


async def run() -> Table:
    """Fill both databases and look numbers up in each."""
    table = Table(f"Look-up of a caller's number among {CUSTOMERS:,} customers", ("database", "p50", "p99", "slowest"))
    table.say(
        f"{LOOK_UPS:,} numbers in random order, one in {UNKNOWN} nobody's; each look-up is a transaction of its own "
        "through `store.customer_numbers.matches`, as the service does it, and with the way to driver or server in it."
    )
    async with both() as places:
        for name, url in places.items():
            took = await measured(Database(url))
            cuts = quantiles(took, n=100)
            table.row(name, *(f"{seconds * 1000:.1f} ms" for seconds in (cuts[49], cuts[98], max(took))))
            table.goal(f"{name}: p99 < 5 ms", cuts[98] < GOAL)
    return table


async def measured(database: Database) -> list[float]:
    """Return the seconds of each look-up."""
    chosen = random.Random(7)  # noqa: S311 - the same numbers each time
    try:
        await fill(database)
        took = []
        for count in range(LOOK_UPS):
            known = count % UNKNOWN > 0
            number = f"+{FIRST + chosen.randrange(CUSTOMERS) + (0 if known else CUSTOMERS)}"
            began = time.perf_counter()
            async with database.read() as connection:
                found = await customer_numbers.matches(connection, number)
            took.append(time.perf_counter() - began)
            assert len(found) == known
        return took
    finally:
        await database.close()


async def fill(database: Database) -> None:
    """Write the customers down, with a number each, without bothering Python with every one of them."""
    now = literal(clock.now(), tables.customers.c.created_at.type)
    for start in range(0, CUSTOMERS, AT_ONCE):
        numbers = select(cast(literal(start), BigInteger).label("n")).cte("numbers", recursive=True)
        numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < start + AT_ONCE - 1))
        n = numbers.c.n
        name = literal("Erika Beispiel ") + cast(n, String)
        words = dict.fromkeys(("company", "email", "street", "postcode", "city", "country", "notes"), literal(""))
        values = {"id": n + 1, "number": cast(n + 1, String), "name": name, "search": name, **words}
        values |= {"practice": literal(False), "version": literal(1), "created_at": now, "updated_at": now}
        phones = {"customer_id": n + 1, "e164": literal("+") + cast(n + FIRST, String), "created_at": now}
        async with database.write() as connection:
            await connection.execute(insert(tables.customers).from_select([*values], select(*values.values())))
            await connection.execute(insert(tables.phone_numbers).from_select([*phones], select(*phones.values())))
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))
