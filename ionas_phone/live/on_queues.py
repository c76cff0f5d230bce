"""What queues tell. Rule: an unknown call of ours is taken up *and* orders a snapshot; private ones are left."""

from __future__ import annotations

from datetime import datetime

from ionas_phone.live import events as e
from ionas_phone.live import wrap_up
from ionas_phone.live.board import RingState
from ionas_phone.live.calls import Call
from ionas_phone.live.effects import BeginWrapUp
from ionas_phone.live.nouns import Channel
from ionas_phone.live.on_channels import doubt
from ionas_phone.live.picture import Picture
from ionas_phone.live.rings import joins_ring


def caller_joined(picture: Picture, event: e.CallerJoined) -> None:
    """A caller entered a queue: from here on it is a call, if it concerns us."""
    pbx, unique_id = event.pbx, event.caller.unique_id
    leg = picture.see(pbx, event.caller, event.at)
    if picture.channels.gone(pbx, unique_id) or not picture.is_ours(event.queue, leg):
        return
    call = picture.call_of(pbx, unique_id) or picture.new_call(pbx, unique_id)
    picture.adopt(call)
    call.began_at = call.began_at or event.at
    call.line = call.line or picture.line_of(leg)
    if call.caller_leg == unique_id:
        call.identify(event.caller)
    call.arrive(event.queue, event.at)
    if call.join(event.queue, event.at):
        picture.queues.join((pbx, event.queue), call.key, event.position)
        picture.enter(call, event.queue, event.at)
    picture.touch(call)


def caller_left(picture: Picture, event: e.CallerLeft) -> None:
    """A caller is out of the queue; what follows tells why."""
    if call := _known(picture, event.pbx, event.queue, event.caller):
        call.leave(event.at)
        if not call.waiting_since:
            picture.queues.leave(call.key)
        picture.touch(call)


def caller_abandoned(picture: Picture, event: e.CallerAbandoned) -> None:
    """The queue gave the caller up; whether they hung up, HangupRequested has told."""
    if call := _known(picture, event.pbx, event.queue, event.caller):
        call.abandoned = call.abandoned or not call.ended_at
        _counted(picture, event.pbx, event.queue, call.key.unique_id, event.at)
        picture.touch(call)


def assistant_called(picture: Picture, event: e.AssistantCalled) -> None:
    """A phone is called for a waiting caller: the moment of the pop."""
    if (call := _known(picture, event.pbx, event.queue, event.caller)) is None:
        return
    if picture.see(event.pbx, event.leg, event.at) is None or call.ended_at:
        return
    device = _device(picture, event.pbx, event.queue, event.interface, event.leg)
    if call.ring_at(event.leg.unique_id) is None and not joins_ring(picture, call, event.leg, device):
        call.ring(event.leg.unique_id, device, picture.name_at(event.pbx, device, event.member), event.queue, event.at)
    picture.legs[event.pbx, event.leg.unique_id] = call
    picture.touch(call)


def assistant_answered(picture: Picture, event: e.AssistantAnswered) -> None:
    """Connected. The assistant is who has the leg, not who was rung."""
    if (call := _known(picture, event.pbx, event.queue, event.caller)) is None:
        return
    device = _device(picture, event.pbx, event.queue, event.interface, event.leg)
    leg = event.leg.unique_id if event.leg else f"{event.caller.unique_id}/{device}"
    if event.leg and event.leg.is_local and (taken := call.just_taken(event.at)):
        device, leg = taken.endpoint, taken.legs[-1]  # the phone behind it, whoever it was that forwarded the call
    gone = picture.channels.gone(event.pbx, leg)
    if event.leg and not gone:
        picture.see(event.pbx, event.leg, event.at)
    call.answer(leg, device, picture.name_at(event.pbx, device, event.member), event.at)
    if (over := call.completed.get((event.queue, event.interface))) and over < event.at:
        del call.completed[event.queue, event.interface]  # it came back to them: that is another part
    if gone and (talk := call.talk_at(leg)):
        talk.end(event.at)
    call.leave(event.at)
    if not call.waiting_since:
        picture.queues.leave(call.key)
    picture.legs[event.pbx, leg] = call
    picture.touch(call)


def assistant_rang_out(picture: Picture, event: e.AssistantRangOut) -> None:
    """A phone rang for its whole time."""
    call = _known(picture, event.pbx, event.queue, event.caller)
    if call and event.leg:
        call.stop_ringing(event.leg.unique_id, RingState.MISSED, event.at)
        picture.touch(call)


def queue_call_completed(picture: Picture, event: e.QueueCallCompleted) -> None:
    """The queue's part is over. It is neither the call's end nor its talk time: only the PBX's counter goes up."""
    pbx, queue = event.pbx, event.queue
    if not picture.queues.is_ours(queue):
        return
    if event.caller is None:  # the caller's part may be missing altogether (Asterisk 16)
        unique_id = _connected_with(picture, event) or f"completed@{event.at.timestamp()}"
    else:
        call = picture.call_of(pbx, event.caller.unique_id)
        unique_id = call.key.unique_id if call else event.caller.unique_id
    _counted(picture, pbx, queue, unique_id, event.at)
    _wrap_up(picture, event, unique_id)


def _wrap_up(picture: Picture, event: e.QueueCallCompleted, unique_id: str) -> None:
    """Let whoever of ours has ended their part write it up: once for each part, nobody who pauses for another reason.

    Nor at a practice phone that no desk shows, beside a real one: nobody would see why it does not ring.
    """
    part, call = (event.queue, event.interface), picture.call(event.pbx, unique_id)
    seat = picture.queues.seats(event.pbx).get(part)
    if call is None or seat is None or part in call.completed:
        return
    call.completed[part] = event.at
    paused = seat.member.paused and not wrap_up.read(seat.member.reason)
    if not paused and picture.counts(event.pbx) and picture.directory.at(seat.device):
        picture.orders.append(BeginWrapUp(event.pbx, event.queue, event.interface))


def _counted(picture: Picture, pbx: str, queue: str, unique_id: str, at: datetime) -> None:
    """The queue has counted this call; if that crossed with a snapshot, another one is needed to know the counters."""
    if not picture.sight.leave(pbx, queue, unique_id, at):
        doubt(picture, pbx, "a call was counted while the counters were read")


def _connected_with(picture: Picture, event: e.QueueCallCompleted) -> str | None:
    """Return whose passage through the queue the member at ``interface`` has ended."""
    device = picture.queues.device(event.pbx, event.queue, event.interface)
    for queue, unique_id in picture.sight.under_way(event.pbx):
        call = picture.call(event.pbx, unique_id)
        if queue == event.queue and call and any(talk.endpoint == device for talk in call.talks):
            return unique_id
    return None


def member_seen(picture: Picture, event: e.MemberSeen) -> None:
    """A seat changed."""
    if picture.queues.see(event.pbx, event.member, event.at):
        picture.touch_device(event.pbx, picture.queues.device(event.pbx, event.member.queue, event.member.interface))


def member_removed(picture: Picture, event: e.MemberRemoved) -> None:
    """A seat is gone."""
    if seat := picture.queues.remove(event.pbx, event.queue, event.interface):
        picture.touch_device(event.pbx, seat.device)


def _known(picture: Picture, pbx: str, queue: str, caller: Channel) -> Call | None:
    """Return the call of this queue event. An unknown one of ours is taken up, with doubt; a gone one is left."""
    call = picture.call_of(pbx, caller.unique_id)
    if call and call.key in picture.calls:
        return call
    leg = picture.see(pbx, caller, picture.at)
    if leg is None or not picture.is_ours(queue, leg):
        return None
    doubt(picture, pbx, "a queue event named a call that was not known")
    call = call or picture.new_call(pbx, caller.unique_id)
    picture.adopt(call)
    call.line, call.queue = picture.line_of(leg), queue
    call.queues = call.queues or [queue]
    call.identify(caller)
    return call


def _device(picture: Picture, pbx: str, queue: str, interface: str, leg: Channel | None) -> str:
    """Return the phone: the leg's own device, behind a Local channel the member's state interface."""
    if leg and not leg.is_local:
        return leg.endpoint
    return picture.queues.device(pbx, queue, interface)
