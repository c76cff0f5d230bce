"""What channels and bridges tell. Rule: whoever can be reached from the caller's bridge talks; a hang-up is final."""

from __future__ import annotations

from datetime import datetime

from ionas_phone.live import events as e
from ionas_phone.live.board import RingState
from ionas_phone.live.calls import Call
from ionas_phone.live.channels import Leg
from ionas_phone.live.effects import TakeSnapshot
from ionas_phone.live.nouns import CallKey, Channel, Direction
from ionas_phone.live.picture import Picture
from ionas_phone.live.rings import phone_behind

_DECLINED = {17, 21, 23}  # Q.850: user busy, call rejected, sent to another phone
_ELSEWHERE = 26  # answered elsewhere
_NO_EXTENSION = "s"  # the extension of subroutines


def channel_seen(picture: Picture, event: e.ChannelSeen) -> None:
    """A channel appeared or changed. One that nobody dialled begins a call."""
    leg = picture.see(event.pbx, event.channel, event.at)
    if leg and event.channel.unique_id == event.channel.linked_id and not event.channel.is_local:
        begun(picture, event.pbx, leg, event.at)


def begun(picture: Picture, pbx: str, leg: Leg, at: datetime, *, settled: bool = False) -> None:
    """Keep the call that begins on this channel: among ours if it dialled a line of ours, else in private.

    ``settled``: the dial plan has been at work, what the channel shows is what may be shown.
    """
    channel = leg.channel
    known = picture.call_of(pbx, channel.unique_id)
    if known is None:
        known = picture.new_private(pbx, channel.unique_id, at)
        if picture.is_phone(pbx, channel):
            known.direction = Direction.INTERNAL  # until it is seen to leave the house
        if settled:
            known.identify(channel)
    elif (
        known.direction is not Direction.OUT
        and known.caller_leg == channel.unique_id
        and known.began_at
        and at > known.began_at
    ):
        known.identify(channel)  # not at first sight: the first message of all may still show a suppressed number
        picture.touch(known)
    if known.key.unique_id == channel.unique_id and (picture.lines is None or picture.line_of(leg)):
        if known.direction is Direction.IN:
            known.line = known.line or picture.line_of(leg)
        picture.adopt(known)


def channel_renamed(picture: Picture, event: e.ChannelRenamed) -> None:
    """A masquerade renamed it."""
    picture.channels.rename(event.pbx, event.unique_id, event.name, event.endpoint)


def hangup_requested(picture: Picture, event: e.HangupRequested) -> None:
    """One end hung up: the caller's own leg, or an assistant's that talks."""
    if call := picture.call(event.pbx, event.unique_id):
        call.hang_up("caller" if call.direction is Direction.IN else _side(call, caller=True), event.at)
        picture.touch(call)
        return
    call = picture.legs.get((event.pbx, event.unique_id))
    if call and (ring := call.ring_at(event.unique_id)) and ring.ringing:
        call.stop_ringing(event.unique_id, RingState.DECLINED, event.at)
        picture.touch(call)
    elif call and (call.direction is Direction.OUT or call.hangs_on(event.unique_id)):
        call.hang_up(_side(call, caller=False), event.at)
        picture.touch(call)


def _side(call: Call, *, caller: bool) -> str:
    """Say who is who in a call that began at one of our phones."""
    if call.direction is Direction.OUT:
        return "assistant" if caller else "caller"
    return "caller" if caller else "assistant"


def channel_hung_up(picture: Picture, event: e.ChannelHungUp, now: datetime) -> None:
    """A channel is gone: the caller's ends the call, a phone's ends its ringing or its talk."""
    picture.channels.hang_up(event.pbx, event.unique_id, now)
    picture.heirs.pop((event.pbx, event.unique_id), None)
    if call := picture.call(event.pbx, event.unique_id):
        if call.caller_leg == event.unique_id:
            end_call(picture, call, event.at)
            if call.key not in picture.calls:
                picture.forget(call)
    elif call := picture.legs.get((event.pbx, event.unique_id)):
        state = RingState.DECLINED if event.cause in _DECLINED else RingState.MISSED
        state = RingState.ANSWERED_ELSEWHERE if event.cause == _ELSEWHERE else state
        call.stop_ringing(event.unique_id, state, event.at)
        if talk := call.talk_at(event.unique_id):
            talk.end(event.at)
        picture.touch(call)


def dial_began(picture: Picture, event: e.DialBegan) -> None:
    """A phone is dialled: for a caller who was sent to it, for another phone, or by the PBX itself."""
    pbx, dest = event.pbx, event.dest
    if picture.see(pbx, dest, event.at) is None:
        return
    if event.source is None:
        call = picture.call(pbx, dest.unique_id)  # the PBX calls the assistant first, then the number
        if call is None and (call := picture.call(pbx, dest.linked_id)):  # an intercom: it rings for who has dialled it
            picture.legs[pbx, dest.unique_id] = call
        if call:
            call.ring(dest.unique_id, dest.endpoint, picture.name_at(pbx, dest.endpoint), "", event.at)
            picture.touch(call)
        return
    source = picture.see(pbx, event.source, event.at)
    call = picture.call_of(pbx, event.source.unique_id)
    if call is None and event.source.is_local:  # a consultation by feature code: a Local pair grows out of the call
        call = picture.call(pbx, event.source.linked_id)
    if call is None or source is None:
        return
    picture.legs[pbx, dest.unique_id] = call
    if call.caller_leg == event.source.unique_id and call.direction is not Direction.OUT:
        call.identify(event.source)
    if not dest.is_local:
        _dialled(picture, call, event.source, event)
    picture.touch(call)


def _dialled(picture: Picture, call: Call, source: Channel, event: e.DialBegan) -> None:
    """The phone behind a Local member joins its ring; a caller sent on rings where they were sent."""
    pbx, dest, at = event.pbx, event.dest, event.at
    half = picture.channels.partner(pbx, source.unique_id) or ""
    ring = call.ring_at(half)
    if ring and ring.state is not None:  # it rings, or was called off a moment before its phone was dialled
        phone_behind(call, ring, dest)
        return
    if ring or call.caller_leg == source.unique_id:  # sent on from behind a Local member, the caller stays before it
        call.arrive(dest.endpoint, at)
    if not picture.is_phone(pbx, dest):
        if call.direction is Direction.INTERNAL:
            call.direction = Direction.OUT
            call.dial_out(sent_to(source, event.number))
            picture.speak_for(call, source)
        return
    queue = call.queue if call.waiting_since else ""  # a member's phone that sends its calls on rings for the queue
    call.ring(dest.unique_id, dest.endpoint, picture.name_at(pbx, dest.endpoint), queue, at)


def sent_to(source: Channel, number: str) -> str:
    """Return by which number ``source`` rings somebody outside: the extension, or what is sent out for it (``number``).

    A dial plan made of subroutines, as FreePBX's, dials from "s"; what the phone had dialled may begin with a prefix.
    """
    return source.dialled if source.dialled not in {"", _NO_EXTENSION} else number or source.dnid


def dial_ended(picture: Picture, event: e.DialEnded) -> None:
    """A phone stopped ringing: answered, cancelled or not answered."""
    call = picture.legs.get((event.pbx, event.dest.unique_id)) or picture.call(event.pbx, event.dest.unique_id)
    if call is None:
        return
    if event.status == "ANSWER":
        call.take(event.dest.unique_id, event.at)
    else:
        busy = event.status in {"BUSY", "CONGESTION"}
        call.stop_ringing(event.dest.unique_id, RingState.DECLINED if busy else RingState.MISSED, event.at)
    picture.touch(call)


def bridge_entered(picture: Picture, event: e.BridgeEntered) -> None:
    """Somebody joined a bridge."""
    leg = picture.see(event.pbx, event.channel, event.at)
    if leg and event.channel.unique_id == event.channel.linked_id and not event.channel.is_local:
        begun(picture, event.pbx, leg, event.at)
    if picture.channels.enter(event.pbx, event.bridge, event.channel.unique_id, event.at):
        if event.apart:
            picture.channels.keep_apart(event.pbx, event.bridge)
        moved = {event.channel.unique_id, event.swapped}
        if heir := picture.heirs.get((event.pbx, event.channel.unique_id)):
            picture.channels.replace(event.pbx, event.bridge, event.channel.unique_id, heir, event.at)
            moved.add(heir)
        rebridge(picture, event.pbx, moved, event.at)


def bridge_left(picture: Picture, event: e.BridgeLeft) -> None:
    """Somebody left a bridge."""
    stayed = picture.channels.reached(event.pbx, event.channel.unique_id)
    if picture.channels.leave(event.pbx, event.bridge, event.channel.unique_id, event.at):
        rebridge(picture, event.pbx, {event.channel.unique_id, *stayed}, event.at)


def bridges_merged(picture: Picture, event: e.BridgesMerged) -> None:
    """Two bridges became one."""
    rebridge(picture, event.pbx, picture.channels.merge(event.pbx, event.source, event.target, event.at), event.at)


def call_held(picture: Picture, event: e.CallHeld) -> None:
    """An assistant put the caller on hold."""
    _hold(picture, event.pbx, event.unique_id, event.at, held=True)


def call_resumed(picture: Picture, event: e.CallResumed) -> None:
    """An assistant took the caller back."""
    _hold(picture, event.pbx, event.unique_id, event.at, held=False)


def _hold(picture: Picture, pbx: str, leg: str, at: datetime, *, held: bool) -> None:
    if seen := picture.channels.hold(pbx, leg, at, held=held):
        picture.touch_device(pbx, seen.channel.endpoint)  # it may be the second call of somebody whose caller waits
    call = picture.call_of(pbx, leg)
    if call and (talk := call.talk_at(leg)):
        talk.hold(at, held=held)
        picture.touch(call)


def rebridge(picture: Picture, pbx: str, moved: set[str], at: datetime) -> None:
    """Some channels moved between bridges: see anew who talks with which caller."""
    for call in _calls_near(picture, pbx, moved):
        if call.ended_at or not picture.holds(call):
            continue
        others = {}
        for unique_id in picture.channels.reached(pbx, call.caller_leg):
            leg = picture.channels.get(pbx, unique_id)
            if leg and not _calls_too(picture, call, unique_id):
                _join_in(picture, call, unique_id)
                others[unique_id] = leg.channel.endpoint
                picture.legs.setdefault((pbx, unique_id), call)
        call.bridge(_speakers(picture, call, others), at, _away(picture, call))
        if call.talking and call.answered_at is None:
            talk = call.talking[0]
            call.answer(talk.leg, talk.endpoint, picture.name_at(pbx, talk.endpoint), at)
        picture.touch(call)


def _calls_too(picture: Picture, call: Call, unique_id: str) -> bool:
    """Tell whether this is another customer who rang us: parked beside the caller, or in one conference with them."""
    other = picture.calls.get(CallKey(call.key.pbx, unique_id))
    return other is not None and other is not call and other.direction is Direction.IN


def _join_in(picture: Picture, call: Call, unique_id: str) -> None:
    """A colleague who dialled their way to the caller (parking, a conference) has no call of their own."""
    own = picture.call(call.key.pbx, unique_id)
    if own is None or own is call or own.talks:
        return
    if own.direction is Direction.INTERNAL and call.direction is Direction.IN:
        picture.absorb(call, own)


def _speakers(picture: Picture, call: Call, others: dict[str, str]) -> dict[str, str]:
    """Name who talks *for us*: whom the caller reaches; in a call from our phone, that phone itself."""
    if call.direction is Direction.OUT and others:
        leg = picture.channels.get(call.key.pbx, call.caller_leg)
        return {call.caller_leg: leg.channel.endpoint} if leg else {}
    return others


def _away(picture: Picture, call: Call) -> frozenset[str]:
    """Name the talking legs that live on elsewhere while the caller waits in a bridge alone."""
    caller = picture.channels.get(call.key.pbx, call.caller_leg)
    if caller is None or not caller.bridge:
        return frozenset()
    return frozenset(talk.leg for talk in call.talking if picture.channels.get(call.key.pbx, talk.leg))


def _calls_near(picture: Picture, pbx: str, unique_ids: set[str]) -> list[Call]:
    found: dict[Call, None] = {}
    halves = {half for unique_id in unique_ids if (half := picture.channels.partner(pbx, unique_id))}
    for unique_id in (*unique_ids, *halves):  # whoever hears one half of a Local channel is moved with the other
        for other in (unique_id, *picture.channels.reached(pbx, unique_id)):
            for call in (picture.call(pbx, other), picture.legs.get((pbx, other))):
                if call:
                    found[call] = None
    return sorted(found, key=lambda call: call.direction is not Direction.IN)


def end_call(picture: Picture, call: Call, at: datetime, *, seen: bool = True) -> None:
    """Close the call and take its caller out of every queue."""
    call.end(at, seen=seen)
    picture.queues.leave(call.key)
    picture.touch(call)


def doubt(picture: Picture, pbx: str, why: str) -> None:
    """Order a snapshot: the picture met something it can't explain."""
    order = TakeSnapshot(pbx, why)
    if order not in picture.orders:
        picture.orders.append(order)
