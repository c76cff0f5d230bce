"""Tariffs: what a minute costs from which day on. Rule: a price is a version in the store, never a constant in code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from ionas_phone.errors import Cents, FormWrong

GERMANY = ZoneInfo("Europe/Berlin")  # whose days count for prices and months, wherever the desk stands

_LONGEST_NAME = 100
_DEAREST = 100_000  # cents per minute
_WHOLE = 100  # per cent
_LONGEST = 24 * 60  # minutes


class Rounding(StrEnum):
    """How a session's minutes become whole increments, once, on their sum."""

    DOWN = "down"
    NEAREST = "nearest"  # a half goes up
    UP = "up"


@dataclass(frozen=True, slots=True)
class NewTariff:
    """A tariff to be written down.

    ``valid_from``: its first day in Germany. ``gross_cents``, ``net_cents``: per minute, what consumers pay with VAT in
    it, and what businesses pay before VAT. ``minimum_minutes``: billed at least, if any work was done at all.
    """

    name: str
    valid_from: date
    gross_cents: int
    net_cents: int
    vat_percent: int
    increment_minutes: int = 1
    rounding: Rounding = Rounding.DOWN
    minimum_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Tariff:
    """A version of the price, never changed. The fields are those of NewTariff."""

    id: int
    name: str
    valid_from: date
    gross_cents: int
    net_cents: int
    vat_percent: int
    increment_minutes: int
    rounding: Rounding
    minimum_minutes: int


def day_of(at: datetime) -> date:
    """Return the day that an instant belongs to in Germany."""
    return at.astimezone(GERMANY).date()


def checked(new: NewTariff, today: date) -> NewTariff:
    """Return ``new`` without stray blanks. Raises FormWrong for what can't be a tariff from ``today`` on."""
    new = bounded(new, today)
    net = _rounded(new.gross_cents * _WHOLE, _WHOLE + new.vat_percent)
    if new.net_cents != net and new.gross_cents != _rounded(new.net_cents * (_WHOLE + new.vat_percent), _WHOLE):
        raise FormWrong(
            "With %(vat)d %% VAT in it, %(gross)s is %(net)s before VAT; the two prices must be one.",
            field="net_cents",
            vat=new.vat_percent,
            gross=Cents(new.gross_cents),
            net=Cents(net),
        )
    return new


def bounded(new: NewTariff, today: date) -> NewTariff:
    """Look at each field by itself: as ``checked``, but the prices need not agree with each other."""
    name = new.name.strip()
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise FormWrong("A tariff needs a name of up to %(longest)d characters.", field="name", longest=_LONGEST_NAME)
    if new.valid_from < today:
        raise FormWrong("A price can't be changed for days gone by; begin today or later.", field="valid_from")
    if not 0 <= new.gross_cents <= _DEAREST:
        raise FormWrong("A price per minute is between 0 and %(most)s.", field="gross_cents", most=Cents(_DEAREST))
    if not 0 <= new.net_cents <= new.gross_cents:
        raise FormWrong("The net price is between 0 and the gross price.", field="net_cents")
    if not 0 <= new.vat_percent <= _WHOLE:
        raise FormWrong("The VAT rate is between 0 and 100 per cent.", field="vat_percent")
    if not 1 <= new.increment_minutes <= _LONGEST:
        raise FormWrong("An increment is at least one minute and at most one day.", field="increment_minutes")
    if not 0 <= new.minimum_minutes <= _LONGEST:
        raise FormWrong("The minimum is between no minute and one day.", field="minimum_minutes")
    return replace(new, name=name)


def _rounded(numerator: int, denominator: int) -> int:
    """Return the whole number next to the fraction; a half goes up."""
    return (2 * numerator + denominator) // (2 * denominator)
