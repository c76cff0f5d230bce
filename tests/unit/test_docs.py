"""What docs/failures.md quotes is what the product says, and what it names exists."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
FAILURES = (ROOT / "docs/failures.md").read_text()
ANYTHING = "\N{OBJECT REPLACEMENT CHARACTER}"  # what a sentence leaves to be filled in
LONGEST_VALUE = 8  # words

Words = tuple[str, ...]


def words(text: str) -> Words:
    """Return the words of ``text`` in lower case; numbers, dates and clocks are values, not words."""
    text = re.sub(r"%\(\w+\)[sd]|%[sd]|\{\{.*?\}\}", f" {ANYTHING} ", text)
    return tuple(re.findall(rf"{ANYTHING}|[^\W\d_]+", text.casefold()))


@lru_cache(maxsize=1)
def said() -> tuple[Words, ...]:
    """Return all the German there is."""
    with (ROOT / "webui/locale/de/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="de")
    strings = [m.string if isinstance(m.string, tuple) else (m.string,) for m in catalogue if m.id]
    return tuple(words(str(string)) for several in strings for string in several)


def alike(sentence: Words, quote: Words) -> int:
    """Return how many words of ``quote`` the sentence has itself, if it goes on like that; -1 if it does not.

    The others are values, in the places that are left for them.
    """
    if not quote:
        return 0
    if not sentence:
        return -1
    if sentence[0] == ANYTHING:
        return max(alike(sentence[1:], quote[skip:]) for skip in range(min(len(quote), LONGEST_VALUE) + 1))
    if sentence[0] != quote[0]:
        return -1
    rest = alike(sentence[1:], quote[1:])
    return rest + 1 if rest >= 0 else -1


def is_said(piece: str) -> bool:
    """Tell whether some sentence has this piece from some word on, and half of its words at least."""
    quote = words(piece)
    return any(
        2 * alike(sentence[start:], quote) >= len(quote)
        for sentence in said()
        for start in range(len(sentence))
        if sentence[start] in {quote[0], ANYTHING} and set(sentence) & set(quote)
    )


def quoted() -> list[str]:
    """Return what stands in German quotation marks, cut where the text leaves something out and after each sentence."""
    pieces = []
    for quote in re.findall(r"„([^“]+)“", FAILURES):
        pieces += re.split(r"…|\([^)]*\)|(?<=[.!?:])\s+", quote)
    return sorted({piece.strip() for piece in pieces if words(piece)})


@pytest.mark.parametrize("piece", quoted())
def test_what_is_quoted_is_what_the_product_says(piece: str) -> None:
    assert is_said(piece), f"nobody says „{piece}“"


def test_a_sentence_that_nobody_says_is_noticed() -> None:
    assert not is_said("Die Datenbank hat heute keine Lust.")
    assert is_said("Die Uhr der Telefonanlage mainz geht 02:00:00 nach.")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:failures|e2e|unit|integration)/[\w/]+\.py)`", FAILURES))))
def test_each_test_that_is_named_exists(name: str) -> None:
    assert (ROOT / "tests" / name).is_file()
