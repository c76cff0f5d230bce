"""By which words a customer is found, and where they stand in what is shown. Rule: whoever types a beginning finds it.

A word is kept as a sign for what it is a word of, then all that follows it in that field, folded: whoever types "petra
sch" or "sch" finds Petra Schäfer by one range of an index. Of phone numbers any four digits in a row are a beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from ionas_phone.support.customers import Customer, NewCustomer, fold, spellings
from ionas_phone.support.phone_numbers import searchable

# In the order in which finds are shown.
NUMBER, NAME, MAIL, PHONE, CITY = "01234"

_LONGEST = 60  # letters of a word; nobody types more
_MOST = 20  # words of one field
_FEWEST_DIGITS = 4
_TYPED = 6  # words that are looked for; who types more has found long since
_PERMUTED = 3  # names of so many words are found in any order at once
_BEGINS = re.compile(r"(?<![^\W_])[^\W_]")  # a letter or digit with none before it


@dataclass(frozen=True, slots=True)
class CustomerSearch:
    """What is looked for. ``phrases``: what a word must begin with; ``words``: each must be found, if no phrase is."""

    phrases: tuple[str, ...]
    words: tuple[str, ...]


def words_of(new: Customer | NewCustomer, number: str) -> frozenset[str]:
    """Return all by which a customer with this customer ``number`` is found."""
    words = {NUMBER + spelling for spelling in spellings(number)}
    for text in filter(None, (new.name, new.company)):  # the town behind it: so many have both that it is often typed
        for spelling in spellings(f"{text} {new.city}"):
            words.update(NAME + begin for begin in _beginnings(spelling, until=len(" ".join(fold(text).split()))))
    for field, text in {MAIL: new.email, CITY: new.city}.items():
        for spelling in spellings(text):
            words.update(field + begin for begin in _beginnings(spelling))
    for phone in new.phones:
        digits = re.sub("[^0-9]", "", phone)
        words.update(PHONE + digits[start:] for start in range(len(digits) - _FEWEST_DIGITS + 1))
    return frozenset(words)


def wanted(text: str) -> CustomerSearch | None:
    """Return what somebody looks for who typed ``text``; None if that is nothing."""
    words = _words(text)
    if not words:
        return None
    phrase = " ".join(words)[:_LONGEST]
    phrases = [field + phrase for field in (NUMBER, NAME, MAIL, CITY)]
    if 1 < len(words) <= _PERMUTED:
        phrases += [NAME + " ".join(order)[:_LONGEST] for order in permutations(words)]
    digits = _digits(text)
    phrases += [PHONE + one for one in digits]
    return CustomerSearch(tuple(dict.fromkeys(phrases)), () if len(words) == 1 or digits else words)


def ranges_of(word: str) -> tuple[str, ...]:
    """Return what a word must begin with so that this single one is found."""
    return (*(field + word for field in (NUMBER, NAME, MAIL, CITY)), *(PHONE + one for one in _digits(word)))


def marked(text: str, query: str) -> tuple[tuple[str, bool], ...]:
    """Return ``text`` in pieces, each with whether it is what was looked for."""
    hits = [False] * len(text)
    places = [(folded, place) for place, letter in enumerate(text) for folded in fold(letter)]
    plain = [(folded, place) for place, letter in enumerate(text) for folded in min(spellings(letter), key=len)]
    phone = _digits(query)
    for written in (places, plain):
        shown = "".join(letter for letter, _ in written)
        for word in () if phone else _words(query):
            for begin in (found.start() for found in _BEGINS.finditer(shown)):
                if shown.startswith(word, begin):
                    _mark(hits, [place for _, place in written[begin : begin + len(word)]])
    if phone:
        _mark_digits(text, phone, hits)
    return tuple(_pieces(text, hits))


def _beginnings(text: str, until: int = _LONGEST * _MOST) -> list[str]:
    """Return the rest of ``text`` from each of its words on that begins before ``until``."""
    plain = " ".join(text.split())
    found = [plain[begin.start() :][:_LONGEST] for begin in _BEGINS.finditer(plain) if begin.start() < until]
    return [one for one in (plain[:_LONGEST], *found) if one][: _MOST + 1]


def _words(query: str) -> tuple[str, ...]:
    """Return what is looked for, word by word; what is pasted by mistake has an end."""
    return tuple(fold(query[: _LONGEST * _TYPED]).split())[:_TYPED]


def _digits(text: str) -> tuple[str, ...]:
    """Return the digits to look for if ``text`` is (a part of) a phone number: as they are, and as from abroad."""
    number = searchable(text)
    if number is None:
        return ()
    typed = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    return tuple(dict.fromkeys((number.removeprefix("+"), typed)))


def _mark(hits: list[bool], places: list[int]) -> None:
    for place in range(min(places), max(places) + 1):
        hits[place] = True


def _mark_digits(text: str, wanted_digits: tuple[str, ...], hits: list[bool]) -> None:
    """Mark digits whatever stands between them; a number from here is shown with a zero instead of the country code."""
    places = [place for place, letter in enumerate(text) if letter.isascii() and letter.isdigit()]
    shown = "".join(text[place] for place in places)
    for digits in (*wanted_digits, *(f"0{one[2:]}" for one in wanted_digits if one.startswith("49"))):
        if (begin := shown.find(digits)) >= 0:
            _mark(hits, places[begin : begin + len(digits)])


def _pieces(text: str, hits: list[bool]) -> Iterator[tuple[str, bool]]:
    begin = 0
    for place in range(1, len(text) + 1):
        together = place < len(text) and (hits[place] == hits[begin] or unicodedata.combining(text[place]))
        if not together:
            yield text[begin:place], hits[begin]
            begin = place
