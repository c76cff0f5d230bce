"""Numbers and money as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.errors import FormWrong
from ionas_phone.web.typed import Typed, beside, cents, euros, whole


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1,19", 119),
        ("1.19", 119),
        ("23,8", 2380),
        ("23", 2300),
        (" 23,80 € ", 2380),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1 234,56", 123456),
        ("0", 0),
        ("007,05", 705),
        ("-1", -100),
        ("\N{MINUS SIGN}0,05 €", -5),
    ],
)
def test_amounts_are_read_in_every_usual_spelling(typed: str, meant: int) -> None:
    assert cents(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "-", "--1", "1.234", "1,234", "1,2,3", "1.23.4", "zwei", "1e3", "1,999", "12,345.6", "٣", "1" * 5000]
)
def test_what_could_mean_two_things_or_nothing_is_refused(typed: str) -> None:
    with pytest.raises(FormWrong, match="euros"):
        cents(typed)


@given(st.integers(0, 10**10), st.sampled_from(["de", "en"]))
def test_an_amount_written_into_a_field_is_read_back_as_it_was(amount: int, language: str) -> None:
    assert cents(euros(amount, language)) == amount


@pytest.mark.parametrize("typed", ["", "-", "--1", "1.5", "zehn", "1 0", "²"])
def test_only_whole_numbers_are_whole(typed: str) -> None:
    assert (whole(" 15 "), whole("-5"), whole("\N{MINUS SIGN}5")) == (15, -5, -5)
    with pytest.raises(FormWrong, match="whole number"):
        whole(typed)


@pytest.mark.parametrize("typed", ["999999999999", "-1000000000", "9" * 5000])
def test_a_whole_number_that_is_too_large_is_called_that(typed: str) -> None:
    assert (whole("999999999"), whole("0" * 5000 + "7")) == (999999999, 7)
    with pytest.raises(FormWrong, match="too large: at most 999999999"):
        whole(typed)


def test_what_cannot_be_read_is_remembered_and_the_rest_is_read() -> None:
    typed = Typed()
    assert typed.take("gross", "teuer", cents, 7) == 7
    assert typed.take("net", "1,00", cents, 7) == 100
    assert set(typed.wrong) == {"gross"}


def test_what_is_wrong_with_cents_stands_beside_the_euros() -> None:
    error = FormWrong("no", field="cap_cents")
    errors = beside({"cap_cents": error})
    assert errors["cap"] is error
    assert errors["procedure"] is None
