from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update

from ionas_phone.cli.store import opened
from ionas_phone.runtime import clock
from ionas_phone.settings import Settings
from ionas_phone.store import customer_numbers, customers
from ionas_phone.store.tables import customers as table
from ionas_phone.support.customers import Customer

from .conftest import Run, Said

TEXT = "number;name;phones;notes\n10023;Renate Müller;06131 5550101;hört schlecht\n10024;Karl Braun;;\n"


@pytest.fixture
def read_in(migrated: Run, tmp_path: Path) -> Run:
    def _read_in(text: str, *options: str) -> Said:
        path = tmp_path / "customers.csv"
        path.write_text(text, encoding="utf-8")
        return migrated("customers", "import", str(path), *options)

    return _read_in


def stored(number: str) -> Customer | None:
    async def read() -> Customer | None:
        async with opened(Settings.from_env()) as database, database.read() as connection:
            return await customers.by_number(connection, number)

    return asyncio.run(read())


def grow_old(number: str, postcode: str) -> None:
    """Let a postcode stand there from before there were rules for it."""

    async def write() -> None:
        async with opened(Settings.from_env()) as database, database.write() as connection:
            await connection.execute(update(table).where(table.c.number == number).values(postcode=postcode))

    asyncio.run(write())


def learn(number: str, e164: str) -> None:
    async def write() -> None:
        async with opened(Settings.from_env()) as database, database.write() as connection:
            found = await customers.by_number(connection, number)
            assert found
            await customer_numbers.attach(connection, found.id, e164, clock.now(), "anna")

    asyncio.run(write())


def test_the_same_file_again_changes_nothing(read_in: Run) -> None:
    assert read_in(TEXT).out == "2 added, 0 changed, 0 as they were, 0 refused (UTF-8).\n"
    before = stored("10023")
    assert read_in(TEXT).out == "0 added, 0 changed, 2 as they were, 0 refused (UTF-8).\n"
    assert stored("10023") == before
    assert before
    assert (before.name, before.phones, before.version) == ("Renate Müller", ("+4961315550101",), 1)


def test_an_import_adds_and_corrects_but_never_empties(read_in: Run) -> None:
    read_in(TEXT)
    learn("10023", "+491713920001")
    said = read_in("number;name;city;notes\n10023;Renate Maier;Mainz;\n")
    assert said.out == "0 added, 1 changed, 0 as they were, 0 refused (UTF-8).\n"
    after = stored("10023")
    assert after
    assert (after.name, after.city, after.notes) == ("Renate Maier", "Mainz", "hört schlecht")
    assert after.phones == ("+4961315550101", "+491713920001")


def test_a_dry_run_tells_and_writes_nothing(read_in: Run) -> None:
    said = read_in(TEXT, "--dry-run")
    assert said.out == (
        "Nothing was written; this is what an import would do:\n"
        "2 added, 0 changed, 0 as they were, 0 refused (UTF-8).\n"
    )
    assert stored("10023") is None


def test_bad_rows_are_named_and_the_good_ones_go_in(read_in: Run) -> None:
    said = read_in(TEXT + "10025;Petra Lang;0171;\n\n;Nobody;;\n")
    assert said.code == 1
    assert said.out == "2 added, 0 changed, 0 as they were, 2 refused (UTF-8).\n"
    lines = said.err.splitlines()
    assert lines[0].endswith("customers.csv, line 4, phones: “0171” is no complete phone number.")
    assert lines[1].endswith("line 6, number: It is empty; without it a second import would double the customer.")


def test_what_stands_there_since_before_a_rule_stays_and_is_pointed_out(read_in: Run) -> None:
    read_in(TEXT)
    grow_old("10023", "D-55116")
    said = read_in("number;name;postcode;country\n10023;Renate Müller;D-55116;DE\n")
    assert (said.code, said.out) == (0, "0 added, 0 changed, 1 as they were, 0 refused (UTF-8).\n")
    assert "line 2, postcode (stays as it is): A German postcode has five digits" in said.err


def test_of_a_file_with_an_open_quotation_mark_nothing_goes_in_and_the_line_is_named(read_in: Run) -> None:
    said = read_in(TEXT + '10025;Petra Lang;0171;\n10026;"Ole;;\n')
    assert said.code == 1
    assert said.out == (
        "Nothing was written; the lines before it stand like this:\n"
        "2 added, 0 changed, 0 as they were, 1 refused (UTF-8).\n"
    )
    assert "customers.csv: A quotation mark is opened in line 5 and never closed" in said.err
    assert stored("10023") is None


def test_a_file_that_is_not_there_is_said(migrated: Run) -> None:
    said = migrated("customers", "import", "nowhere.csv")
    assert (said.code, said.err) == (1, "ionas-phone: nowhere.csv can't be read (No such file or directory).\n")
