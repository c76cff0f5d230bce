"""Orders, imperative: all that the live picture asks the world to do. Rule: frozen, and safe to carry out twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ionas_phone.live.nouns import CallKey, Direction, Gap, Stretch


class Outcome(StrEnum):
    """How a call ended, or that it has not (OPEN); UNSEEN: it ended while the service saw nothing."""

    OPEN = "open"
    ANSWERED = "answered"
    ABANDONED_WAITING = "abandoned_waiting"
    ABANDONED_RINGING = "abandoned_ringing"
    QUEUE_TIMEOUT = "queue_timeout"
    REFUSED_BY_QUEUE = "refused_by_queue"
    FAILED = "failed"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """All that is kept of a call; written over as a whole each time it changes. Instants UTC.

    ``ended_at`` None with an outcome other than OPEN: it ended while the service saw nothing.
    ``number`` is E.164 where it can be read, else as dialled; None when suppressed. ``answered_by``: a log-in name.
    """

    call: CallKey
    line: str
    queue: str
    number: str | None
    caller_name: str
    suppressed: bool
    offered_at: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    answered_interface: str | None
    ended_at: datetime | None
    outcome: Outcome
    ended_by: str | None  # "caller" | "assistant" | None
    direction: Direction = Direction.IN
    began_at: datetime | None = None
    stretches: tuple[Stretch, ...] = ()  # see live.stretches


@dataclass(frozen=True, slots=True)
class Effect:
    """An order."""


@dataclass(frozen=True, slots=True)
class Redraw(Effect):
    """What stands under this topic is stale (topics: see ``live.board``)."""

    topic: str


@dataclass(frozen=True, slots=True)
class TakeSnapshot(Effect):
    """The picture doubts itself: ask this PBX for everything anew."""

    pbx: str
    why: str


@dataclass(frozen=True, slots=True)
class AwaitPop(Effect):
    """A phone rings: its card, named by the ``leg``'s tag, must appear at the desk of ``login``."""

    call: CallKey
    leg: str
    login: str


@dataclass(frozen=True, slots=True)
class SettlePop(Effect):
    """The ringing this card stands for is over: see whether it has appeared."""

    leg: str


@dataclass(frozen=True, slots=True)
class SettleDialling(Effect):
    """What became of a phone that was to ring by a click (see ``events.PhoneAnswered``)."""

    asked: str
    answered: bool
    reason: str


@dataclass(frozen=True, slots=True)
class BeginWrapUp(Effect):
    """The member at ``interface`` has ended a call of ``queue``: let nothing ring there while they write it up."""

    pbx: str
    queue: str
    interface: str


@dataclass(frozen=True, slots=True)
class LookUpCaller(Effect):
    """Find whom the number may belong to; ``CallerRecognised`` comes back."""

    call: CallKey
    number: str


@dataclass(frozen=True, slots=True)
class RecordCall(Effect):
    """Write the call down as it is now (insert or overwrite by its key)."""

    record: CallRecord


@dataclass(frozen=True, slots=True)
class KeepSight(Effect):
    """Write down that this PBX was in sight, and how many calls have entered its queues."""

    pbx: str
    at: datetime
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RecordGap(Effect):
    """Write down a time in which nothing was seen."""

    gap: Gap


@dataclass(frozen=True, slots=True)
class HandOverSession(Effect):
    """The caller talks to somebody else than ``before``: the session is theirs. ``SessionHandedOver`` comes back."""

    call: CallKey
    session_id: int
    login: str
    at: datetime
    before: str | None = None


@dataclass(frozen=True, slots=True)
class OpenSession(Effect):
    """Open the one session of this call, bound to who answered; ``SessionOpened`` comes back."""

    record: CallRecord
    at: datetime
