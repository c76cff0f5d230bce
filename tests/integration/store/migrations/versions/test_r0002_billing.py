from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, Executable, column, delete, func, insert, select, table, text, update

from ionas_phone.errors import RowRefused
from ionas_phone.store import engines
from ionas_phone.store import tables as t
from ionas_phone.store import tables_billing as b
from ionas_phone.store.database import Database
from ionas_phone.store.migrate import _do, migrate
from tests.people import AT

LATER = datetime(2026, 11, 23, tzinfo=UTC)
DEED = {"at": AT, "by": "anna"}
# One row of each table that only grows, in the order in which they refer to each other.
ROWS: dict[str, dict[str, object]] = {
    "estimates": {
        "key": "e",
        "session_id": 1,
        "version": 1,
        "procedure": "Treiber erneuern",
        "minutes_from": 10,
        "minutes_to": 20,
        "tariff_id": 1,
        "customer_kind": "consumer",
        "price_cents": 2380,
        **DEED,
    },
    "acceptances": {
        "key": "a",
        "session_id": 1,
        "estimate_id": 1,
        "decision": "accepted",
        "who": "Erika Beispiel",
        "relation": "self",
        "identified": "number",
        "channel": "spoken",
        "language": "de",
        "scripts": "acceptance/consumer/de/1",
        "wording": "Sind Sie einverstanden?",
        "customer_id": 1,
        "customer_kind": "consumer",
        "framework_contract": False,
        "tariff_id": 1,
        "tariff_name": "Standard",
        "tariff_valid_from": date(2026, 1, 1),
        "tariff_gross_cents": 119,
        "tariff_net_cents": 100,
        "tariff_vat_percent": 19,
        "tariff_increment_minutes": 1,
        "tariff_rounding": "down",
        "tariff_minimum_minutes": 0,
        "procedure": "Treiber erneuern",
        "minutes_from": 10,
        "minutes_to": 20,
        "price_cents": 2380,
        "early_start": True,
        "withdrawal_known": True,
        **DEED,
    },
    "confirmations": {
        "key": "c",
        "acceptance_id": 1,
        "script": "confirmation/consumer/de/1",
        "text": "Auftrag",
        "sha256": "0" * 64,
        "handed": "mail",
        "address": "erika@example.org",
        **DEED,
    },
    "time_entries": {"session_id": 1, "assistant_id": 1, "acceptance_id": 1, "started_at": AT},
    "time_corrections": {"key": "k", "session_id": 1, "seconds": -60, "reason": "Kaffee", **DEED},
    "timer_steps": {"key": "s", "session_id": 1, "command": "start", "state": "running", "entry_id": 1, **DEED},
    "outages": {"entry_id": 1, "kind": "outage", "from_at": AT, "to_at": LATER},
    "outage_reviews": {"outage_id": 1, **DEED},
}
GROWING = ("tariffs", "scripts", *ROWS)
CALL = {
    **dict.fromkeys(("line", "queue", "caller_name"), ""),
    "pbx": "mainz",
    "unique_id": "1",
    "suppressed": False,
    "outcome": "answered",
    "practice": False,
}
SESSION = {
    "assistant_name": "Anna",
    "caller_name": "",
    "suppressed": False,
    "opened_at": AT,
    "problem": "Drucker",
    "problem_version": 2,
    "version": 2,
    "practice": False,
}
CUSTOMER = {
    **dict.fromkeys(("company", "email", "street", "postcode", "city", "country", "notes", "search"), ""),
    "number": "10001",
    "name": "Erika",
    "practice": False,
    "version": 1,
    "created_at": AT,
    "updated_at": AT,
}
USER = {
    **dict.fromkeys(("name", "password_hash", "role", "extension", "interface", "language"), ""),
    "login": "anna",
    "login_key": "anna",
    "disabled": False,
    "created_at": AT,
}


@pytest.fixture
async def filled(database: Database) -> AsyncIterator[Database]:
    async with database.write() as connection:
        await connection.execute(insert(t.users).values(USER))
        await connection.execute(insert(t.customers).values(CUSTOMER))
        await connection.execute(insert(t.sessions).values(SESSION))
        for name, row in ROWS.items():
            await connection.execute(insert(b.metadata.tables[name]).values(row))
    yield database
    async with database.read() as connection:
        for name in GROWING:
            assert (await connection.execute(select(func.min(b.metadata.tables[name].c.id)))).scalar_one() == 1


async def _refused(database: Database, statement: Executable, match: str = "") -> None:
    with pytest.raises(RowRefused, match=match):
        async with database.write() as connection:
            await connection.execute(statement)


async def test_what_only_grows_is_neither_changed_nor_taken_away(filled: Database, kind: str) -> None:
    for name in GROWING:
        its = b.metadata.tables[name]
        await _refused(filled, update(its).values(id=2), "append.only")
        await _refused(filled, delete(its), "append.only")
        if kind == "postgresql":
            await _refused(filled, text(f"TRUNCATE {name} CASCADE"), "append.only")
            continue
        async with filled.read() as connection:
            row = (await connection.execute(select(its).where(its.c.id == 1))).one()._asdict()
        await _refused(filled, insert(its).prefix_with("OR REPLACE").values(row), "append.only")
        if name not in {"tariffs", "time_entries"}:  # all others have another name, by which they could be replaced
            del row["id"]
            await _refused(filled, insert(its).prefix_with("OR REPLACE").values(row), "append.only")


async def test_a_time_entry_gets_its_end_and_nothing_else(filled: Database) -> None:
    for change in (
        {"ended_at": LATER, "started_at": LATER},
        {"ended_at": LATER, "id": 2},
        {"started_at": LATER},
        {"ended_at": None},
    ):
        await _refused(filled, update(b.time_entries).values(change), "append.only")


async def test_a_time_entry_ends_once_and_not_before_it_began(filled: Database) -> None:
    await _refused(filled, update(b.time_entries).values(ended_at=datetime(2026, 1, 1, tzinfo=UTC)), "forward")
    async with filled.write() as connection:
        await connection.execute(update(b.time_entries).values(ended_at=LATER))

    await _refused(filled, update(b.time_entries).values(ended_at=AT), "append.only")
    await _refused(filled, update(b.time_entries).values(ended_at=None), "append.only")


# What no row may say, and the rule that refuses it.
WRONG: dict[str, list[tuple[dict[str, object], str]]] = {
    "tariffs": [
        ({"gross_cents": 99}, "price"),
        ({"net_cents": -1}, "price"),
        ({"vat_percent": 101}, "vat"),
        ({"increment_minutes": 0}, "minutes"),
        ({"minimum_minutes": -1}, "minutes"),
        ({"rounding": "sideways"}, "rounding"),
        ({"name": ""}, "named"),
    ],
    "scripts": [({"text": ""}, "text")],
    "estimates": [
        ({"minutes_from": 0}, "minutes"),
        ({"minutes_from": 21}, "minutes"),
        ({"cap_cents": 0}, "price"),
        ({"procedure": ""}, "procedure"),
        ({"customer_kind": "martian"}, "customer_kind"),
    ],
    "acceptances": [
        ({"decision": "perhaps"}, "decision"),
        ({"who": ""}, "accepted"),
        ({"wording": ""}, "accepted"),
        ({"customer_id": None}, "accepted"),
        ({"early_start": False}, "consents"),
        ({"withdrawal_known": False}, "consents"),
    ],
    "confirmations": [({"sha256": "0"}, "text")],
    "time_corrections": [({"seconds": 0}, "seconds"), ({"reason": ""}, "reason")],
}


async def test_what_must_never_be_is_refused_by_its_rule(filled: Database) -> None:
    async with filled.write() as connection:  # an answer of its own needs an estimate of its own
        second = insert(b.estimates).values(ROWS["estimates"] | {"key": "second", "version": 2})
        other = (await connection.execute(second.returning(b.estimates.c.id))).scalar_one()
    fresh = {"key": "2", "version": 3, "estimate_id": other}
    for name, wrong in WRONG.items():
        its = b.metadata.tables[name]
        async with filled.read() as connection:
            row = (await connection.execute(select(its).where(its.c.id == 1))).one()._asdict()
        del row["id"]
        good = row | {field: value for field, value in fresh.items() if field in row}
        for change, rule in wrong:
            await _refused(filled, insert(its).values(good | change), f"ck_{name}_{rule}")
        async with filled.write() as connection:  # and with nothing wrong it is taken
            await connection.execute(insert(its).values(good))


async def test_one_timer_runs_per_session_and_per_assistant(filled: Database) -> None:
    async with filled.write() as connection:
        await connection.execute(insert(t.sessions).values(SESSION))
        await connection.execute(insert(t.users).values(USER | {"login": "ben", "login_key": "ben"}))
    entry = ROWS["time_entries"]

    await _refused(filled, insert(b.time_entries).values(entry | {"assistant_id": 2}), "session")
    await _refused(filled, insert(b.time_entries).values(entry | {"session_id": 2}), "assistant")
    async with filled.write() as connection:
        await connection.execute(insert(b.time_entries).values(entry | {"session_id": 2, "assistant_id": 2}))


async def test_there_is_a_tariff_and_there_are_texts_to_begin_with(database: Database) -> None:
    async with database.read() as connection:
        tariff = (await connection.execute(select(b.tariffs))).one()
        texts = (await connection.execute(select(b.scripts))).all()

    assert (tariff.name, tariff.valid_from, tariff.gross_cents, tariff.net_cents) == (
        "Standard",
        date(2026, 1, 1),
        119,
        100,
    )
    assert (tariff.increment_minutes, tariff.rounding, tariff.minimum_minutes) == (1, "down", 0)
    assert {(row.kind, row.customer_kind) for row in texts if row.language == "de"} == {
        ("acceptance", "consumer"),
        ("acceptance", "business"),
        ("cap", "consumer"),
        ("cap", "business"),
        ("early_start", "consumer"),
        ("withdrawal", "consumer"),
        ("confirmation", "consumer"),
        ("confirmation", "business"),
    }
    assert len([row for row in texts if (row.language, row.version) == ("en", 1)]) == 8


async def test_what_was_there_before_stays_and_counts_as_before(empty_url: str) -> None:
    """A session and its call refer to each other: building a table anew must not tear them apart."""

    def first_step(connection: Connection) -> None:
        _do(connection, "0001")

    engine = engines.migrator(engines.parsed(empty_url))
    engines.prepare(engines.parsed(empty_url))
    async with engine.begin() as connection:
        await connection.run_sync(first_step)
        await connection.execute(_old("calls", CALL))
        await connection.execute(_old("customers", CUSTOMER))
        await connection.execute(_old("sessions", {"call_id": 1, "customer_id": 1, **SESSION}))
        await connection.execute(text("UPDATE calls SET session_id = 1"))
    await engine.dispose()

    assert migrate(empty_url)[0] == "0002"

    database = Database(empty_url)
    async with database.write() as connection:
        session = (await connection.execute(select(t.sessions))).one()
        customer = (await connection.execute(select(t.customers))).one()
        await connection.execute(insert(t.customers).values(CUSTOMER | {"number": "10002"}))
        ids = (await connection.execute(select(t.customers.c.id).order_by(t.customers.c.id))).scalars().all()
    await database.close()
    assert (session.problem, session.version, session.summary, session.summary_version) == ("Drucker", 2, "", 1)
    assert (session.prevention, session.outcome, session.call_id, session.customer_id) == ("", None, 1, 1)
    assert (customer.name, customer.kind, customer.framework_contract) == ("Erika", "consumer", False)
    assert ids == [1, 2]


def _old(name: str, values: dict[str, object]) -> Executable:
    """Insert into a table of yesterday, which lacks columns that today's has."""
    columns = b.metadata.tables[name].c
    return insert(table(name, *(column(field, columns[field].type) for field in values))).values(values)
