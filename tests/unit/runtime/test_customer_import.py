"""A whole file: good rows go in, a bad one keeps nobody else out."""

from __future__ import annotations

from pathlib import Path

from ionas_phone.runtime import clock
from ionas_phone.runtime.customer_import import Import
from ionas_phone.store import customers
from ionas_phone.store.customer_rows import RowResult
from ionas_phone.support.customer_file import Row, read_customers
from ionas_phone.support.customers import NewCustomer
from tests.desk_app import desk_app


async def test_good_rows_go_in_and_bad_ones_are_named_in_the_file_s_order(tmp_path: Path) -> None:
    rows = "".join(f"{number};Kunde {number};;\n" for number in range(100, 160))
    file = read_customers(f"number;name;phones;email\n{rows}7;Anna;12;\n8;Ben;;\n".encode())
    file.rows.insert(3, Row(5, NewCustomer(" ", number="9"), {"number": "9"}))  # what only the store refuses
    async with desk_app(tmp_path) as desk:
        database = desk.world.database
        for write in (False, True):
            lines = await Import(database, clock.now, "ben", write=write).run(file)
            outcomes = [line.outcome for line in lines]
            assert [line.line for line in lines] == sorted(line.line for line in lines)
            assert outcomes.count(RowResult.ADDED) == (61 if write else 62)
            refused = [(line.line, fault.column) for line in lines for fault in line.faults]
            assert refused == ([(5, "name"), (62, "phones")] if write else [(62, "phones")])
        async with database.read() as connection:
            assert len(await customers.search(connection, "kunde", limit=100)) == 60
        again = await Import(database, clock.now, "ben", write=True).run(file)
        assert [line.outcome for line in again].count(RowResult.SAME) == 61


async def test_of_a_file_that_can_t_be_read_to_its_end_nothing_goes_in(tmp_path: Path) -> None:
    file = read_customers(b'number;name\n1;Anna\n2;"Ben\n')
    async with desk_app(tmp_path) as desk:
        for _ in range(2):
            lines = await Import(desk.world.database, clock.now, "ben", write=True).run(file)
            assert [(line.line, line.outcome) for line in lines] == [(2, RowResult.ADDED)]
