from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite

from ionas_phone.store.types import Folded, Instant, Whole, Words

DIALECTS = [sqlite.dialect(), postgresql.dialect()]
both = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
AT = datetime(2026, 10, 25, 0, 50, 0, 123456, UTC)


@both
def test_an_instant_comes_back_to_the_microsecond_in_utc(dialect: Dialect) -> None:
    local = AT.astimezone(timezone(timedelta(hours=2)))

    stored = Instant().process_bind_param(local, dialect)
    read = Instant().process_result_value(stored, dialect)

    assert read == AT
    assert read is not None
    assert read.tzinfo is UTC


@both
def test_nothing_stays_nothing(dialect: Dialect) -> None:
    assert Instant().process_bind_param(None, dialect) is None
    assert Instant().process_result_value(None, dialect) is None
    assert Words().process_bind_param(None, dialect) is None
    assert Whole().process_bind_param(None, dialect) is None


@both
def test_a_naive_datetime_is_refused(dialect: Dialect) -> None:
    with pytest.raises(ValueError, match="naive"):
        Instant().process_bind_param(AT.replace(tzinfo=None), dialect)


@both
@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Grüße 👋", "Grüße 👋"),
        ("a\x00b", "a\ufffdb"),
        ("a\udcffb", "a\ufffdb"),  # a byte that was no UTF-8
        ("\ud83d", "\ufffd"),
    ],
)
def test_words_that_no_database_holds_lose_one_character_only(dialect: Dialect, text: str, stored: str) -> None:
    assert Words().process_bind_param(text, dialect) == stored


@both
@pytest.mark.parametrize(
    ("value", "stored"),
    [(7, 7), (2**63 - 1, 2**63 - 1), (-(2**63), -(2**63)), (2**63, -1), (10**40, -1), (-(10**40), -1)],
)
def test_a_number_too_big_is_nobodys(dialect: Dialect, value: int, stored: int) -> None:
    assert Whole().process_bind_param(value, dialect) == stored


def test_postgresql_compares_folded_text_byte_by_byte() -> None:
    assert Folded().compile(dialect=postgresql.dialect()) == 'TEXT COLLATE "C"'
    assert Folded().compile(dialect=sqlite.dialect()) == "TEXT"
