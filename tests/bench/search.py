"""Finding whom somebody types among a million customers. Rule: by the store's own door, with what the list shows."""

from __future__ import annotations

import random
import time
from statistics import quantiles
from typing import Any

from sqlalchemy import insert, text

from ionas_phone.runtime import clock
from ionas_phone.store import customer_history, customers, engines, tables
from ionas_phone.store.database import Database
from ionas_phone.support.customer_words import words_of
from ionas_phone.support.customers import NewCustomer, fold, search_text
from tests.bench.databases import both
from tests.bench.table import Table

CUSTOMERS, AT_ONCE = 1_000_000, 20_000
SEARCHES = 300
GOAL = 0.05  # seconds, for 95 in 100
FIRST_NAMES = (
    *("Anna", "Jörg", "Renate", "Karl-Heinz", "Gisela", "Ömer", "Sabine", "Peter", "Ursula", "Michael", "Helga"),
    *("Andreas", "Monika", "Thomas", "Ingrid", "Wolfgang", "Désirée", "Klaus", "Brigitte", "Łukasz", "Petra", "Uwe"),
)
NAMES = (
    *("Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann"),
    *("Schäfer", "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann", "Schwarz", "Zimmermann"),
    *("Braun", "Krüger", "Hofmann", "Hartmann", "Lange", "Yılmaz", "Kowalski", "Groß", "Özdemir", "Beispiel"),
)
TOWNS = ("Mainz", "Wiesbaden", "Bingen", "Ingelheim", "Bad Kreuznach", "Rüsselsheim", "Worms")


def person(n: int) -> NewCustomer:
    """Return the n-th customer; 1,500 of a million share a name, 140,000 a town."""
    first, name = FIRST_NAMES[n % len(FIRST_NAMES)], NAMES[n // 7 % len(NAMES)]
    mail = f"{fold(first)}.{fold(name)}.{n}@example.org"
    return NewCustomer(f"{first} {name}", phones=(f"+49{6131_5550_0000 + n * 7}",), email=mail, city=TOWNS[n % 7])


KINDS = {
    "two letters of a name": lambda n: person(n).name.split()[1][:2],
    "a name": lambda n: person(n).name.split()[1],
    "first name and a part of the name": lambda n: person(n).name[:-2],
    "the same the other way round": lambda n: " ".join(reversed(person(n).name.split())),
    "name and town": lambda n: f"{person(n).name.split()[1]} {person(n).city}",
    "a part of a mail address": lambda n: person(n).email[:-8],
    "a phone number": lambda n: f"0{person(n).phones[0][3:]}",
    "five digits of a phone number": lambda n: person(n).phones[0][6:11],
    "a customer number": lambda n: str(n + 10_001),
    "nobody": lambda n: f"Xaver {n}",
}


async def run() -> Table:
    """Fill both databases and look for people in each."""
    table = Table(f"Search as one types, among {CUSTOMERS:,} customers", ("typed", "database", "p50", "p95", "slowest"))
    table.say(
        f"{SEARCHES} searches each, of different people; each is a transaction of its own through "
        "`store.customers.search` and `store.customer_history.last_sessions`, as the list that drops down needs them."
    )
    async with both() as places:
        for name, url in places.items():
            await fill(url)
            await measure(table, name, Database(url))
    return table


async def measure(table: Table, name: str, database: Database) -> None:
    chosen = random.Random(7)  # noqa: S311 - the same people each time
    worst = 0.0
    try:
        for kind, typed in KINDS.items():
            took = []
            for _ in range(SEARCHES):
                looked_for = typed(chosen.randrange(CUSTOMERS))
                began = time.perf_counter()
                async with database.read() as connection:
                    found = await customers.search(connection, looked_for, 21)
                    await customer_history.last_sessions(connection, [one.id for one in found])
                took.append(time.perf_counter() - began)
                assert bool(found) == (kind != "nobody"), looked_for
            cuts = quantiles(took, n=20)
            worst = max(worst, cuts[18])
            table.row(kind, name, *(f"{seconds * 1000:.1f} ms" for seconds in (cuts[9], cuts[18], max(took))))
    finally:
        await database.close()
    table.goal(f"{name}: p95 < {GOAL * 1000:.0f} ms, whatever is typed", worst < GOAL)


async def fill(url: str) -> None:
    """Write the customers down, and the words they are found by; these past SQLAlchemy, for there are 20 million."""
    engine = engines.migrator(engines.parsed(url))
    async with engines.transaction(engine, writing=True) as connection:
        await connection.execute(text("CREATE TEMPORARY TABLE unordered (word TEXT, customer_id BIGINT)"))
        if connection.dialect.name == "postgresql":  # else each of the words is asked whether its customer is there
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
        raw: Any = (await connection.get_raw_connection()).driver_connection
        for start in range(0, CUSTOMERS, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, CUSTOMERS))
            await connection.execute(insert(tables.customers), [_record(n) for n in numbers])
            phones = [{"customer_id": n + 1, "e164": person(n).phones[0], "created_at": clock.now()} for n in numbers]
            await connection.execute(insert(tables.phone_numbers), phones)
            words = [(word, n + 1) for n in numbers for word in words_of(person(n), str(n + 10_001))]
            if connection.dialect.name == "sqlite":
                await raw.executemany("INSERT INTO unordered VALUES (?, ?)", words)
            else:
                await raw.copy_records_to_table("unordered", records=words)
        in_order = 'SELECT word, customer_id FROM unordered ORDER BY word COLLATE "{}", customer_id'
        collation = "BINARY" if connection.dialect.name == "sqlite" else "C"
        await connection.execute(text(f"INSERT INTO customer_words {in_order.format(collation)}"))
        await connection.execute(text("ANALYZE"))
    await engine.dispose()


def _record(n: int) -> dict[str, Any]:
    empty, now = dict.fromkeys(("company", "street", "postcode", "notes"), ""), clock.now()
    fixed = {"country": "DE", "practice": False, "version": 1, "created_at": now, "updated_at": now}
    new, number = person(n), str(n + 10_001)
    facts = {"id": n + 1, "number": number, "name": new.name, "email": new.email, "city": new.city}
    return {**empty, **fixed, **facts, "search": search_text(new, number)}
