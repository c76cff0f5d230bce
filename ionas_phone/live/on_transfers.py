"""Callers who are sent on. Rule: a transfer only says how and by whom; where the caller is, bridges and dials tell."""

from __future__ import annotations

from ionas_phone.live import events as e
from ionas_phone.live.board import RingState
from ionas_phone.live.calls import Call
from ionas_phone.live.on_channels import rebridge
from ionas_phone.live.parts import Transfer, TransferKind
from ionas_phone.live.picture import Picture

_APP = "App"  # the target was not in a bridge with the second leg yet, as far as Asterisk knew
_THREEWAY = "Threeway"  # the transferer stays on the line


def blind_transferred(picture: Picture, event: e.BlindTransferred) -> None:
    """An assistant sent the caller to an extension; who rings there, DialBegan tells."""
    if not event.succeeded:
        return
    call = picture.call_of(event.pbx, event.transferer.unique_id)
    if call:
        call.send_on(Transfer(TransferKind.BLIND, event.transferer.endpoint, event.extension, event.at))
        picture.touch(call)


def attended_transferred(picture: Picture, event: e.AttendedTransferred) -> None:
    """After (or during) a consultation the two calls become one: the journey of the caller."""
    if not event.succeeded:
        return
    pbx = event.pbx
    call = picture.call_of(pbx, event.first.unique_id)
    consultation = picture.call(pbx, event.second.unique_id)
    if call is None:
        return
    to = event.target.endpoint if event.target and not event.target.is_local else ""
    if consultation and consultation is not call:
        to = to or consultation.queue
        picture.absorb(call, consultation)
    to = to or _rung_last(call, event.first.endpoint) or event.second.dialled
    call.send_on(Transfer(TransferKind.ATTENDED, event.first.endpoint, to, event.at, settled=bool(to)))
    if event.dest_type != _THREEWAY and (talk := call.talk_at(event.first.unique_id)):
        talk.end(event.at)
    if event.dest_type == _APP:
        _take_place(picture, call, event)
    rebridge(picture, pbx, {call.caller_leg}, event.at)
    picture.touch(call)


def _take_place(picture: Picture, call: Call, event: e.AttendedTransferred) -> None:
    """The caller takes the place of the second leg, wherever that is or is about to be; no BridgeEnter names them."""
    second = picture.channels.get(event.pbx, event.second.unique_id)
    if second is None:
        return
    picture.heirs[event.pbx, event.second.unique_id] = call.caller_leg
    if second.bridge:
        picture.channels.replace(event.pbx, second.bridge, event.second.unique_id, call.caller_leg, event.at)


def call_picked_up(picture: Picture, event: e.CallPickedUp) -> None:
    """Somebody took the call that rang at a colleague's phone."""
    call = picture.legs.get((event.pbx, event.target.unique_id))
    if call is None or call.ended_at:
        return
    own = picture.call(event.pbx, event.channel.unique_id)
    name = picture.name_at(event.pbx, event.channel.endpoint)
    call.stop_ringing(event.target.unique_id, RingState.ANSWERED_ELSEWHERE, event.at)
    if ring := call.ring_at(event.target.unique_id):
        ring.by = name
    if own and own is not call:  # the picker had dialled the pick-up code: that is no call of its own
        picture.absorb(call, own)
    picture.legs[event.pbx, event.channel.unique_id] = call
    taken = Transfer(TransferKind.PICKUP, event.target.endpoint, event.channel.endpoint, event.at, settled=True)
    call.send_on(taken)
    picture.touch(call)


def _rung_last(call: Call, origin: str) -> str:
    """Return the device that was rung last for somebody else than ``origin`` and still rings or was taken."""
    rung = [ring.endpoint for ring in call.rings if ring.endpoint != origin and (ring.ringing or ring.state is None)]
    return rung[-1] if rung else ""
