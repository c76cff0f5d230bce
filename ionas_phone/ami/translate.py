"""Messages to facts. Rule: one table; a message that can't be understood is refused and counted, it never raises.

AMI names what it shows inconsistently: MemberName/Interface of the events are Name/Location in the lists, RingTime is
in seconds on AgentConnect and in milliseconds on AgentRingNoAnswer. All of that ends here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from ionas_phone.ami.channels import channel, endpoint, text
from ionas_phone.ami.frames import Message
from ionas_phone.live import events as e
from ionas_phone.live.nouns import Channel, Member, MemberStatus

Keys: TypeAlias = dict[str, str]
_Fact: TypeAlias = Callable[[Keys, datetime, str], e.PbxEvent]

_STATUSES = dict(zip("012345678", MemberStatus, strict=True))  # app_queue numbers them in this order


def translate(message: Message, pbx: str, refused: Counter[str] | None = None) -> tuple[e.PbxEvent, ...]:
    """Turn one admitted message into facts of ``pbx``; () for a message that tells the picture nothing.

    ``refused`` counts the messages that lack what makes them understood.
    """
    fact = _FACTS.get(getattr(message, "name", ""))
    if fact is None:
        return ()
    try:
        return (fact(message.keys, instant(message.keys["Timestamp"]), pbx),)
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


def _optional(keys: Keys, prefix: str) -> Channel | None:
    return channel(keys, prefix) if keys.get(prefix + "Channel") else None


def _channel_seen(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.ChannelSeen(at=at, pbx=pbx, channel=channel(keys))


def _renamed(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    name = text(keys["Newname"])
    return e.ChannelRenamed(at=at, pbx=pbx, unique_id=keys["Uniqueid"], name=name, endpoint=endpoint(name))


def _hangup_requested(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.HangupRequested(at=at, pbx=pbx, unique_id=keys["Uniqueid"])


def _hung_up(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    gone = channel(keys)
    return e.ChannelHungUp(
        at=at, pbx=pbx, unique_id=gone.unique_id, linked_id=gone.linked_id, cause=int(keys.get("Cause") or 0)
    )


def _dial_began(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.DialBegan(at=at, pbx=pbx, source=_optional(keys, ""), dest=channel(keys, "Dest"))


def _dial_ended(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    source, dest = _optional(keys, ""), channel(keys, "Dest")
    return e.DialEnded(at=at, pbx=pbx, source=source, dest=dest, status=keys["DialStatus"])


def _bridge_entered(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    swapped = keys.get("SwapUniqueid", "")
    return e.BridgeEntered(at=at, pbx=pbx, bridge=keys["BridgeUniqueid"], channel=channel(keys), swapped=swapped)


def _bridge_left(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.BridgeLeft(at=at, pbx=pbx, bridge=keys["BridgeUniqueid"], channel=channel(keys))


def _bridges_merged(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.BridgesMerged(at=at, pbx=pbx, source=keys["FromBridgeUniqueid"], target=keys["ToBridgeUniqueid"])


def _held(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallHeld(at=at, pbx=pbx, unique_id=keys["Uniqueid"])


def _resumed(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallResumed(at=at, pbx=pbx, unique_id=keys["Uniqueid"])


def _blind_transferred(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.BlindTransferred(
        at=at,
        pbx=pbx,
        transferer=channel(keys, "Transferer"),
        transferee=_optional(keys, "Transferee"),
        extension=text(keys["Extension"]),
        succeeded=keys.get("Result") == "Success",
    )


def _attended_transferred(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.AttendedTransferred(
        at=at,
        pbx=pbx,
        first=channel(keys, "OrigTransferer"),
        second=channel(keys, "SecondTransferer"),
        transferee=_optional(keys, "Transferee"),
        target=_optional(keys, "TransferTarget"),
        dest_type=keys["DestType"],
        dest_bridge=keys.get("DestBridgeUniqueid", ""),
        succeeded=keys.get("Result") == "Success",
    )


def _picked_up(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallPickedUp(at=at, pbx=pbx, channel=channel(keys), target=channel(keys, "Target"))


def _joined(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallerJoined(at=at, pbx=pbx, queue=keys["Queue"], caller=channel(keys), position=int(keys["Position"]))


def _left(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallerLeft(at=at, pbx=pbx, queue=keys["Queue"], caller=channel(keys))


def _abandoned(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallerAbandoned(at=at, pbx=pbx, queue=keys["Queue"], caller=channel(keys))


def _called(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.AssistantCalled(
        at=at,
        pbx=pbx,
        queue=keys["Queue"],
        caller=channel(keys),
        leg=channel(keys, "Dest"),
        interface=keys["Interface"],
        member=text(keys.get("MemberName", "")),
    )


def _answered(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.AssistantAnswered(
        at=at,
        pbx=pbx,
        queue=keys["Queue"],
        caller=channel(keys),
        leg=_optional(keys, "Dest"),
        interface=keys["Interface"],
        member=text(keys.get("MemberName", "")),
    )


def _rang_out(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.AssistantRangOut(
        at=at,
        pbx=pbx,
        queue=keys["Queue"],
        caller=channel(keys),
        leg=_optional(keys, "Dest"),
        interface=keys["Interface"],
        member=text(keys.get("MemberName", "")),
        ring=int(keys.get("RingTime") or 0) / 1000,
    )


def _completed(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.QueueCallCompleted(
        at=at,
        pbx=pbx,
        queue=keys["Queue"],
        caller=_optional(keys, ""),
        interface=keys["Interface"],
        reason=keys.get("Reason", ""),
    )


def _member_seen(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.MemberSeen(at=at, pbx=pbx, member=member(keys, keys["Interface"], keys.get("MemberName", "")))


def _member_removed(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.MemberRemoved(at=at, pbx=pbx, queue=keys["Queue"], interface=keys["Interface"])


def _reloaded(keys: Keys, at: datetime, pbx: str) -> e.PbxEvent:
    return e.PbxReloaded(at=at, pbx=pbx, module=text(keys["Module"]))


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
