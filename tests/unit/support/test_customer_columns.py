from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from ionas_phone.support.customer_columns import COLUMNS, column_of, head, heads, written
from ionas_phone.support.customer_file import read_customers
from ionas_phone.support.customers import Customer, CustomerKind, NewCustomer

ODD = Customer(
    *(7, "10023", "=cmd|' /C calc'!A0", '+Plus & "Gänsefuß"; GmbH', ("+4961315550101", "+4312345678", "+4961315550*")),
    *("-minus@example.org", "@Hof 1", "01067", "Dresden", "DE", "'=schon\nverlassen'\t; 😀 שלום"),
    kind=CustomerKind.BUSINESS,
    framework_contract=True,
)


PLAIN = replace(ODD, kind=CustomerKind.CONSUMER, framework_contract=False)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("one", [ODD, PLAIN])
def test_what_is_written_reads_back_the_same(language: str, one: Customer) -> None:
    text = head(language) + written([one, one], language)
    (row,) = read_customers(text.encode()).rows
    assert row.customer == NewCustomer(**{name: getattr(one, name) for name in COLUMNS})
    assert tuple(row.cells) == COLUMNS
    assert text.startswith("\ufeffNummer;Name" if language == "de" else "\ufeffnumber;name")


def test_no_cell_is_a_formula() -> None:
    (cells,) = csv.reader(io.StringIO(written([ODD], "de")), delimiter=";")
    assert [cell for cell in cells if cell[0] in "=+-@\t\r"] == []


def test_every_column_is_known_by_its_name_in_either_language() -> None:
    for language in ("de", "en"):
        assert tuple(column_of(name.casefold()) for name in heads(language)) == COLUMNS
