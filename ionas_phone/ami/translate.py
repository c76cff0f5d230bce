"""Messages to facts. Rule: one table; a message that can't be understood is refused and counted, it never raises.

AMI names what it shows inconsistently: MemberName/Interface of the events are Name/Location in the lists, RingTime is
in seconds on AgentConnect and in milliseconds on AgentRingNoAnswer. All of that ends here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from ionas_phone.ami.channels import endpoint, text
from ionas_phone.ami.forms import FramedEvent
from ionas_phone.ami.frames import Message
from ionas_phone.live import events as e
from ionas_phone.live.nouns import Channel, Member, MemberStatus

Keys: TypeAlias = dict[str, str]
_Fact: TypeAlias = Callable[[FramedEvent, datetime, str], e.PbxEvent]

_STATUSES = dict(zip("012345678", MemberStatus, strict=True))  # app_queue numbers them in this order


def translate(message: Message, pbx: str, refused: Counter[str] | None = None) -> tuple[e.PbxEvent, ...]:
    """Turn one admitted message into facts of ``pbx``; () for a message that tells the picture nothing.

    ``refused`` counts the messages that lack what makes them understood.
    """
    if not isinstance(message, FramedEvent) or (fact := _FACTS.get(message.name)) is None:
        return ()
    try:
        return (fact(message, instant(message.timestamp), pbx),)
    except (KeyError, ValueError, OverflowError, OSError):
        if refused is not None:
            refused["not_understood"] += 1
        return ()


def instant(timestamp: str) -> datetime:
    """Read a Timestamp: seconds since 1970 with microseconds."""
    return datetime.fromtimestamp(float(timestamp), UTC)


def member(keys: Keys, interface: str, name: str) -> Member:
    """Build a seat from a QueueMember* event or list item, which name ``interface`` and ``name`` differently."""
    return Member(
        queue=keys["Queue"],
        interface=interface,
        name=text(name),
        status=_STATUSES.get(keys.get("Status", ""), MemberStatus.UNKNOWN),
        paused=keys.get("Paused") == "1",
        state_interface=keys.get("StateInterface", ""),
        reason=text(keys.get("PausedReason", "")),
        penalty=int(keys.get("Penalty") or 0),
    )


def _channel(told: FramedEvent, prefix: str = "") -> Channel:
    if (found := told.channel(prefix)) is None:
        raise KeyError(prefix + "Channel")
    return found


def _channel_seen(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.ChannelSeen(at=at, pbx=pbx, channel=_channel(told))


def _renamed(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    name = text(told.own["Newname"])
    return e.ChannelRenamed(at=at, pbx=pbx, unique_id=told.own["Uniqueid"], name=name, endpoint=endpoint(name))


def _hangup_requested(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.HangupRequested(at=at, pbx=pbx, unique_id=_channel(told).unique_id)


def _hung_up(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    gone = _channel(told)
    return e.ChannelHungUp(
        at=at, pbx=pbx, unique_id=gone.unique_id, linked_id=gone.linked_id, cause=int(told.own.get("Cause") or 0)
    )


def _dial_began(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.DialBegan(at=at, pbx=pbx, source=told.channel(), dest=_channel(told, "Dest"))


def _dial_ended(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    source, dest = told.channel(), _channel(told, "Dest")
    return e.DialEnded(at=at, pbx=pbx, source=source, dest=dest, status=told.own["DialStatus"])


def _bridge_entered(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    swapped = told.own.get("SwapUniqueid", "")
    return e.BridgeEntered(at=at, pbx=pbx, bridge=told.own["BridgeUniqueid"], channel=_channel(told), swapped=swapped)


def _bridge_left(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.BridgeLeft(at=at, pbx=pbx, bridge=told.own["BridgeUniqueid"], channel=_channel(told))


def _bridges_merged(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.BridgesMerged(at=at, pbx=pbx, source=told.own["FromBridgeUniqueid"], target=told.own["ToBridgeUniqueid"])


def _held(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallHeld(at=at, pbx=pbx, unique_id=_channel(told).unique_id)


def _resumed(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallResumed(at=at, pbx=pbx, unique_id=_channel(told).unique_id)


def _blind_transferred(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.BlindTransferred(
        at=at,
        pbx=pbx,
        transferer=_channel(told, "Transferer"),
        transferee=told.channel("Transferee"),
        extension=text(told.own["Extension"]),
        succeeded=told.own.get("Result") == "Success",
    )


def _attended_transferred(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.AttendedTransferred(
        at=at,
        pbx=pbx,
        first=_channel(told, "OrigTransferer"),
        second=_channel(told, "SecondTransferer"),
        transferee=told.channel("Transferee"),
        target=told.channel("TransferTarget"),
        dest_type=told.own["DestType"],
        dest_bridge=told.own.get("DestBridgeUniqueid", ""),
        succeeded=told.own.get("Result") == "Success",
    )


def _picked_up(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallPickedUp(at=at, pbx=pbx, channel=_channel(told), target=_channel(told, "Target"))


def _joined(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallerJoined(
        at=at, pbx=pbx, queue=told.own["Queue"], caller=_channel(told), position=int(told.own["Position"])
    )


def _left(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallerLeft(at=at, pbx=pbx, queue=told.own["Queue"], caller=_channel(told))


def _abandoned(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallerAbandoned(at=at, pbx=pbx, queue=told.own["Queue"], caller=_channel(told))


def _called(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.AssistantCalled(
        at=at,
        pbx=pbx,
        queue=told.own["Queue"],
        caller=_channel(told),
        leg=_channel(told, "Dest"),
        interface=told.own["Interface"],
        member=text(told.own.get("MemberName", "")),
    )


def _answered(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.AssistantAnswered(
        at=at,
        pbx=pbx,
        queue=told.own["Queue"],
        caller=_channel(told),
        leg=told.channel("Dest"),
        interface=told.own["Interface"],
        member=text(told.own.get("MemberName", "")),
    )


def _rang_out(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.AssistantRangOut(
        at=at,
        pbx=pbx,
        queue=told.own["Queue"],
        caller=_channel(told),
        leg=told.channel("Dest"),
        interface=told.own["Interface"],
        member=text(told.own.get("MemberName", "")),
        ring=int(told.own.get("RingTime") or 0) / 1000,
    )


def _completed(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.QueueCallCompleted(
        at=at,
        pbx=pbx,
        queue=told.own["Queue"],
        caller=told.channel(),
        interface=told.own["Interface"],
        reason=told.own.get("Reason", ""),
    )


def _member_seen(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.MemberSeen(at=at, pbx=pbx, member=member(told.own, told.own["Interface"], told.own.get("MemberName", "")))


def _member_removed(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.MemberRemoved(at=at, pbx=pbx, queue=told.own["Queue"], interface=told.own["Interface"])


def _reloaded(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.PbxReloaded(at=at, pbx=pbx, module=text(told.own["Module"]))


_FACTS: dict[str, _Fact] = {
    "Newchannel": _channel_seen,
    "Newstate": _channel_seen,
    "NewConnectedLine": _channel_seen,
    "NewCallerid": _channel_seen,
    "Rename": _renamed,
    "HangupRequest": _hangup_requested,
    "Hangup": _hung_up,
    "DialBegin": _dial_began,
    "DialEnd": _dial_ended,
    "BridgeEnter": _bridge_entered,
    "BridgeLeave": _bridge_left,
    "BridgeMerge": _bridges_merged,
    "Hold": _held,
    "Unhold": _resumed,
    "BlindTransfer": _blind_transferred,
    "AttendedTransfer": _attended_transferred,
    "Pickup": _picked_up,
    "QueueCallerJoin": _joined,
    "QueueCallerLeave": _left,
    "QueueCallerAbandon": _abandoned,
    "AgentCalled": _called,
    "AgentConnect": _answered,
    "AgentRingNoAnswer": _rang_out,
    "AgentComplete": _completed,
    "QueueMemberStatus": _member_seen,
    "QueueMemberPause": _member_seen,
    "QueueMemberAdded": _member_seen,
    "QueueMemberPenalty": _member_seen,
    "QueueMemberRemoved": _member_removed,
    "Reload": _reloaded,
}
