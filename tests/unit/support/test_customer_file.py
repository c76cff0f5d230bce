from __future__ import annotations

import pytest

from ionas_phone.errors import PhoneError
from ionas_phone.support.customer_columns import COLUMNS
from ionas_phone.support.customer_file import read_customers
from ionas_phone.support.customers import CustomerKind, NewCustomer

HEAD = "number;name;phones\n"


def refusals(text: str) -> list[tuple[int, str, str]]:
    refused = read_customers(text.encode()).refused
    return [(one.line, fault.column, str(fault.error)) for one in refused for fault in one.faults]


def test_all_columns_in_any_order() -> None:
    cells = dict(zip(COLUMNS, COLUMNS, strict=True)) | {
        "number": "10023",
        "name": "Renate Müller",
        "company": "Blumen Müller",
        "phones": "06131/5550101; 0171 3920001",
        "email": "renate@example.org",
        "postcode": "1010",
        "country": "at",
        "kind": "business",
        "framework_contract": "no",
    }
    order = COLUMNS[::-1]
    quoted = ['"' + cells[name] + '"' for name in order]
    file = read_customers((";".join(order) + "\n" + ";".join(quoted) + "\n").encode())
    assert file.refused == []
    assert file.rows[0].customer == NewCustomer(
        number="10023",
        name="Renate Müller",
        company="Blumen Müller",
        phones=("+4961315550101", "+491713920001"),
        email="renate@example.org",
        street="street",
        postcode="1010",
        city="city",
        country="AT",
        notes="notes",
        kind=CustomerKind.BUSINESS,
        framework_contract=False,
    )


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_spellings_of_a_csv_file(delimiter: str, end: str, encoding: str) -> None:
    lines = [delimiter.join(["Number", " NAME ", "phones"]), delimiter.join(["1", "Jürgen Weiß", '"0171 3920001;201"'])]
    file = read_customers(end.join([*lines[:1], "", *lines[1:], ""]).encode(encoding))
    assert file.encoding == ("Windows-1252" if encoding == "cp1252" else "UTF-8")
    refused = [(row.line, fault.error.message) for row in file.refused for fault in row.faults]
    assert refused == [(3, "“%(phone)s” is no complete phone number.")]


def test_only_filled_cells_count_as_given() -> None:
    (row,) = read_customers(b"number;name;company;country\n1;Anna; ;\n").rows
    assert row.cells == {"number": "1", "name": "Anna"}
    assert row.customer.country == "DE"


def test_a_row_that_goes_over_lines_is_named_by_its_first() -> None:
    text = 'number;name;notes\n1;Anna;"two\nlines"\n;Ben;\n'
    file = read_customers(text.encode())
    assert file.rows[0].customer.notes == "two\nlines"
    assert [refusal.line for refusal in file.refused] == [4]


def test_bad_rows_are_named_by_line_and_column_and_good_ones_read() -> None:
    text = (
        HEAD
        + "1;Anna;06131 5550101\n;Ben;\n3;Cem;12\n4;;\n5;Dora\n1;Emil;\n"
        + "7;"
        + "x" * 300
        + ";\n8;Fee;\n"
        + "K/17;Gil;\nneu;Hans;\n"
    )
    assert [row.customer.name for row in read_customers(text.encode()).rows] == ["Anna", "", "Fee"]
    assert refusals(text) == [
        (3, "number", "It is empty; without it a second import would double the customer."),
        (4, "phones", "“12” is no complete phone number."),
        (6, "", "2 columns instead of 3."),
        (7, "number", "The number stands in line 2 already."),
        (8, "name", "This is longer than 200 characters."),
        (10, "number", "A customer number is up to 20 letters, digits, . _ or -, and begins with a letter or digit."),
        (11, "number", "“neu” can't be a customer number: a page has this name."),
    ]


def test_a_refused_row_says_whose_it_is_and_all_that_is_wrong_with_it() -> None:
    head_line = "number;name;email;country;phones;postcode\n"
    text = head_line + "9;Hans Beispiel;hans@@;xyz;06131 5550101;;\n4;Ida;ida@;XX;12;?\n5;Ole;ole@;;;abcde\n"
    (short, ida, ole) = read_customers(text.encode()).refused
    assert (short.line, short.number, short.name) == (2, "9", "Hans Beispiel")
    assert [one.column for one in short.faults] == [""]
    assert (ida.line, ida.number, ida.name) == (3, "4", "Ida")
    assert {one.column for one in ida.faults} == {"email", "country", "phones", "postcode"}
    assert {one.column for one in ole.faults} == {"email", "postcode"}


def test_what_only_a_record_from_before_a_rule_may_hold_is_read_with_doubts() -> None:
    text = "number;name;country;postcode\n5;Ole;;abcde\n6;Pia;AT;55116\n7;Ria;XX;1\n8;Uwe;;55116\n9;Ada\u200b;;\n"
    file = read_customers(text.encode())
    assert file.refused == []
    assert [[(one.column, str(one.error)) for one in row.doubts] for row in file.rows[:4]] == [
        [("postcode", "A German postcode has five digits, as 55116; or choose another country.")],
        [("postcode", "An Austrian or Swiss postcode has four digits, as 1010.")],
        [("country", "“XX” is no country: write its two letters, as DE for Germany or AT for Austria.")],
        [],
    ]
    assert [one.column for one in file.rows[4].doubts] == ["name"]


def test_only_a_new_customer_needs_a_name() -> None:
    (row,) = read_customers(b"number;city\n1;Mainz\n").rows
    assert [str(one.error) for one in row.doubts] == ["A customer needs a name or a company."]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Line 1: the column “number” is missing"),
        (b"name;phones\nAnna;\n", "Line 1: the column “number” is missing"),
        (b"number;nmae\n", "Line 1: there is no column “nmae”"),
        (b"number;name;Name\n", "Line 1: the column “name” stands there twice."),
        ("number;name\n1;Änne\n".encode("utf-16"), "This is no CSV file in UTF-8"),
        (b"number;name\n1;A\xc3\n2;B\x81\n", "Line 3 is neither UTF-8 nor Windows-1252."),
        (b'number;"name\n1;Anna\n', "A quotation mark is opened in line 1 and never closed"),
    ],
)
def test_what_is_no_such_file_at_all(content: bytes, said: str) -> None:
    with pytest.raises(PhoneError) as wrong:
        read_customers(content)
    assert str(wrong.value).startswith(said)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ('3;"Cem;\n4;Dora;\n', "A quotation mark is opened in line 4 and never closed"),
        ('3;Cem;"two\nlines"\n4;"two\nlines";"open\n5;Emil;\n', "A quotation mark is opened in line 7 and never"),
        ('3;"""C"" \r\n";"open', "A quotation mark is opened in line 5 and never"),
        (f'3;"Cem;\n{"4;Dora;" * 30_000}', "A quotation mark is opened in line 4 and never closed"),
        ('3;"Cem "der Lange" Berg";\n', "The quotation mark opened in line 4 is closed in line 4, and there"),
        ('3;"Cem;\n4;Dora;\n5;"Emil";\n', "The quotation mark opened in line 4 is closed in line 6, and there"),
        (f"3;{'x' * 200_000};", "A cell of line 4 is far too long."),
    ],
)
def test_what_stands_before_a_broken_quotation_mark_is_told(rest: str, said: str) -> None:
    file = read_customers(f"{HEAD}1;Anna;\n2;Ben;12\n{rest}".encode())
    assert str(file.broken).startswith(said)
    assert [row.line for row in file.rows] == [2]
    assert [one.line for one in file.refused] == ([3, 4] if "two" in rest else [3])


def test_what_is_said_in_words_is_understood_in_both_languages_or_refused() -> None:
    text = "number;name;kind;Rahmenvertrag\n1;A;GESCHÄFTSKUNDE;x\n2;B;consumer;No\n3;C;;\n4;D;Freund;vielleicht\n"
    file = read_customers(text.encode())
    assert [(row.customer.kind, row.customer.framework_contract) for row in file.rows] == [
        (CustomerKind.BUSINESS, True),
        (CustomerKind.CONSUMER, False),
        (None, None),
    ]
    assert refusals(text) == [
        (5, "kind", "“Freund” is no kind of customer: write consumer or business."),
        (5, "framework_contract", "“vielleicht” is neither yes nor no."),
    ]


def test_what_a_spreadsheet_does_to_it_is_undone() -> None:
    text = "Nummer;Name;PLZ;Telefon;Land\r\n1;Anna;1067;06131 5550101;\r\n2;Ben;1010;'+43 1 2345678;AT\r\n"
    anna, ben = (row.customer for row in read_customers(text.encode("cp1252")).rows)
    assert (anna.postcode, ben.postcode) == ("01067", "1010")
    assert (anna.phones, ben.phones) == (("+4961315550101",), ("+4312345678",))
