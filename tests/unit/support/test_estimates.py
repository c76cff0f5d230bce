from __future__ import annotations

from dataclasses import replace

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.estimates import NewEstimate, checked
from tests.agreements import estimate

NEW = NewEstimate("Treiber erneuern\nund prüfen", 10, 20, 5000)


def test_an_estimate_is_taken_without_stray_blanks() -> None:
    assert checked(replace(NEW, procedure=" Treiber erneuern\r\nund prüfen ")) == NEW
    assert checked(NewEstimate("x", 1, 1)) == NewEstimate("x", 1, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"procedure": " \n"}, "procedure"),
        ({"procedure": "x" * 2001}, "procedure"),
        ({"minutes_from": 0}, "minutes_from"),
        ({"minutes_from": 1441, "minutes_to": 1441}, "minutes_from"),
        ({"minutes_to": 9}, "minutes_to"),
        ({"minutes_to": 1441}, "minutes_to"),
        ({"cap_cents": 0}, "cap_cents"),
        ({"cap_cents": -1}, "cap_cents"),
        ({"cap_cents": 100_000_001}, "cap_cents"),
    ],
)
def test_what_nobody_could_accept_is_named_by_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(FormWrong) as refused:
        checked(replace(NEW, **change))  # type: ignore[arg-type]

    assert refused.value.field == field


def test_a_cap_counts_only_below_the_price_of_all_minutes() -> None:
    assert estimate(price_cents=2000, cap_cents=2000).capped
    assert not estimate(price_cents=2380, cap_cents=100_050).capped
    assert not estimate(price_cents=2380, cap_cents=None).capped
