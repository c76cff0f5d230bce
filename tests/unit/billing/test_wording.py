from __future__ import annotations

from ionas_phone.billing.wording import confirmation, money, read_out
from ionas_phone.store.migrations.texts_0002 import SCRIPTS
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import Script, ScriptKind
from tests.agreements import acceptance, estimate

CONSUMER, BUSINESS = CustomerKind.CONSUMER, CustomerKind.BUSINESS


def _script(kind: ScriptKind, audience: CustomerKind, language: str = "de", text: str = "") -> Script:
    return Script(1, kind, audience, language, 1, text or SCRIPTS[kind.value, audience.value, language])


def test_a_consumer_hears_all_that_matters_in_order() -> None:
    kinds = (ScriptKind.ACCEPTANCE, ScriptKind.EARLY_START, ScriptKind.WITHDRAWAL)
    said = read_out((_script(kind, CONSUMER) for kind in kinds), estimate())

    for part in ("Treiber erneuern", "10 bis 20 Minuten", "1,19\xa0€", "19 % Umsatzsteuer", "höchstens 23,80\xa0€"):
        assert part in said
    assert said.index("Treiber") < said.index("sofort anfangen") < said.index("Widerrufsrecht erlischt")
    assert "{" not in said


def test_a_business_hears_net_and_gross() -> None:
    offer = estimate(customer_kind=BUSINESS, price_cents=2000)

    said = read_out([_script(ScriptKind.ACCEPTANCE, BUSINESS, "en")], offer)

    assert "at €1.00 each plus 19 % VAT" in said
    assert "no more than €20.00, €23.80 with VAT" in said


def test_a_cap_is_said() -> None:
    said = read_out([_script(ScriptKind.CAP, CONSUMER)], estimate(cap_cents=2000))

    assert said == "Mehr als 20,00\xa0€ kostet es auf keinen Fall."


def test_what_a_tariff_adds_can_be_said() -> None:
    text = (
        "{procedure}{minutes_to}{price} je angefangene {increment_minutes}, mindestens {minimum_minutes}, netto {net}"
    )

    assert read_out([_script(ScriptKind.ACCEPTANCE, CONSUMER, text=text)], estimate()).endswith(
        "je angefangene 1, mindestens 0, netto 20,00\xa0€"
    )


def test_the_confirmation_says_what_was_agreed_when_and_in_which_words() -> None:
    kept = confirmation(_script(ScriptKind.CONFIRMATION, CONSUMER), acceptance(), "Erika Beispiel")

    assert kept.startswith("Bestätigung Ihres Auftrags vom 22. November 2026, 11:44 Uhr")  # Mainz, not Greenwich
    for part in ("An: Erika Beispiel", "höchstens 23,80\xa0€", "Sind Sie einverstanden?", "14 Tagen"):
        assert part in kept
    english = confirmation(_script(ScriptKind.CONFIRMATION, CONSUMER, "en"), acceptance(), "Erika Beispiel")
    assert english.startswith("Confirmation of your order of 22 November 2026, 11:44")


def test_braces_that_somebody_typed_stay_as_they_are() -> None:
    said = read_out([_script(ScriptKind.ACCEPTANCE, CONSUMER)], estimate(procedure="{price} prüfen"))

    assert "{price} prüfen" in said


def test_money_is_exact() -> None:
    assert money(123456789, "de") == "1.234.567,89\xa0€"
    assert money(5, "en") == "€0.05"
