"""What a browser says: understood word for word, or not at all."""

from __future__ import annotations

from ionas_phone.web.said import CardsPainted, RecordShown, read


def test_cards_and_records_are_understood() -> None:
    assert read('{"t":"painted","pops":["leg"],"hidden":false}') == CardsPainted(
        t="painted", pops=["leg"], hidden=False
    )
    assert read('{"t":"shows","session":12}') == RecordShown(t="shows", session=12)
    assert read('{"t":"shows","session":null}') == RecordShown(t="shows", session=None)


def test_anything_else_is_not() -> None:
    assert read('{"t":"shows","session":"12"}') is None
    assert read('{"t":"subscribe","topic":"board"}') is None
    assert read("") is None
