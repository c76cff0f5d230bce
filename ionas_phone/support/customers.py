"""Customers, and how a number is matched to them. Rule: caller ID is a hint, never proof; a match says why."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ionas_phone.errors import FormWrong
from ionas_phone.support.phone_numbers import is_block, is_e164
from ionas_phone.support.postal import check_country, check_postcode
from ionas_phone.support.unseen import check_seen

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")  # it is a part of the customer page's address …
_PAGES = frozenset({"neu", "suche", "anhaengen", "einlesen", "ausgabe.csv"})  # … where these stand for other pages
_LONGEST = {
    "name": 200,
    "company": 200,
    "email": 254,
    "street": 200,
    "postcode": 20,
    "city": 100,
    "country": 2,
    "notes": 10_000,
}
_LINES = frozenset({"notes"})  # go over several
_BREAK = re.compile(r"[\t\r\n]+")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "œ": "oe", "ø": "oe", "ł": "l", "đ": "d"})


class CustomerKind(StrEnum):
    """Whom the law protects how: consumers are told prices with VAT and may withdraw from a contract."""

    CONSUMER = "consumer"
    BUSINESS = "business"


class MatchReason(StrEnum):
    """Why a customer is proposed for a number."""

    EXACT = "exact"  # this very number stands in the customer's record
    LEARNED = "learned"  # an assistant attached this very number at an earlier call
    SHARED = "shared"  # it stands in the records of several customers
    BLOCK = "block"  # it begins with the number of the customer's company
    CHOSEN = "chosen"  # an assistant chose this customer for the session


@dataclass(frozen=True, slots=True)
class Match:
    """A customer a caller may be. ``number``: our customer number ("10023"). ``name``: for display."""

    customer_id: int
    number: str
    name: str
    reason: MatchReason = MatchReason.EXACT


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's record. ``phones``: E.164. At least one of name and company is not empty."""

    id: int
    number: str
    name: str
    company: str
    phones: tuple[str, ...]
    email: str
    street: str
    postcode: str
    city: str
    country: str  # ISO 3166 alpha-2
    notes: str
    practice: bool = False
    version: int = 1  # of the row; grows with each change
    kind: CustomerKind = CustomerKind.CONSUMER
    framework_contract: bool = False  # has one: single sessions need no confirmation of their own

    @property
    def display_name(self) -> str:
        """Company first, the person behind it; else the person."""
        return display_name(self.name, self.company)


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What is needed to write a customer down; ``number`` None: the store gives the next free one.

    ``kind``, ``framework_contract`` None: as they were; of a new customer: a consumer, without one.
    """

    name: str
    company: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "DE"
    notes: str = ""
    number: str | None = None
    practice: bool = False
    kind: CustomerKind | None = None
    framework_contract: bool | None = None


HARMLESS = NewCustomer("-", number="1", country="GB")  # nothing is wrong with it, nor with any postcode beside it


def display_name(name: str, company: str) -> str:
    """Company first, the person behind it; else the person."""
    return f"{company} ({name})" if company and name else company or name


def checked(new: NewCustomer, stored: Customer | NewCustomer | None = None) -> NewCustomer:
    """Return ``new`` without stray blanks, breaks of lines and double phones. Raises FormWrong for what can't be.

    ``stored``: the record it is written over. What stands there like this since before a rule was made may stay.
    """
    trimmed: dict[str, Any] = {field: _trimmed(field, getattr(new, field)) for field in _LONGEST}
    number = None if new.number is None else new.number.strip()
    if not trimmed["name"] and not trimmed["company"] and (stored is None or stored.name or stored.company):
        raise FormWrong("A customer needs a name or a company.", field="name")
    _check_texts(trimmed, {field for field in _LONGEST if stored is None or trimmed[field] != getattr(stored, field)})
    if number is not None:
        _check_number(number)
    for phone in new.phones:
        if not is_e164(phone) and not is_block(phone):
            raise FormWrong("“%(phone)s” is no complete phone number.", field="phones", phone=phone)
    return replace(new, **trimmed, number=number, phones=tuple(dict.fromkeys(new.phones)))


def _trimmed(field: str, text: str) -> str:
    return text.strip() if field in _LINES else _BREAK.sub(" ", text).strip()


def _check_texts(texts: dict[str, str], changed: set[str]) -> None:
    for field, longest in _LONGEST.items():
        if len(texts[field]) > longest:
            raise FormWrong("This is longer than %(longest)d characters.", field=field, longest=longest)
        if field in changed:
            check_seen(texts[field], field, lines=field in _LINES)
    if "country" in changed:
        check_country(texts["country"])
    if changed & {"country", "postcode"}:
        check_postcode(texts["postcode"], texts["country"])
    if texts["email"] and not _EMAIL.fullmatch(texts["email"]):
        raise FormWrong("This is no mail address.", field="email")


def _check_number(number: str) -> None:
    if not _NUMBER.fullmatch(number):
        raise FormWrong(
            "A customer number is up to 20 letters, digits, . _ or -, and begins with a letter or digit.",
            field="number",
        )
    if number.casefold() in _PAGES:
        raise FormWrong("“%(number)s” can't be a customer number: a page has this name.", field="number", number=number)


def merged(kept: Customer, gone: Customer) -> NewCustomer:
    """Return the record of two who are one: ``kept``, what it lacks from ``gone``, and notes and phones of both."""
    facts: dict[str, Any] = {field: getattr(kept, field) or getattr(gone, field) for field in _LONGEST}
    notes = dict.fromkeys(filter(None, (kept.notes, gone.notes)))
    facts["notes"] = "\n\n".join(notes)
    return NewCustomer(
        **facts,
        phones=tuple(dict.fromkeys((*kept.phones, *gone.phones))),
        number=kept.number,
        practice=kept.practice,
        kind=kept.kind,
        framework_contract=kept.framework_contract or gone.framework_contract,
    )


def is_same(customer: Customer, new: NewCustomer) -> bool:
    """Tell whether writing ``new`` down gave ``customer``, as far as a form can tell. Raises FormWrong."""
    typed = checked(new)
    written = all(getattr(customer, field) == getattr(typed, field) for field in _LONGEST)
    return written and set(customer.phones) == set(typed.phones)


def fold(text: str) -> str:
    """Write ``text`` so that spellings people take for the same are the same: "Süß" and "SUESS"."""
    return _plain(unicodedata.normalize("NFKC", text).casefold().translate(_GERMAN))


def spellings(text: str) -> tuple[str, ...]:
    """Return ``text`` folded as a search looks for it: umlauts as "ue" and as "u", because people type both."""
    german, plain = fold(text), _plain(text.casefold())
    return (german,) if german == plain else (german, plain)


def search_text(new: NewCustomer, number: str) -> str:
    """Return what a search looks through for further words, names first."""
    return " ".join(spellings(" ".join((display_name(new.name, new.company), number, new.email, new.city))))


def _plain(text: str) -> str:
    """Drop all accents."""
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
