"""Estimates: what we propose to do and what it will probably cost. Rule: they only grow; a change is a new version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ionas_phone.errors import FormWrong
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.tariffs import Tariff

_LONGEST_PROCEDURE = 2000  # it is read aloud
_LONGEST = 24 * 60  # minutes
_DEAREST = 100_000_000  # cents


@dataclass(frozen=True, slots=True)
class NewEstimate:
    """What the assistant proposes: the procedure in words, minutes from–to, and (cents) the most it may cost, if any.

    ``cap_cents``: with VAT for consumers, before VAT for businesses.
    """

    procedure: str
    minutes_from: int
    minutes_to: int
    cap_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A version of a session's estimate. ``price_cents``: of ``minutes_to``, by ``tariff``, not above the cap.

    Prices are with VAT for consumers, before VAT for businesses. ``by``: log-in name. ``at``: UTC.
    """

    id: int
    session_id: int
    version: int
    procedure: str
    minutes_from: int
    minutes_to: int
    tariff: Tariff
    customer_kind: CustomerKind
    price_cents: int
    cap_cents: int | None
    at: datetime
    by: str

    @property
    def capped(self) -> bool:
        """Whether the cap makes it cheaper; one above the price is not worth a word."""
        return self.cap_cents is not None and self.cap_cents <= self.price_cents


def checked(new: NewEstimate) -> NewEstimate:
    """Return ``new`` without stray blanks. Raises FormWrong for what nobody could accept."""
    procedure = new.procedure.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not procedure:
        raise FormWrong("Say what you propose to do.", field="procedure")
    if len(procedure) > _LONGEST_PROCEDURE:
        raise FormWrong("This is longer than %(longest)d characters.", field="procedure", longest=_LONGEST_PROCEDURE)
    if not 1 <= new.minutes_from <= _LONGEST:
        raise FormWrong("An estimate begins at one minute and stays below a day.", field="minutes_from")
    if not new.minutes_from <= new.minutes_to <= _LONGEST:
        raise FormWrong("The upper bound is at least the lower one and at most one day.", field="minutes_to")
    if new.cap_cents is not None and not 1 <= new.cap_cents <= _DEAREST:
        raise FormWrong("A cap is at least one cent; leave it empty if there is none.", field="cap_cents")
    return replace(new, procedure=procedure)
