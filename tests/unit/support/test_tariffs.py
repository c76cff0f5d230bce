from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.tariffs import NewTariff, checked, day_of

TODAY = date(2026, 11, 22)
NEW = NewTariff("Standard 2027", date(2027, 1, 1), 129, 108, 19)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),  # midnight in Mainz, not in Greenwich
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_a_day_is_a_day_in_germany(at: datetime, day: date) -> None:
    assert day_of(at) == day


def test_a_tariff_is_taken_without_stray_blanks() -> None:
    assert checked(replace(NEW, name=" Standard 2027 "), TODAY) == NEW
    assert checked(replace(NEW, valid_from=TODAY), TODAY).valid_from == TODAY


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"valid_from": date(2026, 11, 21)}, "valid_from"),
        ({"gross_cents": -1}, "gross_cents"),
        ({"gross_cents": 100_001}, "gross_cents"),
        ({"net_cents": 130}, "net_cents"),
        ({"net_cents": -1}, "net_cents"),
        ({"vat_percent": 101}, "vat_percent"),
        ({"vat_percent": -1}, "vat_percent"),
        ({"increment_minutes": 0}, "increment_minutes"),
        ({"increment_minutes": 1441}, "increment_minutes"),
        ({"minimum_minutes": -1}, "minimum_minutes"),
        ({"minimum_minutes": 1441}, "minimum_minutes"),
    ],
)
def test_what_can_be_no_tariff_is_named_by_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(FormWrong) as refused:
        checked(replace(NEW, **change), TODAY)  # type: ignore[arg-type]

    assert refused.value.field == field
