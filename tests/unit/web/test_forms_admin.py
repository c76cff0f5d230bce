"""Tariffs as typed: all that is wrong is found at once."""

from __future__ import annotations

from datetime import date

from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import NewScript, ScriptKind
from ionas_phone.support.tariffs import NewTariff, Rounding
from ionas_phone.web.forms_admin import ScriptForm, TariffForm
from tests.agreements import STANDARD

TODAY = date(2026, 11, 22)
TYPED = TariffForm.of(STANDARD, TODAY, "de")


def test_a_form_says_what_the_tariff_says() -> None:
    assert (TYPED.gross, TYPED.net, TYPED.valid_from) == ("1,19", "1,00", "2026-11-22")
    new, wrong = TYPED.tariff(TODAY)
    assert wrong == {}
    assert new == NewTariff("Standard", TODAY, 119, 100, 19, 1, Rounding.DOWN, 0)


def test_all_that_is_wrong_is_found_at_once() -> None:
    typed = {"name": " ", "valid_from": "morgen", "gross": "teuer", "net": "1.234", "vat_percent": "190"}
    form = TYPED.model_copy(update={**typed, "increment_minutes": "0", "minimum_minutes": "viel"})
    _, wrong = form.tariff(TODAY)
    assert set(wrong) == {*typed, "increment_minutes", "minimum_minutes"}


def test_a_price_that_cannot_be_read_does_not_blame_the_other() -> None:
    for gross in ("teuer", "99999"):
        _, wrong = TYPED.model_copy(update={"gross": gross}).tariff(TODAY)
        assert {field.removesuffix("_cents") for field in wrong} == {"gross"}


def test_prices_are_compared_only_when_both_can_be_read() -> None:
    _, wrong = TYPED.model_copy(update={"net": "0,50"}).tariff(TODAY)
    assert set(wrong) == {"net_cents"}
    _, wrong = TYPED.model_copy(update={"net": "0,50", "vat_percent": "viel"}).tariff(TODAY)
    assert set(wrong) == {"vat_percent"}


def test_beyond_a_year_it_must_be_meant() -> None:
    far = TYPED.model_copy(update={"valid_from": "2027-11-24"})
    assert set(far.tariff(TODAY)[1]) == {"valid_from"}
    assert far.model_copy(update={"far": True}).tariff(TODAY)[1] == {}
    assert TYPED.model_copy(update={"valid_from": "2027-11-23"}).tariff(TODAY)[1] == {}


def test_the_day_before_is_too_late() -> None:
    _, wrong = TYPED.model_copy(update={"valid_from": "2026-11-21"}).tariff(TODAY)
    assert set(wrong) == {"valid_from"}


def test_a_text_belongs_to_its_page() -> None:
    new = ScriptForm(text="Ja?").script(ScriptKind.EARLY_START, CustomerKind.CONSUMER, "de")
    assert new == NewScript(ScriptKind.EARLY_START, CustomerKind.CONSUMER, "de", "Ja?")
