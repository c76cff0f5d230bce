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


@pytest.mark.parametrize(("gross", "net", "vat"), [(119, 100, 19), (149, 125, 19), (160, 134, 19), (7, 7, 0)])
def test_prices_of_which_one_is_the_other_rounded_agree(gross: int, net: int, vat: int) -> None:
    assert checked(replace(NEW, gross_cents=gross, net_cents=net, vat_percent=vat), TODAY).net_cents == net


@pytest.mark.parametrize(("gross", "net", "vat"), [(500, 100, 19), (119, 101, 19), (119, 119, 19), (119, 100, 7)])
def test_prices_that_disagree_are_no_tariff(gross: int, net: int, vat: int) -> None:
    with pytest.raises(FormWrong, match="the two prices must be one") as refused:
        checked(replace(NEW, gross_cents=gross, net_cents=net, vat_percent=vat), TODAY)
    assert refused.value.field == "net_cents"


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
