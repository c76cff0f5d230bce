"""Billable time as it was measured. Rule: stretches between instants of the server's clock; corrections stand apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ionas_phone.errors import FormWrong

LONGEST_REASON = 500
FAITH = timedelta(seconds=15)  # as long as the service may be silent before somebody has to look at it
DRIFT = timedelta(seconds=2)  # as far as the clock may run from the time that really passed


class OutageKind(StrEnum):
    """Why a stretch of time is in doubt."""

    OUTAGE = "outage"  # the service was away: nobody could have stopped the timer
    CLOCK = "clock"  # the clock was set, or the machine slept


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """A stretch of billable work, by whose hands. Instants UTC; ``ended_at`` None: it runs."""

    id: int
    session_id: int
    assistant: str  # log-in name
    assistant_name: str
    acceptance_id: int
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Correction:
    """Seconds that a session has more or less than was measured, and why."""

    id: int
    session_id: int
    seconds: int
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Time in doubt: from what we last knew until what we knew next; backwards if the clock was set back."""

    kind: OutageKind
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """A review mark on a time entry: nothing is lost, nothing is billed before somebody looked.

    ``seconds`` of the entry are in doubt (negative: the clock was set back by so much).
    """

    id: int
    entry_id: int
    session_id: int
    kind: OutageKind
    from_at: datetime
    to_at: datetime
    reviewed_at: datetime | None
    reviewed_by: str | None

    @property
    def seconds(self) -> int:
        """Full seconds in doubt."""
        return int((self.to_at - self.from_at).total_seconds())


def doubts(last: datetime, at: datetime, passed: timedelta | None) -> tuple[Doubt, ...]:
    """Return what is in doubt between two heartbeats, at ``last`` and ``at`` by the clock.

    ``passed``: the time that really passed in between; None after a restart, when nobody could tell and nobody could
    have stopped a timer: then all of it is in doubt.
    """
    if passed is None:
        kind = OutageKind.OUTAGE if at > last else OutageKind.CLOCK
        return () if at == last else (Doubt(kind, last, at),)
    expected = last + passed
    found = []
    if passed > FAITH:
        found.append(Doubt(OutageKind.OUTAGE, last, expected))
    if abs(at - expected) > DRIFT:
        found.append(Doubt(OutageKind.CLOCK, expected, at))
    return tuple(found)


def checked_reason(reason: str) -> str:
    """Return the reason for a correction without stray blanks. Raises FormWrong."""
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise FormWrong(
            "A correction needs a reason of up to %(longest)d characters.", field="reason", longest=LONGEST_REASON
        )
    return reason
