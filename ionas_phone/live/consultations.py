"""Who asks a colleague while their caller waits. Rule: told by channels alone, so that a first sight tells the same.

By phone the assistant has two channels: one with the caller, and one that began an internal call. By feature code there
is but one, which has left the caller's bridge. What else people in the house say to each other stays private.
"""

from __future__ import annotations

from collections.abc import Iterator

from ionas_phone.live.board import Consultation
from ionas_phone.live.calls import Call
from ionas_phone.live.channels import Leg
from ionas_phone.live.nouns import CallKey, ChannelState
from ionas_phone.live.parts import Talk
from ionas_phone.live.picture import Picture


def consultations(picture: Picture) -> tuple[Consultation, ...]:
    """Return everybody who talks with a caller of ours and meanwhile rings a colleague or talks with them."""
    talking = [(call, talk) for call in picture.current() for talk in call.talking]
    legs = {pbx: picture.channels.of(pbx) for pbx in {call.key.pbx for call, _ in talking}}
    found = (_consultation(picture, call, talk, legs[call.key.pbx]) for call, talk in talking)
    return tuple(one for one in found if one)


def _consultation(picture: Picture, call: Call, talk: Talk, legs: dict[str, Leg]) -> Consultation | None:
    pbx = call.key.pbx
    for asking in _asking(call, talk, legs):
        heard = [legs[unique_id] for unique_id in sorted(picture.channels.reached(pbx, asking)) if unique_id in legs]
        begun_by = call.key.unique_id if asking == talk.leg else asking
        dialled = [leg for _, leg in sorted(legs.items()) if leg.channel.linked_id == begun_by and _is_there(leg)]
        for leg in heard + dialled:
            if picture.is_phone(pbx, leg.channel) and leg.channel.endpoint != talk.endpoint:
                return Consultation(
                    call=call.key,
                    asker=talk.endpoint,
                    asker_name=picture.name_at(pbx, talk.endpoint),
                    colleague=leg.channel.endpoint,
                    colleague_name=picture.name_at(pbx, leg.channel.endpoint),
                    answered=leg.channel.state is ChannelState.UP,
                )
    return None


def _asking(call: Call, talk: Talk, legs: dict[str, Leg]) -> Iterator[str]:
    """Name the channels on which whoever talks may ask somebody: their own if it has left the caller, and any other."""
    if talk.away:
        yield talk.leg
    for unique_id, leg in legs.items():
        began = leg.channel.linked_id == unique_id and unique_id not in {talk.leg, call.caller_leg}
        if began and leg.channel.endpoint == talk.endpoint:
            yield unique_id


def _is_there(leg: Leg) -> bool:
    """Tell whether a phone rings or was answered, whether or not it has come into a bridge yet."""
    return leg.channel.state in {ChannelState.RINGING, ChannelState.UP} and not leg.channel.is_local


def asked_on(found: tuple[Consultation, ...], call: CallKey, device: str) -> Consultation | None:
    """Return what whoever talks on this call asks somebody."""
    return next((one for one in found if one.call == call and one.asker == device), None)
