"""What happens to channels: they ring, meet in bridges, are sent on and hang up. Rule: as a PBX tells it, unjudged."""

from __future__ import annotations

from dataclasses import dataclass

from ionas_phone.live.nouns import Channel
from ionas_phone.live.origin import PbxEvent


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
    """``dest`` is being rung; ``source`` is None when the PBX itself dials. ``number``: what is sent out, if any."""

    source: Channel | None
    dest: Channel
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnded(PbxEvent):
    """Ringing ``dest`` ended; ``status`` as Asterisk's DIALSTATUS (ANSWER, NOANSWER, CANCEL, BUSY …). Comes twice."""

    source: Channel | None
    dest: Channel
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeEntered(PbxEvent):
    """A channel joined a bridge, perhaps in the place of ``swapped`` (a unique id).

    ``apart``: as in a car park, those who are in it hear music and not each other.
    """

    bridge: str
    channel: Channel
    swapped: str = ""
    apart: bool = False


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
