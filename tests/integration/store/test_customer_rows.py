"""Rows of a file, looked at and written: each says what became of it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from ionas_phone.errors import FormWrong
from ionas_phone.store import customer_merges, customer_numbers, customer_rows, customers
from ionas_phone.store.customer_rows import Line, RowResult
from ionas_phone.store.database import Database
from ionas_phone.store.tables import customers as table
from ionas_phone.support.customer_columns import head, written
from ionas_phone.support.customer_file import CustomerFile, Row, read_customers
from ionas_phone.support.customers import Customer, NewCustomer
from tests.people import AT, NUMBER

HEAD = "number;name;phones;notes\n"


def _rows(text: str) -> list[Row]:
    file: CustomerFile = read_customers((HEAD + text).encode())
    assert file.refused == []
    return file.rows


async def _take(database: Database, text: str, *, write: bool = True) -> list[Line]:
    async with database.write() if write else database.read() as connection:
        return await customer_rows.take(connection, _rows(text), AT, "ben", write=write)


async def test_rows_add_correct_and_leave_alone(database: Database, mueller: Customer) -> None:
    text = "10001;Jörg Maier;0171 3920017;\nA-7;Anna;06131 5550101;laut\n"
    expected = [(2, "10001", RowResult.CHANGED, ("name", "phones")), (3, "A-7", RowResult.ADDED, ())]
    for write in (False, True):
        lines = await _take(database, text, write=write)
        found = [(one.line, one.number, one.outcome, tuple(change.field for change in one.changes)) for one in lines]
        assert found == expected
        name, phones = lines[0].changes
        assert (name.before, name.after) == ("Jörg Müller", "Jörg Maier")
        assert (phones.before, phones.after) == ("06131 5550123", "06131 5550123; 0171 3920017")
        assert [one.renamed for one in lines] == [True, False]
    assert [one.outcome for one in await _take(database, text)] == [RowResult.SAME, RowResult.SAME]
    async with database.read() as connection:
        now = await customers.known(connection, mueller.id)
        assert (now.name, now.phones, now.city, now.version) == ("Jörg Maier", (NUMBER, "+491713920017"), "Mainz", 2)
        assert await customers.search(connection, "anna") != ()


async def test_a_number_that_is_not_theirs_stays_away(database: Database, mueller: Customer) -> None:
    async with database.write() as connection:
        await customer_numbers.detach(connection, mueller.id, NUMBER, AT, "ben")
    (line,) = await _take(database, "10001;Jörg Müller;06131 5550123;\n")
    assert line.outcome is RowResult.SAME


async def test_one_merged_away_is_refused_and_named(database: Database, mueller: Customer) -> None:
    async with database.write() as connection:
        gone = await customers.create(connection, NewCustomer("J. Müller"), AT, "anna")
        await customer_merges.merge(connection, mueller.id, gone.id, (1, 1), AT, "ben")
    for write in (False, True):
        (line,) = await _take(database, f"{gone.number};J. Müller;;\n", write=write)
        (fault,) = line.faults
        assert (line.outcome, fault.column) == (RowResult.REFUSED, "number")
        assert "10001" in str(fault.error)


async def test_what_cannot_be_written_is_raised(database: Database) -> None:
    rows = [Row(2, NewCustomer(" ", number="1"), {"number": "1"})]
    with pytest.raises(FormWrong):
        async with database.write() as connection:
            await customer_rows.take(connection, rows, AT, "ben", write=True)


async def test_a_file_need_not_name_those_who_are_there(database: Database, mueller: Customer) -> None:
    file = read_customers(b"number;city\n10001;Worms\n4711;Worms\n")
    async with database.write() as connection:
        known, unknown = await customer_rows.take(connection, file.rows, AT, "ben", write=True)
        now = await customers.known(connection, mueller.id)
    assert (known.outcome, known.name, [one.field for one in known.changes]) == (
        RowResult.CHANGED,
        "Jörg Müller",
        ["city"],
    )
    assert (unknown.outcome, [one.column for one in unknown.faults]) == (RowResult.REFUSED, ["name"])
    assert (now.name, now.city) == ("Jörg Müller", "Worms")


OLD = (  # as records stand there since before the rules of postcode, country and signs that nobody sees
    {"postcode": "1067", "country": "DE"},  # its zero was lost
    {"postcode": "D-55116", "country": "DE"},
    {"postcode": "01010", "country": "AT"},
    {"postcode": "?", "country": "XX"},
    {"postcode": "55116", "country": "de"},
    {"postcode": "55116", "country": ""},
    {"postcode": "1010", "country": ""},
    {"postcode": "55116", "country": "DE", "city": "Mainz\u200b"},
)


@pytest.fixture
async def old(database: Database) -> tuple[Customer, ...]:
    """Customers from before the rules; the last of them is nothing to wonder at."""
    async with database.write() as connection:
        for facts in (*OLD, {"postcode": "01067"}):
            made = await customers.create(connection, NewCustomer("Old", phones=(NUMBER,)), AT, "anna")
            await connection.execute(update(table).where(table.c.id == made.id).values(**facts))
        return await customers.page(connection, 0, 100)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_records_from_before_a_rule_come_back_from_a_file_unchanged_and_are_pointed_out(
    database: Database, old: tuple[Customer, ...], language: str
) -> None:
    file = read_customers((head(language) + written(old, language)).encode())
    assert file.refused == []
    for write in (False, True):
        async with database.write() if write else database.read() as connection:
            lines = await customer_rows.take(connection, file.rows, AT, "ben", write=write)
        assert [(one.outcome, one.faults, one.changes) for one in lines] == [(RowResult.SAME, (), ())] * len(old)
        hints = [{hint.column for hint in one.hints} for one in lines]
        both = {"postcode", "country"}
        assert hints == [{"postcode"}] * 3 + [both, {"country"}, set(), set(), {"city"}, set()]
    async with database.read() as connection:
        assert await customers.page(connection, 0, 100) == old


@pytest.mark.parametrize(
    ("typed", "outcome", "wrong"),
    [
        ("1067;DE", RowResult.SAME, []),
        ("01067;DE", RowResult.CHANGED, []),
        ("10670;DE", RowResult.CHANGED, []),
        ("106;DE", RowResult.REFUSED, ["postcode"]),
        ("1067;AT", RowResult.CHANGED, []),
        ("1067;XX", RowResult.REFUSED, ["country"]),
        ("106;XX", RowResult.REFUSED, ["country"]),
        (";CH", RowResult.CHANGED, []),
        ("1067;", RowResult.SAME, []),
        ("106;", RowResult.REFUSED, ["postcode"]),
    ],
)
async def test_what_a_file_changes_of_such_a_record_is_checked(
    database: Database, old: tuple[Customer, ...], typed: str, outcome: RowResult, wrong: list[str]
) -> None:
    file = read_customers(f"number;postcode;country;name\n{old[0].number};{typed};Old\n".encode())
    async with database.write() as connection:
        [line] = await customer_rows.take(connection, file.rows, AT, "ben", write=True)
    assert (line.outcome, [fault.column for fault in line.faults]) == (outcome, wrong)


async def test_the_same_values_are_refused_of_a_new_customer(database: Database, old: tuple[Customer, ...]) -> None:
    lines = written(old, "en").replace(";Old;", "-new;Old;")
    file = read_customers((head("en") + lines).encode())
    async with database.write() as connection:
        taken = await customer_rows.take(connection, file.rows, AT, "ben", write=True)
        assert len(await customers.page(connection, 0, 100)) == len(old) + [one.outcome for one in taken].count(
            RowResult.ADDED
        )
    refused = [line.line - 2 for line in taken if line.outcome is RowResult.REFUSED]
    assert refused == [1, 3, 7]
