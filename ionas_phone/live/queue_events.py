"""What happens in queues: to callers who wait, and to the members who are rung. Rule: as a PBX tells it, unjudged."""

from __future__ import annotations

from dataclasses import dataclass

from ionas_phone.live.nouns import Channel, Member
from ionas_phone.live.origin import PbxEvent


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
