"""Customers, and how a number is matched to them. Rule: caller ID is a hint, never proof; a match says why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MatchReason(StrEnum):
    """Why a customer is proposed for a number."""

    EXACT = "exact"  # this very number stands in the customer's record


@dataclass(frozen=True, slots=True)
class Match:
    """A customer a caller may be. ``number``: our customer number ("10023"). ``name``: for display."""

    customer_id: int
    number: str
    name: str
    reason: MatchReason = MatchReason.EXACT


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's record. ``phones``: E.164. At least one of name and company is not empty."""

    id: int
    number: str
    name: str
    company: str
    phones: tuple[str, ...]
    email: str
    street: str
    postcode: str
    city: str
    country: str  # ISO 3166 alpha-2
    notes: str
    practice: bool = False

    @property
    def display_name(self) -> str:
        """Company first, the person behind it; else the person."""
        return f"{self.company} ({self.name})" if self.company and self.name else self.company or self.name


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What is needed to write a customer down; ``number`` None: the store gives the next free one."""

    name: str
    company: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "DE"
    notes: str = ""
    number: str | None = None
    practice: bool = False
