"""Minutes to cents, and cents to net and VAT. Rule: whole cents; Decimal, halves go up; VAT once, on the total.

Consumers are told prices with VAT: their net is what is left of it. Businesses are told prices before VAT: it is added
at the end. 16 % of the gross amounts have no net that gives them back at 19 %, so the two ways are never mixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ionas_phone.billing.minutes import billable
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.estimates import NewEstimate
from ionas_phone.support.tariffs import Tariff

_CENT = Decimal(1)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Amount:
    """Cents: ``net`` + ``vat`` = ``gross``."""

    net: int
    vat: int
    gross: int


def per_minute(tariff: Tariff, kind: CustomerKind) -> int:
    """Return the cents per minute as such a customer is told them."""
    return tariff.gross_cents if kind is CustomerKind.CONSUMER else tariff.net_cents


def price(minutes: int, tariff: Tariff, kind: CustomerKind, cap_cents: int | None = None) -> int:
    """Return what billed ``minutes`` cost in cents, with VAT for consumers, before VAT for businesses."""
    cents = minutes * per_minute(tariff, kind)
    return cents if cap_cents is None else min(cents, cap_cents)


def price_of_estimate(minutes_to: int, tariff: Tariff, kind: CustomerKind, cap_cents: int | None = None) -> int:
    """Return the most that ``minutes_to`` of work can cost: increment and minimum of the tariff included."""
    return price(billable(minutes_to * 60, tariff), tariff, kind, cap_cents)


def idle_cap(new: NewEstimate, tariff: Tariff, kind: CustomerKind) -> bool:
    """Return whether there is a cap that promises nothing: all minutes cost no more than that without it."""
    return new.cap_cents is not None and new.cap_cents >= price_of_estimate(new.minutes_to, tariff, kind)


def amount(cents: int, vat_percent: int, kind: CustomerKind) -> Amount:
    """Split a total of ``cents``, as such a customer is told it, into net and VAT."""
    if kind is CustomerKind.CONSUMER:
        net = _whole(Decimal(cents) * _HUNDRED / (_HUNDRED + vat_percent))
        return Amount(net, cents - net, cents)
    vat = _whole(Decimal(cents) * vat_percent / _HUNDRED)
    return Amount(cents, vat, cents + vat)


def _whole(cents: Decimal) -> int:
    return int(cents.quantize(_CENT, rounding=ROUND_HALF_UP))
