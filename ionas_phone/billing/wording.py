"""What is said to the customer about an estimate. Rule: filled from records only, so that it can be said again."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from babel.dates import format_date, format_time
from babel.numbers import format_currency

from ionas_phone.billing.prices import amount, per_minute
from ionas_phone.support.acceptances import Acceptance
from ionas_phone.support.estimates import Estimate
from ionas_phone.support.scripts import Script, filled
from ionas_phone.support.tariffs import GERMANY

_LOCALES = {"de": "de_DE", "en": "en_GB"}
_BETWEEN = "\n\n"


def read_out(scripts: Iterable[Script], estimate: Estimate) -> str:
    """Return what is read to the customer: all ``scripts``, filled in for ``estimate``, paragraphs between."""
    return _BETWEEN.join(filled(script.text, _offer(estimate, script.language)) for script in scripts)


def confirmation(script: Script, acceptance: Acceptance, customer: str) -> str:
    """Return what the customer gets to keep. ``customer``: name for display."""
    locale = _LOCALES[script.language]
    at = acceptance.at.astimezone(GERMANY)
    agreed = {
        "customer": customer,
        "who": acceptance.who,
        "date": format_date(at, "long", locale=locale),
        "time": format_time(at, "HH:mm", locale=locale),
        "wording": acceptance.wording,
    }
    return filled(script.text, _offer(acceptance, script.language) | agreed)


def money(cents: int, language: str) -> str:
    """Return cents as euros: 2380 -> "23,80 €"."""
    # The amount is exact, so the library has nothing to round (by itself it would round halves to even).
    return format_currency(Decimal(cents).scaleb(-2), "EUR", locale=_LOCALES[language])


def _offer(offer: Estimate | Acceptance, language: str) -> dict[str, str]:
    """Return what can be said about an offer, in ``language``."""
    tariff, kind = offer.tariff, offer.customer_kind
    total = amount(offer.price_cents, tariff.vat_percent, kind)
    return {
        "procedure": offer.procedure,
        "minutes_from": str(offer.minutes_from),
        "minutes_to": str(offer.minutes_to),
        "per_minute": money(per_minute(tariff, kind), language),
        "vat_percent": str(tariff.vat_percent),
        "increment_minutes": str(tariff.increment_minutes),
        "minimum_minutes": str(tariff.minimum_minutes),
        "price": money(offer.price_cents, language),
        "net": money(total.net, language),
        "gross": money(total.gross, language),
        "cap": "" if offer.cap_cents is None else money(offer.cap_cents, language),
    }
