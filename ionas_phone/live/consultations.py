"""Who asks a colleague while their caller waits. Rule: told by channels alone, so that a first sight tells the same.

By phone the assistant has two channels: one with the caller, and one that began an internal call. By feature code there
is but one, which has left the caller's bridge. What else people in the house say to each other stays private: what they
began before, what they put on hold themselves, and all that they say while the caller is not known to wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ionas_phone.live.board import Consultation
from ionas_phone.live.calls import Call
from ionas_phone.live.channels import Leg, born
from ionas_phone.live.nouns import CallKey, ChannelState
from ionas_phone.live.parts import Talk
from ionas_phone.live.picture import Picture


@dataclass(slots=True)
class _Legs:
    """The legs of one PBX by unique id; those that began a call by their device, and all that one began by its id."""

    known: dict[str, Leg]
    began_at: dict[str, list[Leg]] = field(default_factory=lambda: defaultdict(list))
    of_call: dict[str, list[Leg]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Look through all of them once."""
        for unique_id, leg in sorted(self.known.items()):
            self.of_call[leg.channel.linked_id].append(leg)
            if leg.channel.linked_id == unique_id:
                self.began_at[leg.channel.endpoint].append(leg)


def consultations(picture: Picture) -> dict[tuple[CallKey, str], Consultation]:
    """Return who talks with a caller of ours and meanwhile rings a colleague or talks with them, by call and device."""
    talking = [(call, talk) for call in picture.current() for talk in call.talking]
    legs = {pbx: _Legs(picture.channels.of(pbx)) for pbx in {call.key.pbx for call, _ in talking}}
    found = (_consultation(picture, call, talk, legs[call.key.pbx]) for call, talk in talking)
    return {(one.call, one.asker): one for one in found if one}


def _consultation(picture: Picture, call: Call, talk: Talk, legs: _Legs) -> Consultation | None:
    pbx = call.key.pbx
    for asking in _asking(picture, call, talk, legs):
        reached = sorted(picture.channels.reached(pbx, asking))
        heard = [legs.known[unique_id] for unique_id in reached if unique_id in legs.known]
        begun_by = call.key.unique_id if asking == talk.leg else asking
        dialled = [leg for leg in legs.of_call.get(begun_by, ()) if _is_there(leg)]
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


def _asking(picture: Picture, call: Call, talk: Talk, legs: _Legs) -> Iterator[str]:
    """Name the channels on which whoever talks may ask somebody: their own if it has left the caller, and any other."""
    if talk.away:
        yield talk.leg
    if talk.heard_at and not (talk.held or talk.away):
        return  # at a first sight nobody tells whether the caller is on hold
    own = [leg for leg in legs.began_at.get(talk.endpoint, ()) if not leg.held and _is_younger(leg, talk)]
    if own:
        with_caller = {talk.leg, call.caller_leg, *picture.channels.reached(call.key.pbx, call.caller_leg)}
        yield from (leg.channel.unique_id for leg in own if leg.channel.unique_id not in with_caller)


def _is_younger(leg: Leg, talk: Talk) -> bool:
    """Tell whether the channel came up during the talk, as far as is known."""
    if leg.since:
        return leg.since >= talk.since
    return born(leg.channel.unique_id) >= born(talk.leg)


def _is_there(leg: Leg) -> bool:
    """Tell whether a phone rings or was answered, whether or not it has come into a bridge yet."""
    return leg.channel.state in {ChannelState.RINGING, ChannelState.UP} and not leg.channel.is_local
