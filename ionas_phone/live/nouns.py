"""The things that facts and orders speak of: keys of calls, channels, members. Rule: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2s
from typing import NamedTuple

from ionas_phone.support.customers import Match

PRACTICE_PBX = "practice"  # the link to the practice line; its calls are marked and never billable


class CallKey(NamedTuple):
    """What a call is known by: the PBX's name (ours, never its system name) and its caller's first channel."""

    pbx: str
    unique_id: str

    @property
    def tag(self) -> str:
        """What the call is called on pages."""
        return tag(self.pbx, self.unique_id)


def tag(pbx: str, unique_id: str) -> str:
    """Return the name of a channel for pages: the same after a restart, and without its unique id.

    A unique id holds the PBX's system name, the secret by which its events are believed.
    """
    return blake2s(f"{pbx} {unique_id}".encode(), digest_size=8).hexdigest()


class ChannelState(StrEnum):
    """How far a channel is; AMI's ChannelState 0/1, 2/3/4/6, 5, 6 in our words."""

    DOWN = "down"
    DIALLING = "dialling"
    RINGING = "ringing"
    UP = "up"


class LinkState(StrEnum):
    """How the link to one PBX stands."""

    CONNECTING = "connecting"
    UP = "up"
    LOST = "lost"
    REFUSED = "refused"  # log-in refused
    UNFIT = "unfit"  # its events lack Timestamp or SystemName and are therefore refused


class MemberStatus(StrEnum):
    """A member's device as app_queue sees it (AMI Status 0-8)."""

    UNKNOWN = "unknown"
    IDLE = "idle"
    IN_USE = "in_use"
    BUSY = "busy"
    INVALID = "invalid"
    UNAVAILABLE = "unavailable"
    RINGING = "ringing"
    RING_IN_USE = "ring_in_use"
    ON_HOLD = "on_hold"


@dataclass(frozen=True, slots=True)
class Channel:
    """One leg as a message showed it. ``number``: digits and +*#; None when withheld or unknown."""

    unique_id: str
    linked_id: str
    name: str  # "PJSIP/201-0000004a"
    endpoint: str  # "PJSIP/201": the device behind the channel ("Local/201@agents" for Local channels, without ;1/;2)
    state: ChannelState
    number: str | None = None
    caller_name: str = ""
    suppressed: bool = False
    dialled: str = ""  # Exten
    dnid: str = ""  # CALLERID(DNID): the number dialled at first, where channelvars tells it
    context: str = ""
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class SeenBridge:
    """A bridge of a snapshot and who is in it; ``apart``: they hear music, and not each other."""

    bridge: str
    unique_ids: tuple[str, ...]
    apart: bool = False


@dataclass(frozen=True, slots=True)
class SeenWaiting:
    """A waiting caller of a snapshot; ``wait`` in seconds until the snapshot."""

    queue: str
    position: int
    unique_id: str
    wait: int


@dataclass(frozen=True, slots=True)
class SeenQueue:
    """A queue's counters since its last reset: what the PBX itself completed and saw abandoned."""

    queue: str
    completed: int
    abandoned: int


@dataclass(frozen=True, slots=True)
class Member:
    """An assistant's seat in one queue. ``reason``: of the pause. ``name``: the PBX's MemberName."""

    queue: str
    interface: str
    name: str
    status: MemberStatus
    paused: bool
    state_interface: str = ""
    reason: str = ""
    penalty: int = 0


class Direction(StrEnum):
    """Where a call comes from, seen from our phones."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


class StretchKind(StrEnum):
    """What went on with a caller for a while; a TRANSFER is an instant."""

    WAITING = "waiting"
    RINGING = "ringing"
    TALKING = "talking"
    HOLD = "hold"
    TRANSFER = "transfer"


class Stretch(NamedTuple):
    """A part of a call's journey. ``ended_at`` None: nobody has seen its end.

    ``queue``: where it was. ``who``: the name, as it was then, of whose phone it was; of a transfer, who sent the
    caller on and ``to`` whom. ``how``: a ring ended (a RingState's value, or "answered"), or the kind of a transfer.
    """

    kind: StretchKind
    began_at: datetime
    ended_at: datetime | None
    queue: str = ""
    who: str = ""
    how: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a PBX was out of sight. ``ended_at`` None: it is yet. ``missed``: calls; None: can't be told."""

    pbx: str
    began_at: datetime
    ended_at: datetime | None
    missed: int | None


@dataclass(frozen=True, slots=True)
class Assistant:
    """Somebody of ours with a phone. ``login``: the log-in name; ``interface``: "PJSIP/201"."""

    login: str
    name: str
    interface: str
    extension: str = ""


@dataclass(frozen=True, slots=True)
class RememberedCall:
    """A call the store holds as not ended: perhaps it still goes on, the next snapshot tells."""

    call: CallKey
    line: str
    queue: str
    number: str | None
    caller_name: str
    suppressed: bool
    offered_at: datetime | None
    answered_at: datetime | None
    answered_interface: str | None
    session_id: int | None
    customer: Match | None
    session_assistant: str | None = None  # the log-in name of whose session it is
    began_at: datetime | None = None
    direction: Direction = Direction.IN
    stretches: tuple[Stretch, ...] = ()
