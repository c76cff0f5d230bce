"""Tariffs, estimates and answers that tests of estimate, acceptance and timer begin with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from ionas_phone.billing.work import Records
from ionas_phone.support.acceptances import Acceptance, Channel, Confirmation, Decision, Handed, Identified, Relation
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.estimates import Estimate
from ionas_phone.support.tariffs import Rounding, Tariff
from ionas_phone.support.time_entries import TimeEntry
from tests.people import AT

STANDARD = Tariff(1, "Standard", date(2026, 1, 1), 119, 100, 19, 1, Rounding.DOWN, 0)


def estimate(**changes: Any) -> Estimate:
    """An estimate of 10 to 20 minutes for a consumer."""
    facts: dict[str, Any] = {
        "id": 1,
        "session_id": 7,
        "version": 1,
        "procedure": "Treiber erneuern",
        "minutes_from": 10,
        "minutes_to": 20,
        "tariff": STANDARD,
        "customer_kind": CustomerKind.CONSUMER,
        "price_cents": 2380,
        "cap_cents": None,
        "at": AT,
        "by": "anna",
    }
    return Estimate(**facts | changes)


def acceptance(**changes: Any) -> Acceptance:
    """Erika's yes to it."""
    facts: dict[str, Any] = {
        "id": 1,
        "session_id": 7,
        "estimate_id": 1,
        "decision": Decision.ACCEPTED,
        "who": "Erika Beispiel",
        "relation": Relation.SELF,
        "identified": Identified.DETAILS,
        "channel": Channel.SPOKEN,
        "language": "de",
        "scripts": ("acceptance/consumer/de/1",),
        "wording": "Sind Sie einverstanden?",
        "customer_id": 3,
        "customer_kind": CustomerKind.CONSUMER,
        "framework_contract": False,
        "tariff": STANDARD,
        "procedure": "Treiber erneuern",
        "minutes_from": 10,
        "minutes_to": 20,
        "price_cents": 2380,
        "cap_cents": None,
        "early_start": True,
        "withdrawal_known": True,
        "at": AT,
        "by": "anna",
    }
    return Acceptance(**facts | changes)


def confirmation(acceptance_id: int = 1, at: datetime = AT, handed: Handed = Handed.MAIL) -> Confirmation:
    """What Erika got to keep."""
    return Confirmation(
        1, acceptance_id, "confirmation/consumer/de/1", "…", "0" * 64, handed, "e@example.org", at, "anna"
    )


def entry(start: float, end: float | None = None, number: int = 1, acceptance_id: int = 1) -> TimeEntry:
    """A stretch from ``start`` to ``end``, in seconds after AT."""
    ended = None if end is None else AT + timedelta(seconds=end)
    return TimeEntry(number, 7, "anna", "Anna Beispiel", acceptance_id, AT + timedelta(seconds=start), ended)


def records(**changes: Any) -> Records:
    """A session with an accepted and confirmed estimate, nothing worked yet."""
    facts: dict[str, Any] = {
        "session_id": 7,
        "customer_id": 3,
        "practice": False,
        "closed": False,
        "outcome": None,
        "estimate": estimate(),
        "answers": (acceptance(),),
        "confirmations": {1: confirmation()},
        "entries": (),
        "corrections": (),
        "timer": None,
        "to_review": (),
    }
    return Records(**facts | changes)
