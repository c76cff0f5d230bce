"""The columns of a file of customers, and how their facts stand in it. Rule: what is written reads back the same.

Also after a spreadsheet has had it: no cell is a formula, phones are written so that they keep their zero, and a German
postcode gets its zero back.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from ionas_phone.support.customers import Customer, CustomerKind
from ionas_phone.support.phone_numbers import display

_Words = Mapping[str, tuple[str, ...]]
_T = TypeVar("_T")

COLUMNS = (
    *("number", "name", "company", "phones", "email", "street", "postcode", "city", "country", "notes"),
    *("kind", "framework_contract"),
)

BOM = "\ufeff"  # by which a spreadsheet knows UTF-8

_GERMAN = {
    "nummer": "number",
    "kundennummer": "number",
    "firma": "company",
    "telefon": "phones",
    "rufnummern": "phones",
    "e-mail": "email",
    "mail": "email",
    "straße": "street",
    "strasse": "street",
    "plz": "postcode",
    "ort": "city",
    "land": "country",
    "notizen": "notes",
    "kundenart": "kind",
    "rahmenvertrag": "framework_contract",
}
_GERMAN_HEADS = (
    *("Nummer", "Name", "Firma", "Telefon", "E-Mail", "Straße", "PLZ", "Ort", "Land", "Notizen"),
    *("Kundenart", "Rahmenvertrag"),
)
# What is said in words, by language; the first is what we write.
KINDS: Mapping[CustomerKind, _Words] = {
    CustomerKind.CONSUMER: {"de": ("Privatkunde", "privat", "Verbraucher"), "en": ("consumer", "private")},
    CustomerKind.BUSINESS: {"de": ("Geschäftskunde", "geschäftlich", "gewerblich", "Unternehmen"), "en": ("business",)},
}
TRUTHS: Mapping[bool, _Words] = {
    True: {"de": ("ja", "j", "x"), "en": ("yes", "y", "1")},
    False: {"de": ("nein", "n"), "en": ("no", "0")},
}
_FORMULA = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet would reckon with, or what was kept from it


def column_of(head: str) -> str:
    """Return the column that is called so, in lower case and in either language; ``head`` if there is none."""
    return _GERMAN.get(head, head)


def meant(text: str, known: Mapping[_T, _Words]) -> _T | None:
    """Return what a word stands for, in whichever language."""
    for meaning, languages in known.items():
        if any(text.casefold() == word.casefold() for words in languages.values() for word in words):
            return meaning
    return None


def written(customers: Iterable[Customer], language: str) -> str:
    """Return the lines of customers, as a German spreadsheet opens them and ``read_customers`` reads them again."""
    return _lines([_told(getattr(one, name), language) for name in COLUMNS] for one in customers)


def heads(language: str) -> tuple[str, ...]:
    """Return what the columns are called in ``language``; read is either."""
    return _GERMAN_HEADS if language == "de" else COLUMNS


def head(language: str) -> str:
    """Return the first line, behind the mark by which a spreadsheet knows what it reads."""
    return BOM + _lines([heads(language)])


def _lines(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _told(value: object, language: str) -> object:
    """Return what is written for a fact: that which is one of a few, in words."""
    if isinstance(value, CustomerKind):
        return KINDS[value][language][0]
    return TRUTHS[value][language][0] if isinstance(value, bool) else value


def _cell(value: object) -> str:
    """Write a cell so that no spreadsheet takes it for a formula: with an apostrophe before it, which is read away."""
    text = "; ".join(map(display, value)) if isinstance(value, tuple) else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def read_cell(text: str) -> str:
    """Return what was written into a cell: without the apostrophe that kept a spreadsheet from reckoning."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text
