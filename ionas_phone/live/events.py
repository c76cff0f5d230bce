"""Facts, past tense: what changes the picture. Rule: frozen; ``at`` is the PBX's own time where it has one, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
from ionas_phone.support.customers import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact. ``at``: when it happened, an aware datetime in UTC."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxEvent(Event):
    """A fact a PBX told; ``pbx`` is the name of the link it came by."""

    pbx: str


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
    bridges: tuple[SeenBridge, ...] = ()
    queues: tuple[SeenQueue, ...] = ()
    members: tuple[Member, ...] = ()
    waiting: tuple[SeenWaiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSeen(PbxEvent):
    """A channel appeared or changed (Newchannel, Newstate, NewConnectedLine)."""

    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRenamed(PbxEvent):
    """A masquerade gave the channel another name."""

    unique_id: str
    name: str
    endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HangupRequested(PbxEvent):
    """This leg's own end hung up first."""

    unique_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHungUp(PbxEvent):
    """The channel is gone. ``cause``: the Q.850 number."""

    unique_id: str
    linked_id: str
    cause: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DialBegan(PbxEvent):
    """``dest`` is being rung; ``source`` is None when the PBX itself dials."""

    source: Channel | None
    dest: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnded(PbxEvent):
    """Ringing ``dest`` ended; ``status`` as Asterisk's DIALSTATUS (ANSWER, NOANSWER, CANCEL, BUSY …). Comes twice."""

    source: Channel | None
    dest: Channel
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeEntered(PbxEvent):
    """A channel joined a bridge, perhaps in the place of ``swapped`` (a unique id)."""

    bridge: str
    channel: Channel
    swapped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeLeft(PbxEvent):
    """A channel left a bridge."""

    bridge: str
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgesMerged(PbxEvent):
    """All of ``source`` moved into ``target``."""

    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(PbxEvent):
    """This leg put the other side on hold."""

    unique_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed(PbxEvent):
    """This leg took the other side back from hold."""

    unique_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindTransferred(PbxEvent):
    """``transferer`` sent ``transferee`` to ``extension``."""

    transferer: Channel
    transferee: Channel | None
    extension: str
    succeeded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendedTransferred(PbxEvent):
    """A transfer after a consultation. ``dest_type``: Bridge, App, Link, Threeway, Fail."""

    first: Channel  # OrigTransferer
    second: Channel  # SecondTransferer
    transferee: Channel | None
    target: Channel | None
    dest_type: str
    dest_bridge: str
    succeeded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPickedUp(PbxEvent):
    """``channel`` took the call that was ringing at ``target``."""

    channel: Channel
    target: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerJoined(PbxEvent):
    """A caller entered a queue; from here the wait runs."""

    queue: str
    caller: Channel
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLeft(PbxEvent):
    """A caller is no longer in the queue: connected, gone, timed out or sent elsewhere."""

    queue: str
    caller: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerAbandoned(PbxEvent):
    """The queue gave the caller up. Not the same as: the caller hung up (HangupRequested tells that)."""

    queue: str
    caller: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantCalled(PbxEvent):
    """A member's phone is called for a waiting caller; ``leg`` is the phone's channel."""

    queue: str
    caller: Channel
    leg: Channel
    interface: str
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantAnswered(PbxEvent):
    """The queue connected the caller to ``leg``. ``interface``, ``member``: who was *rung*, not always who answered."""

    queue: str
    caller: Channel
    leg: Channel | None
    interface: str
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantRangOut(PbxEvent):
    """A member's phone rang for its whole time and nobody answered. ``ring``: seconds."""

    queue: str
    caller: Channel
    leg: Channel | None
    interface: str
    member: str
    ring: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCallCompleted(PbxEvent):
    """The queue's part is over (AgentComplete). Neither the end of the call nor its talk time."""

    queue: str
    caller: Channel | None
    interface: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSeen(PbxEvent):
    """A member was added, paused, changed its status or penalty."""

    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(PbxEvent):
    """A member left a queue."""

    queue: str
    interface: str


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
    """The support session of a call stands open (perhaps since before; opening is idempotent)."""

    call: CallKey
    session_id: int
    customer: Match | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHandedOver(Event):
    """The session of a call belongs to ``login`` now."""

    call: CallKey
    login: str


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
