"""The parts of a call: one phone's ringing, one person's talk, a transfer. Rule: a part ends, it is never undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ionas_phone.live.board import RingState


class TransferKind(StrEnum):
    """How a call went from one person to another."""

    BLIND = "blind"
    ATTENDED = "attended"
    REDIRECT = "redirect"
    PICKUP = "pickup"


@dataclass(slots=True)
class Wait:
    """The caller's time in one queue."""

    queue: str
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class Ring:
    """One phone rung for the call. ``state`` None: it was answered here. ``note_until``: our clock.

    ``legs``: unique ids of its channels; a phone behind a Local member has two. The first one names the ring card,
    which is ``awaited`` at a desk while it rings.
    """

    legs: list[str]
    endpoint: str
    name: str
    queue: str
    since: datetime
    state: RingState | None = RingState.RINGING
    ended_at: datetime | None = None
    by: str = ""
    awaited: bool = False
    noted: bool = False
    note_until: datetime | None = None

    @property
    def ringing(self) -> bool:
        """Whether the phone still rings."""
        return self.state is RingState.RINGING

    def end(self, state: RingState | None, at: datetime, by: str = "") -> None:
        """End the ringing; a later, better reason (declined instead of missed) may replace the first one."""
        self.ended_at = self.ended_at or at
        self.state, self.by = state, by or self.by


@dataclass(slots=True)
class Talk:
    """Somebody's time on the line with the caller, hold included. ``bridged``: seen in a bridge, not only announced."""

    leg: str
    endpoint: str
    since: datetime
    until: datetime | None = None
    bridged: bool = False
    held_since: datetime | None = None
    holds: list[tuple[datetime, datetime]] = field(default_factory=list)  # those that are over
    heard_at: datetime | None = None  # of the last word about hold: an older one changes nothing
    away: bool = False  # in another bridge, to consult somebody

    @property
    def held(self) -> bool:
        """Whether the caller hears music now."""
        return self.held_since is not None and self.until is None

    def hold(self, at: datetime, *, held: bool) -> None:
        """Begin or end a hold."""
        if self.heard_at and at < self.heard_at:
            return
        self.heard_at = at
        if held:
            self.held_since = self.held_since or at
        elif self.held_since:
            self.holds.append((self.held_since, at))
            self.held_since = None

    def step(self, at: datetime, *, away: bool) -> None:
        """Step out of the caller's bridge to consult somebody, or come back: meanwhile the caller hears music."""
        self.away = away
        self.hold(at, held=away)

    def end(self, at: datetime) -> None:
        """End the talk, and with it a hold."""
        if self.until is None:
            self.until = max(at, self.since)
            self.hold(self.until, held=False)

    def hold_time(self, at: datetime) -> timedelta:
        """Return how long the caller was on hold until ``at``."""
        held = sum((until - since for since, until in self.holds), timedelta())
        return held + ((self.until or at) - self.held_since if self.held_since else timedelta())


@dataclass(slots=True)
class Transfer:
    """``origin`` sent the caller on; ``to``: a device, or what was dialled as long as nobody rings there."""

    kind: TransferKind
    origin: str
    to: str
    at: datetime
    settled: bool = False  # a device or queue took the caller up
