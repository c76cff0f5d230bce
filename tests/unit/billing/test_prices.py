from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.billing.prices import Amount, amount, per_minute, price, price_of_estimate
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.tariffs import Rounding
from tests.agreements import STANDARD

CONSUMER, BUSINESS = CustomerKind.CONSUMER, CustomerKind.BUSINESS


def test_consumers_are_told_gross_and_businesses_net() -> None:
    assert (per_minute(STANDARD, CONSUMER), per_minute(STANDARD, BUSINESS)) == (119, 100)
    assert (price(10, STANDARD, CONSUMER), price(10, STANDARD, BUSINESS)) == (1190, 1000)


def test_a_cap_is_the_most_it_costs() -> None:
    assert price(10, STANDARD, CONSUMER, 1189) == 1189
    assert price(10, STANDARD, CONSUMER, 1191) == 1190


def test_the_price_of_an_estimate_covers_increment_and_minimum() -> None:
    quarters = replace(STANDARD, increment_minutes=15, rounding=Rounding.UP)
    assert price_of_estimate(20, quarters, CONSUMER) == 30 * 119
    assert price_of_estimate(20, replace(STANDARD, minimum_minutes=25), BUSINESS) == 2500
    assert price_of_estimate(20, STANDARD, CONSUMER, 2000) == 2000


@pytest.mark.parametrize(
    ("cents", "vat", "kind", "expected"),
    [
        (11900, 19, CONSUMER, Amount(10000, 1900, 11900)),
        (1, 19, CONSUMER, Amount(1, 0, 1)),
        (103, 19, CONSUMER, Amount(87, 16, 103)),  # 86.55 goes up; 87 and 19 % of it would be 104
        (10000, 19, BUSINESS, Amount(10000, 1900, 11900)),
        (50, 19, BUSINESS, Amount(50, 10, 60)),  # 9.5 goes up, not to even
        (150, 19, BUSINESS, Amount(150, 29, 179)),  # 28.5
        (250, 19, BUSINESS, Amount(250, 48, 298)),  # 47.5: to even it would be 48, too
        (350, 19, BUSINESS, Amount(350, 67, 417)),  # 66.5: to even it would be 66
        (0, 19, BUSINESS, Amount(0, 0, 0)),
        (500, 0, CONSUMER, Amount(500, 0, 500)),
    ],
)
def test_vat_is_split_once_with_halves_going_up(cents: int, vat: int, kind: CustomerKind, expected: Amount) -> None:
    assert amount(cents, vat, kind) == expected


@given(st.integers(0, 10**9), st.integers(0, 100), st.sampled_from(CustomerKind))
def test_net_and_vat_are_gross_and_what_was_told_stays(cents: int, vat: int, kind: CustomerKind) -> None:
    split = amount(cents, vat, kind)

    assert split.net + split.vat == split.gross
    assert (split.gross if kind is CONSUMER else split.net) == cents
    assert abs(split.net * vat - split.vat * 100) <= 100 + vat  # within a cent of the rate
