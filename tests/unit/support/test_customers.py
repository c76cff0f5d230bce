from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.customers import (
    HARMLESS,
    Customer,
    NewCustomer,
    checked,
    display_name,
    fold,
    is_same,
    merged,
    search_text,
)
from ionas_phone.support.faults import all_wrong

NEW = NewCustomer("Jörg Müller", "Bäckerei Süß", ("+4961315550123",), "jm@example.org", city="Mainz")


@pytest.mark.parametrize(
    ("name", "company", "shown"),
    [("Anna", "", "Anna"), ("", "Bäckerei", "Bäckerei"), ("Anna", "Bäckerei", "Bäckerei (Anna)"), ("", "", "")],
)
def test_the_company_comes_first(name: str, company: str, shown: str) -> None:
    customer = Customer(1, "10001", name, company, (), "", "", "", "", "DE", "")

    assert display_name(name, company) == customer.display_name == shown


def test_stray_blanks_and_double_phones_go() -> None:
    untidy = replace(NEW, name=" Jörg Müller ", number=" 10023 ", phones=NEW.phones * 2)

    assert checked(untidy) == replace(NEW, number="10023")
    assert checked(replace(NEW, street="Weg 1\r\nHinterhaus")).street == "Weg 1 Hinterhaus"
    assert checked(replace(NEW, notes="laut\nlangsam")).notes == "laut\nlangsam"


def test_names_from_right_to_left() -> None:
    assert checked(replace(NEW, name="נועה לוי", notes="\N{WAVING HAND SIGN} שלום")).name == "נועה לוי"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " ", "company": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"notes": "x" * 10_001}, "notes"),
        ({"country": "de"}, "country"),
        ({"country": "Deutschland"}, "country"),
        ({"country": "XX"}, "country"),
        *(({field: "Bäcker\u202enimdA"}, field) for field in ("name", "company", "street", "city", "notes")),
        ({"email": "j\u200bm@example.org"}, "email"),
        ({"postcode": "55\u200b116"}, "postcode"),
        ({"postcode": "abcde"}, "postcode"),
        ({"postcode": "55116", "country": "AT"}, "postcode"),
        ({"email": "jm"}, "email"),
        ({"email": "jm@example"}, "email"),
        ({"email": "j m@example.org"}, "email"),
        ({"number": ""}, "number"),
        ({"number": "10 023"}, "number"),
        ({"number": "K/17"}, "number"),  # /kunden/K/17 would lead nowhere
        ({"number": "K?17"}, "number"),
        ({"number": ".."}, "number"),
        ({"number": "1" * 21}, "number"),
        ({"number": "neu"}, "number"),
        ({"number": "Suche"}, "number"),
        ({"phones": ("06131 5550123",)}, "phones"),
        ({"phones": ("+4961315550123", "201")}, "phones"),
    ],
)
def test_what_cannot_be_written_down_is_named_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(FormWrong) as refused:
        checked(replace(NEW, **change))

    assert refused.value.field == field


OLD = Customer(
    1, "10001", "Jörg\u200b Müller", "", (), "", "", "abcde", "Mainz", "XX", ""
)  # from before there was a rule


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"city": "Bingen"}, None),
        ({"country": "DE", "postcode": "55116"}, None),
        ({"postcode": "abc de"}, None),  # of a country nobody knows, only its signs
        ({"postcode": "abc!"}, "postcode"),
        ({"country": "XY"}, "country"),
        ({"country": "DE"}, "postcode"),
        ({"name": "Jörg Müller"}, None),
        ({"name": "Jörg\u200b Maier"}, "name"),
    ],
)
def test_what_a_record_says_since_long_ago_is_no_fault_of_who_changes_something_else(
    change: dict[str, str], field: str | None
) -> None:
    texts = {"name": OLD.name, "postcode": OLD.postcode, "city": OLD.city, "country": OLD.country} | change
    wrong = all_wrong(NewCustomer(**texts), HARMLESS, lambda new: checked(new, OLD))  # type: ignore[arg-type]
    assert set(wrong) == ({field} if field else set())


@pytest.mark.parametrize("number", ["10023", "K-17", "K_17.b", "Neuwied", "1" * 20])
def test_a_customer_number_of_ones_own(number: str) -> None:
    assert checked(replace(NEW, number=number)).number == number


def test_the_same_form_again_is_known_by_what_came_of_it() -> None:
    customer = Customer(
        1, "10001", "Jörg Müller", "Bäckerei Süß", NEW.phones, "jm@example.org", "", "", "Mainz", "DE", ""
    )

    assert is_same(customer, replace(NEW, name=" Jörg Müller", phones=NEW.phones * 2))
    assert not is_same(customer, replace(NEW, phones=()))
    assert not is_same(customer, replace(NEW, notes="laut"))


@pytest.mark.parametrize("text", ["Süß", "SÜSS", "Suess", "SUESS", "Su\u0308ß"])
def test_spellings_of_one_name_are_the_same(text: str) -> None:
    assert fold(text) == "suess"


@pytest.mark.parametrize(("text", "folded"), [("Łukasz Żółć", "lukasz zolc"), ("Désirée", "desiree"), ("Øre", "oere")])
def test_accents_do_not_matter(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("typed", ["Müller", "mueller", "Muller", "bäckerei", "BACKEREI", "10023", "jm@ex", "mainz"])
def test_a_search_finds_what_people_type(typed: str) -> None:
    assert fold(typed) in search_text(NEW, "10023")


def test_a_search_text_without_umlauts_stands_there_once() -> None:
    assert search_text(NewCustomer("Anna Berg"), "10001").split() == ["anna", "berg", "10001"]


def test_of_two_records_one_fills_up_what_the_other_lacks() -> None:
    kept = Customer(1, "10001", "Anna", "", ("+4961315550123",), "", "", "", "Mainz", "DE", "laut")
    gone = Customer(2, "10002", "A.", "Bäckerei", kept.phones, "a@example.org", "", "", "Bingen", "DE", "hinten")
    one = merged(kept, gone)
    assert (one.name, one.company, one.email, one.city) == ("Anna", "Bäckerei", "a@example.org", "Mainz")
    assert (one.number, one.phones, one.notes) == ("10001", kept.phones, "laut\n\nhinten")
