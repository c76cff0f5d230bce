"""Rows of a file, looked at and written: each says what became of it."""

from __future__ import annotations

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.store import customer_merges, customer_numbers, customer_rows, customers
from ionas_phone.store.customer_rows import Line, RowResult
from ionas_phone.store.database import Database
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
    rows = [Row(2, NewCustomer(" ", number="1"), ("number",))]
    with pytest.raises(FormWrong):
        async with database.write() as connection:
            await customer_rows.take(connection, rows, AT, "ben", write=True)
