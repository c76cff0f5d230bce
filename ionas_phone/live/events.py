"""Facts, past tense: what changes the picture. Rule: frozen; ``at`` is the PBX's own time where it has one, in UTC.

All of them are found here; what happens to legs and in queues is declared in files of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ionas_phone.live.leg_events import (
    AttendedTransferred,
    BlindTransferred,
    BridgeEntered,
    BridgeLeft,
    BridgesMerged,
    CallHeld,
    CallPickedUp,
    CallResumed,
    ChannelHungUp,
    ChannelRenamed,
    ChannelSeen,
    DialBegan,
    DialEnded,
    HangupRequested,
)
from ionas_phone.live.nouns import (
    Assistant,
    CallKey,
    Channel,
    Gap,
    LinkState,
    Member,
    RememberedCall,
    SeenBridge,
    SeenQueue,
    SeenWaiting,
)
from ionas_phone.live.origin import Event, PbxEvent
from ionas_phone.live.queue_events import (
    AssistantAnswered,
    AssistantCalled,
    AssistantRangOut,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    MemberRemoved,
    MemberSeen,
    QueueCallCompleted,
)
from ionas_phone.support.customers import Match

# Declared elsewhere, found here.
__all__ = [
    "AssistantAnswered",
    "AssistantCalled",
    "AssistantRangOut",
    "AttendedTransferred",
    "BlindTransferred",
    "BridgeEntered",
    "BridgeLeft",
    "BridgesMerged",
    "CallHeld",
    "CallPickedUp",
    "CallResumed",
    "CallerAbandoned",
    "CallerJoined",
    "CallerLeft",
    "ChannelHungUp",
    "ChannelRenamed",
    "ChannelSeen",
    "DialBegan",
    "DialEnded",
    "Event",
    "HangupRequested",
    "MemberRemoved",
    "MemberSeen",
    "PbxEvent",
    "QueueCallCompleted",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged(PbxEvent):
    """The link went up, down, or was refused; ``reason`` is a sentence for a person ("" when all is well)."""

    state: LinkState
    reason: str = ""
    heard_at: datetime | None = None  # if it was up: until when nothing is missing of what happened


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockCompared(PbxEvent):
    """The PBX's clock is ``ahead`` of ours, which is taken off its times; or one of the clocks was set."""

    ahead: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxReloaded(PbxEvent):
    """A module was reloaded (``module`` as AMI names it, "All" included)."""

    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotTaken(PbxEvent):
    """All a PBX knows at one moment. Goes through the same picture as the stream; what it lacks is over."""

    up_for: timedelta | None = None  # how long it has been running; None: it did not say
    in_call: frozenset[tuple[str, str]] = frozenset()  # seats (queue, interface) with a call that is not counted yet
    channels: tuple[Channel, ...] = ()
    dialling: Mapping[str, str] = field(default_factory=dict)  # unique id -> number that this channel has sent out
    bridges: tuple[SeenBridge, ...] = ()
    queues: tuple[SeenQueue, ...] = ()
    members: tuple[Member, ...] = ()
    waiting: tuple[SeenWaiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRead(Event):
    """Who sits at which phone, read from the store."""

    assistants: tuple[Assistant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsRemembered(Event):
    """After a start: what the store remembers of calls that had not ended."""

    calls: tuple[RememberedCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SightRemembered(PbxEvent):
    """After a start: when this PBX was last seen, how many calls had entered its queues, and the latest gaps."""

    seen_at: datetime | None
    counts: tuple[tuple[str, int], ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SightKept(Event):
    """Some seconds have passed: what is in sight now is to be remembered as seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerRecognised(Event):
    """The store knows whom the number may belong to: none, one or several."""

    call: CallKey
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened(Event):
    """The support session of a call stands open; ``fresh``: since just now, else perhaps since before.

    ``holder``: log-in name of whose session it is, if it was somebody else's than who answered before.
    """

    call: CallKey
    session_id: int
    customer: Match | None
    holder: str | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHandedOver(Event):
    """The session of a call belongs to ``login`` now; ``before``: whose it was."""

    call: CallKey
    login: str
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSeen(Event):
    """The database answered, or did not; ``reason`` is a sentence for a person, also about one that is up."""

    up: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteSetAside(Event):
    """A write that can never succeed was put aside; it holds up nothing but must be seen."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed(Event):
    """A deadline of the picture has come, or our clock was set ``by`` so much (the machine slept; negative: back)."""

    by: timedelta = timedelta()
