"""The picture as people look at it: Desk, Board, summaries. Rule: reads only, decides nothing, invents nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from ionas_phone.live.board import (
    AssistantState,
    Board,
    Consultation,
    Desk,
    DeskCall,
    MemberRow,
    Phone,
    QueueSummary,
    RingCard,
    RingState,
    SentOn,
    WaitingCaller,
)
from ionas_phone.live.calls import Call
from ionas_phone.live.consultations import consultations
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey, LinkState, tag
from ionas_phone.live.parts import Ring, Talk, TransferKind
from ionas_phone.live.picture import Picture
from ionas_phone.live.wrap_up import QueueSeat, plain, read

_NOBODY: Mapping[tuple[CallKey, str], Consultation] = MappingProxyType({})
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_TELLING = (  # what says most first
    AssistantState.TALKING,
    AssistantState.RINGING,
    AssistantState.BUSY,
    AssistantState.PAUSED,
    AssistantState.AVAILABLE,
    AssistantState.AWAY,
)
_SIGNED_IN = {state for state in AssistantState if state is not AssistantState.AWAY}


def desk(picture: Picture, login: str) -> Desk:
    """Return what one assistant's page shows."""
    assistant = picture.directory.of(login)
    if assistant is None:
        return Desk(login, None, None, "", (), ())
    interface = assistant.interface.lower()
    seats = [device for device in picture.queues.seats_named(interface) if picture.counts(device[0])]
    device = _busiest(picture, seats)
    state, reason = picture.state_at(*device) if device else (None, "")
    rings = [
        _ring_card(call, ring)
        for call in picture.calls_at(interface)
        for ring in call.rings
        if ring.endpoint.lower() == interface and (ring.ringing or (ring.state and ring.note_until))
    ]
    talks = [
        _desk_call(picture, call, talk)
        for call in picture.calls_at(interface)
        for talk in call.talking
        if talk.endpoint.lower() == interface and not call.ended_at
    ]
    rings.sort(key=lambda card: (card.state is not RingState.RINGING, card.ringing_since))
    since = picture.beginnings.since(device) if device else None
    sent = _sent_on(picture, interface)
    return Desk(login, state, since, plain(reason), tuple(rings), tuple(talks), read(reason), sent)


def _sent_on(picture: Picture, interface: str) -> tuple[SentOn, ...]:
    """Return the calls that this phone was the last to send on, and has not got back."""
    found = []
    for call in picture.calls_at(interface):
        last = call.transfers[-1] if call.transfers and not call.ended_at else None
        if last is None or not last.to or last.kind is TransferKind.PICKUP or last.origin.lower() != interface:
            continue
        if not any(talk.endpoint.lower() == interface for talk in call.talking):
            found.append(SentOn(call.key, call.caller, picture.name_at(call.key.pbx, last.to), last.at))
    return tuple(found)


def phones(picture: Picture, login: str, *, practice: bool = False) -> tuple[Phone, ...]:
    """Return one assistant's phone at each real PBX that is up, first where it has a seat in one of our queues.

    ``practice``: instead their phone at the practice line, and never one of both kinds.
    """
    assistant = picture.directory.of(login)
    if assistant is None:
        return ()
    found = []
    for link in picture.health().links:
        if link.state is not LinkState.UP or (link.pbx == PRACTICE_PBX) is not practice:
            continue
        device = _spelled(picture, link.pbx, assistant.interface)
        seats = picture.queues.seated().get((link.pbx, device), [])
        paused = bool(seats) and all(seat.paused for seat in seats)
        reason = next((seat.reason for seat in seats if seat.paused and seat.reason), "") if paused else ""
        faces = tuple(dict.fromkeys(seat.interface for seat in seats))
        found.append(Phone(link.pbx, device, picture.state_at(link.pbx, device)[0], faces, paused, plain(reason)))
    return tuple(sorted(found, key=lambda phone: not phone.seats))


def _spelled(picture: Picture, pbx: str, interface: str) -> str:
    """Return the interface as the PBX writes it."""
    seated = (device for name, device in picture.queues.seated() if name == pbx)
    return next((device for device in seated if device.lower() == interface.lower()), interface)


def _busiest(picture: Picture, devices: list[tuple[str, str]]) -> tuple[str, str] | None:
    """Of one person's phones at several PBXes: the one that says most about what they are doing."""
    if len(devices) == 1:
        return devices[0]
    return min(devices, key=lambda device: _TELLING.index(picture.state_at(*device)[0]), default=None)


def board(picture: Picture) -> Board:
    """Return what supervisors see."""
    asking = consultations(picture)
    return Board(
        queues(picture),
        waiting(picture),
        members(picture, tuple(asking.values())),
        talking(picture, asking),
    )


def talking(picture: Picture, asking: Mapping[tuple[CallKey, str], Consultation] = _NOBODY) -> tuple[DeskCall, ...]:
    """Return who talks with a caller, the longest talk first; ``asking``: whom they ask meanwhile, if that is told."""
    found = [
        replace(_desk_call(picture, call, talk), asks=asking.get((call.key, talk.endpoint)))
        for call in picture.current()
        for talk in call.talking
    ]
    return tuple(sorted(found, key=lambda call: call.talking_since))


def queues(picture: Picture) -> tuple[QueueSummary, ...]:
    """Return each of our queues in a line; queues of one name at several PBXes are one queue."""
    names = {queue for pbx, queue in picture.queues.names() if picture.counts(pbx)}
    return tuple(_summary(picture, name) for name in sorted(names))


def _summary(picture: Picture, name: str) -> QueueSummary:
    pbxes = [pbx for pbx, queue in picture.queues.names() if queue == name and picture.counts(pbx)]
    seated = picture.queues.seated()
    devices = [key for key, seats in seated.items() if key[0] in pbxes and any(seat.queue == name for seat in seats)]
    states = [picture.state_at(*device)[0] for device in devices]
    line = [picture.calls.get(key) for pbx in pbxes for key in picture.queues.line_up(pbx, name)]
    since = [call.waiting_since for call in line if call and call.waiting_since]
    available = sum(state is AssistantState.AVAILABLE for state in states)
    signed_in = sum(state in _SIGNED_IN for state in states)
    return QueueSummary(name, len(since), min(since, default=None), available, signed_in)


def waiting(picture: Picture) -> tuple[WaitingCaller, ...]:
    """Return all waiting callers, who waits longest first."""
    found = []
    for pbx, queue in picture.queues.names():
        line = [picture.calls.get(key) for key in picture.queues.line_up(pbx, queue)]
        for position, call in enumerate((c for c in line if c and c.waiting_since), start=1):
            ringing = tuple(ring.name for ring in call.rings if ring.ringing)
            since = call.waiting_since or _BEFORE_ALL
            found.append(WaitingCaller(call.key, call.caller, queue, position, since, ringing, call.practice))
    return tuple(sorted(found, key=lambda caller: (caller.since, caller.queue, caller.position)))


def members(picture: Picture, asking: tuple[Consultation, ...] = ()) -> tuple[MemberRow, ...]:
    """Return everybody with a seat in one of our queues, by name; ``asking``: who asks whom, where it is told."""
    rows = []
    asks = {(one.call.pbx, one.asker): one for one in reversed(asking)}
    asked = {(one.call.pbx, one.colleague): one for one in reversed(asking)}
    for (pbx, device), seats in picture.queues.seated().items():
        if not picture.counts(pbx):
            continue
        state, reason = picture.state_at(pbx, device)
        assistant = picture.directory.at(device)
        with_whom = (
            call.caller
            for call in picture.calls_at(device)
            if call.key.pbx == pbx and any(talk.endpoint == device for talk in call.talking)
        )
        rows.append(
            MemberRow(
                name=picture.name_at(pbx, device, seats[0].name),
                login=assistant.login if assistant else None,
                interface=device,
                queues=tuple(sorted({seat.queue for seat in seats})),
                state=state,
                since=picture.beginnings.since((pbx, device)),
                reason=plain(reason),
                caller=next(with_whom, None),
                wrap_up=read(reason),
                practice=pbx == PRACTICE_PBX,
                asks=asks.get((pbx, device)),
                asked=asked.get((pbx, device)),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.interface)))


def seats(picture: Picture) -> tuple[QueueSeat, ...]:
    """Return every seat in our queues."""
    found = []
    for (pbx, device), sitting in picture.queues.seated().items():
        assistant = picture.directory.at(device)
        login = assistant.login if assistant else None
        found += [QueueSeat(pbx, one.queue, one.interface, login, one.paused, one.reason) for one in sitting]
    return tuple(found)


def _ring_card(call: Call, ring: Ring) -> RingCard:
    return RingCard(
        call=call.key,
        leg=tag(call.key.pbx, ring.legs[0]),
        caller=call.caller,
        queue=ring.queue,
        waiting_since=call.offered_at or ring.since,
        ringing_since=ring.since,
        state=ring.state or RingState.RINGING,
        by=ring.by,
        practice=call.practice,
    )


def _desk_call(picture: Picture, call: Call, talk: Talk) -> DeskCall:
    return DeskCall(
        call=call.key,
        caller=call.caller,
        talking_since=talk.since,
        session_id=call.session_id,
        customer=call.customer,
        held=talk.held,
        practice=call.practice,
        assistant=picture.name_at(call.key.pbx, talk.endpoint),
        queue=call.queue,
        held_since=talk.held_since if talk.held else None,
    )
