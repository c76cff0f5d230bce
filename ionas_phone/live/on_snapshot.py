"""All a PBX knows, laid over the picture. Rule: what it lacks is over: at once after a gap, else at the second miss.

A snapshot and the stream can cross: a channel may be gone from the lists while its Hangup still waits behind them. So
while the stream never broke, one miss only asks for another look; after a gap, one is enough.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ionas_phone.live import events as e
from ionas_phone.live.board import BOARD, LINKS, RingState
from ionas_phone.live.calls import Call
from ionas_phone.live.channels import born
from ionas_phone.live.effects import KeepSight, RecordGap
from ionas_phone.live.gaps import Passage
from ionas_phone.live.nouns import CallKey, Channel, ChannelState, Direction
from ionas_phone.live.on_channels import begun, doubt, end_call, rebridge, sent_to
from ionas_phone.live.on_ours import link_is_up
from ionas_phone.live.picture import Picture
from ionas_phone.live.rings import joins_ring

MISSES = 2


def snapshot_taken(picture: Picture, event: e.SnapshotTaken, now: datetime) -> None:
    """Lay the snapshot over the picture: channels, members, waiting, bridges, ringing; then miss what it lacks.

    ``now``: our clock, for tombstones and gaps.
    """
    picture.channels.prune(now)  # private channels leave tombstones, too, and arm no deadline
    blind = event.pbx in picture.blind
    picture.blind.discard(event.pbx)
    known = {(call.queue, call.key.unique_id) for call in _calls(picture, event.pbx)}
    link_is_up(picture, event.pbx, event.at)
    channels = {channel.unique_id: channel for channel in event.channels}
    for channel in event.channels:
        leg = picture.see(event.pbx, channel, None)
        if leg and channel.unique_id == channel.linked_id and not channel.is_local:
            begun(picture, event.pbx, leg, event.at, settled=True)
    _members(picture, event)
    _outward(picture, event)
    _waiting(picture, event, channels, blind=blind)
    _bridges(picture, event)
    _ringing(picture, event)
    _miss(picture, event, set(channels), now, blind=blind)
    if blind:
        _half_seen(picture, event, known)
    _close_gap(picture, event, known, now, blind=blind)


def _half_seen(picture: Picture, event: e.SnapshotTaken, known: set[Passage]) -> None:
    """Mark calls that neither wait nor ring nor talk and that no queue is known to have had: nobody saw what was."""
    before = {unique_id for _, unique_id in known}
    for call in _calls(picture, event.pbx):
        new = call.key.unique_id not in before or not call.queues
        if new and not (call.waiting_since or call.talks or call.rings):
            call.half_seen = True


def _members(picture: Picture, event: e.SnapshotTaken) -> None:
    for member in event.members:
        if picture.queues.see(event.pbx, member, None):
            picture.touch_device(event.pbx, picture.queues.device(event.pbx, member.queue, member.interface))
    present = {(member.queue, member.interface) for member in event.members}
    for (queue, interface), seat in picture.queues.seats(event.pbx).items():
        if (queue, interface) not in present:
            picture.queues.remove(event.pbx, queue, interface)
            picture.touch_device(event.pbx, seat.device)


def _outward(picture: Picture, event: e.SnapshotTaken) -> None:
    """Find the calls in which one of our phones has rung somebody outside."""
    for channel in event.channels:
        call = picture.call(event.pbx, channel.linked_id)
        caller = picture.channels.get(event.pbx, channel.linked_id)
        if call is None or caller is None or channel.is_local or born(channel.unique_id) <= born(call.key.unique_id):
            continue  # whom somebody rings is younger than who rings
        if call.direction is Direction.INTERNAL and not picture.is_phone(event.pbx, channel):
            call.direction = Direction.OUT
            call.dial_out(sent_to(caller.channel, event.dialling.get(channel.linked_id, "")))
            picture.speak_for(call, caller.channel)
            picture.touch(call)


def _waiting(picture: Picture, event: e.SnapshotTaken, channels: dict[str, Channel], *, blind: bool) -> None:
    line_ups: dict[str, list[tuple[int, CallKey]]] = {}
    for seen in event.waiting:
        leg = picture.channels.get(event.pbx, seen.unique_id)
        if leg is None or not picture.is_ours(seen.queue, leg):
            continue
        call = picture.call_of(event.pbx, seen.unique_id) or picture.new_call(event.pbx, seen.unique_id)
        picture.adopt(call)
        call.line = call.line or picture.line_of(leg)
        if call.offered_at is None:
            call.identify(channels.get(seen.unique_id, leg.channel))
        if not call.waiting_since or call.queue != seen.queue:
            call.join(seen.queue, event.at - timedelta(seconds=seen.wait))
        call.missed = 0
        line_ups.setdefault(seen.queue, []).append((seen.position, call.key))
        picture.touch(call)
    for call in _calls(picture, event.pbx):
        if call.waiting_since and call.key not in {key for line in line_ups.values() for _, key in line}:
            _miss_waiting(picture, call, event, blind=blind)
    for queue, line in line_ups.items():
        picture.queues.replace_line_up((event.pbx, queue), [key for _, key in sorted(line)])


def _miss_waiting(picture: Picture, call: Call, event: e.SnapshotTaken, *, blind: bool) -> None:
    call.missed += 1
    if blind or call.missed >= MISSES:
        call.missed, call.abandoned = 0, True  # if they are still there and talk to nobody, the queue let them go
        call.leave(max(event.at, call.waiting_since or event.at))
        picture.queues.leave(call.key)
        picture.touch(call)
    else:
        doubt(picture, event.pbx, "a waiting caller was missing from the queue")


def _bridges(picture: Picture, event: e.SnapshotTaken) -> None:
    where = {unique_id: seen.bridge for seen in event.bridges for unique_id in seen.unique_ids}
    for unique_id, leg in picture.channels.of(event.pbx).items():
        if leg.bridge != where.get(unique_id, ""):
            picture.channels.enter(event.pbx, where.get(unique_id, ""), unique_id, None)
    for seen in event.bridges:
        if seen.apart:
            picture.channels.keep_apart(event.pbx, seen.bridge)
    for unique_id in where.keys() - _called(picture, event):
        caller = picture.channels.get(event.pbx, unique_id)
        if caller and picture.line_of(caller) and picture.call_of(event.pbx, unique_id) is None:
            _take_up(picture, event, unique_id)
        elif caller and (call := picture.private.get(CallKey(event.pbx, unique_id))):
            _take_up_outward(picture, call, caller.channel, event.dialling.get(unique_id, ""))
    for call in _calls(picture, event.pbx):
        rebridge(picture, event.pbx, {call.caller_leg}, event.at)
        _consulting(picture, event, call)


def _called(picture: Picture, event: e.SnapshotTaken) -> set[str]:
    """Return the phones that share a bridge with an outside caller of ours.

    They show the line that rang them as if they had dialled it, but began no call of their own: in a conversation of
    three each of them would else be taken for somebody who rang the other.
    """
    found: set[str] = set()
    for bridge in event.bridges:
        inside = [leg for unique_id in bridge.unique_ids if (leg := picture.channels.get(event.pbx, unique_id))]
        phones = {leg.channel.unique_id for leg in inside if picture.is_phone(event.pbx, leg.channel)}
        if any(picture.line_of(leg) for leg in inside if leg.channel.unique_id not in phones):
            found |= phones
    return found


def _consulting(picture: Picture, event: e.SnapshotTaken, call: Call) -> None:
    """The caller waits in a bridge alone, and a phone of this call is in another one: its assistant asks somebody.

    Of several such phones the first one is the assistant's, the others are whom they ask.
    """
    caller = picture.channels.get(event.pbx, call.caller_leg)
    if call.talking or call.waiting_since or caller is None or not caller.bridge:
        return
    phones = [
        channel
        for channel in event.channels
        if channel.linked_id == call.key.unique_id
        and channel.unique_id != call.caller_leg
        and channel.state is ChannelState.UP
        and picture.is_phone(event.pbx, channel)
    ]
    if phones:
        leg = min(phones, key=lambda channel: born(channel.unique_id))
        call.bridge({leg.unique_id: leg.endpoint}, event.at)
        call.bridge({}, event.at, frozenset({leg.unique_id}))
        call.answer(leg.unique_id, leg.endpoint, picture.name_at(event.pbx, leg.endpoint), event.at)
        picture.legs[event.pbx, leg.unique_id] = call
        picture.touch(call)


def _take_up(picture: Picture, event: e.SnapshotTaken, unique_id: str) -> None:
    """Somebody of our line already talks to one of our seats: a call from before our time."""
    seated = picture.queues.seated()
    for other in picture.channels.together(event.pbx, unique_id):
        leg = picture.channels.get(event.pbx, other)
        if leg and (event.pbx, leg.channel.endpoint) in seated:
            caller = picture.channels.get(event.pbx, unique_id)
            call = picture.new_call(event.pbx, unique_id)
            call.line = picture.line_of(caller)
            if caller:
                call.identify(caller.channel)
            return


def _take_up_outward(picture: Picture, call: Call, phone: Channel, number: str) -> None:
    """One of our phones already talks to somebody outside, and shows them a line of ours."""
    together = (picture.channels.get(call.key.pbx, other) for other in picture.channels.reached(*call.key))
    outside = any(leg and not picture.is_phone(call.key.pbx, leg.channel) for leg in together)
    if outside and call.direction is Direction.INTERNAL and picture.line_shown(phone):
        call.direction = Direction.OUT
        call.dial_out(sent_to(phone, number))
        picture.speak_for(call, phone)


def _ringing(picture: Picture, event: e.SnapshotTaken) -> None:
    """Find the phones that ring for callers of ours, by a queue or without one."""
    calls = {call.key.unique_id: call for call in _calls(picture, event.pbx)}
    for channel in event.channels:
        call = calls.get(channel.linked_id)
        if call is None or channel.state is not ChannelState.RINGING or channel.is_local:
            continue
        if picture.is_phone(event.pbx, channel) and not call.ring_at(channel.unique_id):
            if not joins_ring(picture, call, channel, channel.endpoint):
                queue = call.queue if call.waiting_since else ""
                name = picture.name_at(event.pbx, channel.endpoint)
                call.ring(channel.unique_id, channel.endpoint, name, queue, event.at)
            picture.legs[event.pbx, channel.unique_id] = call
            picture.touch(call)


def _close_gap(picture: Picture, event: e.SnapshotTaken, known: set[Passage], now: datetime, *, blind: bool) -> None:
    ours = replace(event, queues=tuple(seen for seen in event.queues if picture.queues.is_ours(seen.queue)))
    listed = _listed(picture, event)
    likely = {passage for call in _calls(picture, event.pbx) if (passage := _passage(picture, call, event, known))}
    gap = picture.sight.see(ours, listed, set() if blind else likely - listed, known, now)
    picture.orders.append(KeepSight(event.pbx, now, picture.sight.counts(event.pbx)))
    if gap:
        picture.orders.append(RecordGap(gap))
        picture.redraw(LINKS, BOARD)


def _listed(picture: Picture, event: e.SnapshotTaken) -> set[Passage]:
    """Return what the queues themselves show as not counted yet: they list who waits and the counters in one breath."""
    listed: set[Passage] = set()
    for seen in event.waiting:
        if picture.queues.is_ours(seen.queue) and (call := picture.call_of(event.pbx, seen.unique_id)):
            listed.add((seen.queue, call.key.unique_id))
    for queue, interface in event.in_call:
        device = picture.queues.device(event.pbx, queue, interface)
        mine = [call for call in _calls(picture, event.pbx) if (queue, call.key.unique_id) not in listed]
        talk = [call for call in mine if any(talk.endpoint == device for talk in call.talking)]
        rung = [call for call in mine if queue in call.queues and any(ring.endpoint == device for ring in call.rings)]
        if picture.queues.is_ours(queue) and (talk or rung):
            listed.add((queue, (talk or rung)[-1].key.unique_id))
    return listed


def _passage(picture: Picture, call: Call, event: e.SnapshotTaken, known: set[Passage]) -> Passage | None:
    """Return the queue's part of this call that is still to come to its end as far as its channels tell.

    They are listed before the queues, which may have counted it meanwhile; then its last event is on its way.
    """
    passage = (call.queue, call.key.unique_id)
    if not picture.queues.is_ours(call.queue):
        return None
    if passage in picture.sight.under_way(event.pbx) or passage not in known:
        sent_on = any(talk.until == event.at for talk in call.talks)
    else:
        sent_on = not any(talk.endpoint == call.endpoint for talk in call.talking)
    return passage if call.waiting_since or (call.talking and not sent_on) else None


def _miss(picture: Picture, event: e.SnapshotTaken, present: set[str], now: datetime, *, blind: bool) -> None:
    """End what the snapshot lacks."""
    for unique_id, leg in picture.channels.of(event.pbx).items():
        if unique_id in present:
            continue
        leg.missed += 1
        if blind or leg.missed >= MISSES:
            _bury(picture, event, unique_id, now)
        else:
            doubt(picture, event.pbx, "a channel was missing from the list")
    for call in _calls(picture, event.pbx):  # remembered from before a start, and not there any more
        if picture.channels.get(event.pbx, call.caller_leg) is None:
            end_call(picture, call, event.at, seen=False)


def _bury(picture: Picture, event: e.SnapshotTaken, unique_id: str, now: datetime) -> None:
    picture.channels.hang_up(event.pbx, unique_id, now)
    if call := picture.call(event.pbx, unique_id):
        end_call(picture, call, event.at, seen=False)
        if call.key not in picture.calls:
            picture.forget(call)
    elif call := picture.legs.get((event.pbx, unique_id)):
        call.stop_ringing(unique_id, RingState.MISSED, event.at)
        if talk := call.talk_at(unique_id):
            talk.end(event.at)
        picture.touch(call)


def _calls(picture: Picture, pbx: str) -> tuple[Call, ...]:
    return tuple(call for call in picture.calls.values() if call.key.pbx == pbx and not call.ended_at)
