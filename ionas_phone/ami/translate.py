"""Messages to facts. Rule: one table; a message that can't be understood is refused and counted, it never raises.

AMI names what it shows inconsistently: MemberName/Interface of the events are Name/Location in the lists, RingTime is
in seconds on AgentConnect and in milliseconds on AgentRingNoAnswer. All of that ends here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from ionas_phone.ami.channels import endpoint, outward, text
from ionas_phone.ami.forms import FramedEvent
from ionas_phone.ami.frames import Message
from ionas_phone.ami.maker import maker
from ionas_phone.live import events as e
from ionas_phone.live.answers import PhoneAnswered
from ionas_phone.live.nouns import Member, MemberStatus

_Fact: TypeAlias = Callable[[FramedEvent, datetime, str], e.PbxEvent]

# What a stream is full of.
_ChannelSeen = maker(e.ChannelSeen)
_HangupRequested = maker(e.HangupRequested)
_ChannelHungUp = maker(e.ChannelHungUp)
_DialBegan = maker(e.DialBegan)
_DialEnded = maker(e.DialEnded)
_BridgeEntered = maker(e.BridgeEntered)
_BridgeLeft = maker(e.BridgeLeft)
_CallerJoined = maker(e.CallerJoined)
_CallerLeft = maker(e.CallerLeft)
_AssistantCalled = maker(e.AssistantCalled)
_AssistantAnswered = maker(e.AssistantAnswered)
_QueueCallCompleted = maker(e.QueueCallCompleted)
_MemberSeen = maker(e.MemberSeen)
_Member = maker(Member)

MUSIC = "holding_bridge"  # a bridge's technology: people in it hear music and not each other
_STATUSES = dict(zip("012345678", MemberStatus, strict=True))  # app_queue numbers them in this order


def translate(message: Message, pbx: str, refused: Counter[str] | None = None) -> tuple[e.PbxEvent, ...]:
    """Turn one admitted message into facts of ``pbx``; () for a message that tells the picture nothing.

    ``refused`` counts the messages that lack what makes them understood.
    """
    if not isinstance(message, FramedEvent):
        return ()
    told = fact(message, pbx, Counter() if refused is None else refused)
    return () if told is None else (told,)


def fact(message: FramedEvent, pbx: str, refused: Counter[str]) -> e.PbxEvent | None:
    """Turn an event into the fact it tells ``pbx``'s picture, if any."""
    if (make := _FACTS.get(message.name)) is None:
        return None
    try:
        return make(message, datetime.fromtimestamp(float(message.timestamp), UTC), pbx)
    except (KeyError, ValueError, OverflowError, OSError):
        refused["not_understood"] += 1
        return None


def instant(timestamp: str) -> datetime:
    """Read a Timestamp: seconds since 1970 with microseconds."""
    return datetime.fromtimestamp(float(timestamp), UTC)


def member(keys: dict[str, str], interface: str, name: str) -> Member:
    """Build a seat from a list item, which names ``interface`` and ``name`` otherwise than the events do."""
    more = (keys.get(header, "") for header in ("Status", "Paused", "StateInterface", "PausedReason", "Penalty"))
    return _seat((keys["Queue"], interface, name, *more))


def _seat(said: tuple[str, ...]) -> Member:
    """Build it from what an event says, in the order of its shape."""
    queue, interface, name, status, paused, state_interface, reason, penalty = said
    return _Member(
        queue=queue,
        interface=interface,
        name=text(name),
        status=_STATUSES.get(status, MemberStatus.UNKNOWN),
        paused=paused == "1",
        state_interface=state_interface,
        reason=text(reason),
        penalty=int(penalty or 0),
    )


def _channel_seen(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return _ChannelSeen(at=at, pbx=pbx, channel=told.leg())


def _renamed(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    unique_id, new = told.said
    name = text(new)
    return e.ChannelRenamed(at=at, pbx=pbx, unique_id=unique_id, name=name, endpoint=endpoint(name))


def _hangup_requested(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return _HangupRequested(at=at, pbx=pbx, unique_id=told.leg().unique_id)


def _hung_up(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    gone, (cause,) = told.leg(), told.said
    return _ChannelHungUp(at=at, pbx=pbx, unique_id=gone.unique_id, linked_id=gone.linked_id, cause=int(cause or 0))


def _dial_began(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    (dialled,) = told.said
    return _DialBegan(at=at, pbx=pbx, source=told.channel(), dest=told.leg("Dest"), number=outward(dialled))


def _dial_ended(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    source, dest, (status,) = told.channel(), told.leg("Dest"), told.said
    return _DialEnded(at=at, pbx=pbx, source=source, dest=dest, status=status)


def _bridge_entered(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    bridge, technology, swapped = told.said
    apart = technology == MUSIC
    return _BridgeEntered(at=at, pbx=pbx, bridge=bridge, channel=told.leg(), swapped=swapped, apart=apart)


def _bridge_left(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    (bridge,) = told.said
    return _BridgeLeft(at=at, pbx=pbx, bridge=bridge, channel=told.leg())


def _bridges_merged(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    source, target = told.said
    return e.BridgesMerged(at=at, pbx=pbx, source=source, target=target)


def _held(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallHeld(at=at, pbx=pbx, unique_id=told.leg().unique_id)


def _resumed(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallResumed(at=at, pbx=pbx, unique_id=told.leg().unique_id)


def _blind_transferred(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    extension, result = told.said
    return e.BlindTransferred(
        at=at,
        pbx=pbx,
        transferer=told.leg("Transferer"),
        transferee=told.channel("Transferee"),
        extension=text(extension),
        succeeded=result == "Success",
    )


def _attended_transferred(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    dest_type, dest_bridge, result = told.said
    return e.AttendedTransferred(
        at=at,
        pbx=pbx,
        first=told.leg("OrigTransferer"),
        second=told.leg("SecondTransferer"),
        transferee=told.channel("Transferee"),
        target=told.channel("TransferTarget"),
        dest_type=dest_type,
        dest_bridge=dest_bridge,
        succeeded=result == "Success",
    )


def _picked_up(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return e.CallPickedUp(at=at, pbx=pbx, channel=told.leg(), target=told.leg("Target"))


def _joined(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    queue, position = told.said
    return _CallerJoined(at=at, pbx=pbx, queue=queue, caller=told.leg(), position=int(position))


def _left(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    (queue,) = told.said
    return _CallerLeft(at=at, pbx=pbx, queue=queue, caller=told.leg())


def _abandoned(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    (queue,) = told.said
    return e.CallerAbandoned(at=at, pbx=pbx, queue=queue, caller=told.leg())


def _called(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    queue, interface, name = told.said
    return _AssistantCalled(
        at=at,
        pbx=pbx,
        queue=queue,
        caller=told.leg(),
        leg=told.leg("Dest"),
        interface=interface,
        member=text(name),
    )


def _answered(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    queue, interface, name = told.said
    return _AssistantAnswered(
        at=at,
        pbx=pbx,
        queue=queue,
        caller=told.leg(),
        leg=told.channel("Dest"),
        interface=interface,
        member=text(name),
    )


def _rang_out(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    queue, interface, name, ring = told.said
    return e.AssistantRangOut(
        at=at,
        pbx=pbx,
        queue=queue,
        caller=told.leg(),
        leg=told.channel("Dest"),
        interface=interface,
        member=text(name),
        ring=int(ring or 0) / 1000,
    )


def _completed(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    queue, interface, reason = told.said
    return _QueueCallCompleted(
        at=at,
        pbx=pbx,
        queue=queue,
        caller=told.channel(),
        interface=interface,
        reason=reason,
    )


def _member_seen(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    return _MemberSeen(at=at, pbx=pbx, member=_seat(told.said))


def _member_removed(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    queue, interface = told.said
    return e.MemberRemoved(at=at, pbx=pbx, queue=queue, interface=interface)


def _originated(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    answered = told.own["Response"] == "Success"
    asked = told.own.get("ActionID", "")
    return PhoneAnswered(at=at, pbx=pbx, asked=asked, answered=answered, reason=told.own["Reason"])


def _reloaded(told: FramedEvent, at: datetime, pbx: str) -> e.PbxEvent:
    (module,) = told.said
    return e.PbxReloaded(at=at, pbx=pbx, module=text(module))


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
    "OriginateResponse": _originated,
    "Reload": _reloaded,
}
