"""What channels and bridges tell. Rule: whoever shares the caller's bridge talks; a hang-up is final."""

from __future__ import annotations

from datetime import datetime

from ionas_phone.live import events as e
from ionas_phone.live.board import RingState
from ionas_phone.live.calls import Call
from ionas_phone.live.effects import TakeSnapshot
from ionas_phone.live.picture import Picture

_DECLINED = {17, 21}  # Q.850: user busy, call rejected
_ELSEWHERE = 26  # answered elsewhere


def channel_seen(picture: Picture, event: e.ChannelSeen) -> None:
    """A channel appeared or changed."""
    picture.see(event.pbx, event.channel, event.at)


def channel_renamed(picture: Picture, event: e.ChannelRenamed) -> None:
    """A masquerade renamed it."""
    picture.channels.rename(event.pbx, event.unique_id, event.name, event.endpoint)


def hangup_requested(picture: Picture, event: e.HangupRequested) -> None:
    """One end hung up: the caller's own leg, or an assistant's that talks."""
    if call := picture.call(event.pbx, event.unique_id):
        call.hang_up("caller", event.at)
        picture.touch(call)
        return
    call = picture.legs.get((event.pbx, event.unique_id))
    if call and any(talk.leg == event.unique_id for talk in call.talking):
        call.hang_up("assistant", event.at)
        picture.touch(call)


def channel_hung_up(picture: Picture, event: e.ChannelHungUp, now: datetime) -> None:
    """A channel is gone: the caller's ends the call, a phone's ends its ringing or its talk."""
    known = picture.channels.hang_up(event.pbx, event.unique_id, now)
    if call := picture.call(event.pbx, event.unique_id):
        end_call(picture, call, event.at)
    elif call := picture.legs.get((event.pbx, event.unique_id)):
        state = RingState.DECLINED if event.cause in _DECLINED else RingState.MISSED
        call.stop_ringing(
            event.unique_id, RingState.ANSWERED_ELSEWHERE if event.cause == _ELSEWHERE else state, event.at
        )
        talk = call.talks.get(event.unique_id)
        if talk and not talk.until:
            talk.until = event.at
        picture.touch(call)
    elif known is None:
        return  # a private channel from before our time, or told twice


def dial_ended(picture: Picture, event: e.DialEnded) -> None:
    """A phone stopped ringing: answered, cancelled or not answered."""
    call = picture.legs.get((event.pbx, event.dest.unique_id))
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
    picture.see(event.pbx, event.channel, event.at)
    if picture.channels.enter(event.pbx, event.bridge, event.channel.unique_id, event.at):
        rebridge(picture, event.pbx, {event.channel.unique_id, event.swapped}, event.at)


def bridge_left(picture: Picture, event: e.BridgeLeft) -> None:
    """Somebody left a bridge."""
    if picture.channels.leave(event.pbx, event.bridge, event.channel.unique_id, event.at):
        rebridge(picture, event.pbx, {event.channel.unique_id}, event.at)


def bridges_merged(picture: Picture, event: e.BridgesMerged) -> None:
    """Two bridges became one."""
    rebridge(picture, event.pbx, picture.channels.merge(event.pbx, event.source, event.target, event.at), event.at)


def call_held(picture: Picture, event: e.CallHeld) -> None:
    """An assistant put the caller on hold."""
    _hold(picture, event.pbx, event.unique_id, held=True)


def call_resumed(picture: Picture, event: e.CallResumed) -> None:
    """An assistant took the caller back."""
    _hold(picture, event.pbx, event.unique_id, held=False)


def _hold(picture: Picture, pbx: str, leg: str, *, held: bool) -> None:
    call = picture.legs.get((pbx, leg))
    if call and leg in call.talks:
        call.talks[leg].held = held
        picture.touch(call)


def rebridge(picture: Picture, pbx: str, moved: set[str], at: datetime) -> None:
    """Some channels moved between bridges: see anew who talks with which of our callers."""
    for call in {*_calls_of(picture, pbx, moved)}:
        if call.ended_at:
            continue
        others = {}
        for unique_id in picture.channels.together(pbx, call.key.unique_id):
            leg = picture.channels.get(pbx, unique_id)
            if leg and (not leg.channel.is_local or unique_id in call.talks):
                known = call.talks.get(unique_id)
                others[unique_id] = known.endpoint if known else leg.channel.endpoint
                picture.legs[pbx, unique_id] = call
        call.bridge(others, at)
        picture.touch(call)


def _calls_of(picture: Picture, pbx: str, unique_ids: set[str]) -> list[Call]:
    found = []
    for unique_id in unique_ids:
        nearby = picture.channels.together(pbx, unique_id)
        candidates = [picture.call(pbx, u) for u in (unique_id, *nearby)] + [picture.legs.get((pbx, unique_id))]
        found += [call for call in candidates if call]
    return found


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
