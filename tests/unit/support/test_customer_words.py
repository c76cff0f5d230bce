from __future__ import annotations

import pytest

from ionas_phone.support.customer_words import marked, ranges_of, wanted, words_of
from ionas_phone.support.customers import NewCustomer

NEW = NewCustomer(
    "Jörg Müller-Süß", "Bäckerei  Süß", ("+4961315550123", "+4961315551*"), "joerg.mueller@example.org", city="Bad Ems"
)


def finds(typed: str, new: NewCustomer = NEW, number: str = "10023") -> bool:
    """Tell whether one of the phrases of ``typed`` begins a word."""
    asked = wanted(typed)
    return asked is not None and any(word.startswith(asked.phrases) for word in words_of(new, number))


@pytest.mark.parametrize(
    "typed",
    [
        *("Jörg", "joerg mü", "jorg", "MULLER", "müller-s", "süß", "Süß Jörg Müller"[:3], "baeckerei suess"),
        *("10023", "100", "joerg.m", "mueller@ex", "example.org", "bad ems", "ems"),
        *("06131 5550123", "+49 (0) 6131 55501", "0049613155501", "5550123", "0123", "5501", "613155", "06131/5551"),
    ],
)
def test_the_beginning_of_whatever_stands_in_the_record_finds_it(typed: str) -> None:
    assert finds(typed)


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "örg", "eckerei", "0023", "06131 5550199", "0171", "xample.org"])
def test_nothing_else_does(typed: str) -> None:
    assert not finds(typed)


def test_a_name_is_found_in_any_order_and_further_words_are_each_looked_for() -> None:
    assert finds("berg anna", NewCustomer("Anna Berg"))
    assert finds("müller-süß ba")
    assert finds("bad ems müller-süß")
    asked = wanted("berg  anna mainz bingen")
    assert asked
    assert asked.words == ("berg", "anna", "mainz", "bingen")
    number = wanted("06131 5550123")
    assert number
    assert number.words == ()  # one number, not two words


def test_a_letter_pasted_by_mistake_is_not_looked_for_to_its_end() -> None:
    asked = wanted("wort " * 10_000)
    assert asked
    assert len(asked.words) == 6
    assert all(len(phrase) <= 61 for phrase in asked.phrases)
    assert marked("ein Wort", "wort " * 10_000) == (("ein ", False), ("Wort", True))


def test_a_single_word_may_be_a_part_of_a_number() -> None:
    assert "36131" not in ranges_of("mueller")
    assert {"36131", "16131"} <= {*ranges_of("6131")}


def test_words_are_neither_endless_nor_countless() -> None:
    words = words_of(NewCustomer("x" * 200, "ein wort " * 20), "1")
    assert max(map(len, words)) <= 61
    assert len(words) < 30


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("Jörg Müller", "mü", ["Mü"]),
        ("Jörg Müller", "MUELL", ["Müll"]),
        ("Jörg Müller", "mull jo", ["Jö", "Müll"]),
        ("Bäckerei Süß", "süss", ["Süß"]),
        ("Jörg Müller", "üller", []),
        ("Jörg", "", []),
        ("06131 5550123", "0613155501", ["06131 55501"]),
        ("06131 5550123", "+49 6131 555", ["06131 555"]),
        ("06131 5550123", "0123", ["0123"]),
        ("+43 1 2345678", "00431234", ["43 1 234"]),
        ("anna@example.org", "exam", ["exam"]),
        ("Am\u0301elie 😀 يوسف", "ame", ["Am\u0301e"]),
        ("Am\u0301elie 😀 يوسف", "يو", ["يو"]),
    ],
)
def test_what_was_looked_for_is_marked(text: str, query: str, hits: list[str]) -> None:
    pieces = marked(text, query)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, hit in pieces if hit] == hits
