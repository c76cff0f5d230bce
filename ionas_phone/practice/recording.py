"""A recorded call, cut into parts that can be played for others. Rule: only what belongs to that one call is replaced.

The recordings are our own dial plan on a real Asterisk 22 (see recordings/README.md), every header in its place. What
belongs to that one call (ids, channels, numbers, names …) is its ``Cast``; playing gives the parts to a new cast.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import resources
from typing import Any, Final, NamedTuple

from ionas_phone.ami.frames import CRLF, Frames

UNKNOWN = "<unknown>"  # what Asterisk writes for an empty number or name
_PRESENTATION = "CALLERID(pres)"


class Part(StrEnum):
    """The acts of a call; what lies between two of them lasts as long as somebody takes."""

    JOIN = "join"  # from the first sign of the caller until they wait in the queue
    RING = "ring"  # from then on until a phone rings
    ANSWER = "answer"  # from picking up until both talk
    HOLD = "hold"  # the caller hears music
    RESUME = "resume"
    ASK = "ask"  # a colleague is rung while the caller hears music
    AGREE = "agree"  # the colleague picks up
    BACK = "back"  # the assistant ends the talk with the colleague
    SEND = "send"  # the caller goes to the colleague, who is rung by that or talked to already
    END = "end"  # from somebody's hanging up until nothing is left


class Cast(NamedTuple):
    """Everything in a call's messages that another call has otherwise. ``bridge`` "" before anybody talked.

    ``second``: the channel by which the assistant calls a colleague, ``other``: the colleague, or the customer whom the
    assistant calls (``dialled``: by what). ``asked``: the request by which a phone rings for that. ``last_bridge``:
    where the caller was at the end; it stands last, since it is one of those before.
    """

    system: str
    queue: str
    line: str  # the dialled number
    number: str
    name: str
    presentation: str  # CALLERID(pres) of the caller after the dial plan's first steps
    caller_channel: str
    caller_id: str
    leg_channel: str
    leg_id: str
    bridge: str
    extension: str
    member: str
    interface: str
    second_channel: str = ""
    second_id: str = ""
    other_channel: str = ""
    other_id: str = ""
    other_extension: str = ""
    other_member: str = ""
    other_interface: str = ""
    other_bridge: str = ""
    dialled: str = ""
    asked: str = ""
    last_bridge: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it goes out: ``keys`` without the name; a repeated header's texts are joined by CR LF."""

    name: str
    keys: dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded event. ``after``: seconds since the first step of its part."""

    after: float
    name: str
    keys: dict[str, str]


# Where a part begins: (part, event, headers, values of the cast by name, or as they are).
_CUTS: Final[tuple[tuple[Part, str, dict[str, str]], ...]] = (
    (Part.RING, "Newchannel", {"Uniqueid": "leg_id"}),
    (Part.ANSWER, "Newstate", {"Uniqueid": "leg_id", "ChannelStateDesc": "Up"}),
    (Part.HOLD, "Hold", {}),
    (Part.RESUME, "Unhold", {"Uniqueid": "leg_id"}),
    (Part.ASK, "Newchannel", {"Uniqueid": "second_id"}),
    (Part.BACK, "HangupRequest", {"Uniqueid": "second_id"}),
    (Part.AGREE, "Newstate", {"Uniqueid": "other_id", "ChannelStateDesc": "Up"}),
    (Part.SEND, "Unhold", {"Uniqueid": "leg_id"}),
    (Part.END, "HangupRequest", {}),
)
_SENDS: Final = frozenset({"BlindTransfer", "AttendedTransfer"})


class Recording:
    """One recorded call: its parts and its cast."""

    def __init__(self, data: bytes) -> None:
        """Read the bytes as they came from the switchboard."""
        messages = Frames().feed(data)
        messages = [message for message in messages if message.name != "QueueMemberPause"]  # no part of the call
        self.cast = _cast(messages)
        cuts = dict(self._cuts(messages))
        begins = sorted({0: Part.JOIN, **{index: part for part, index in cuts.items()}}.items())
        ends = [index for index, _ in begins[1:]] + [len(messages)]
        found = {part: _steps(messages[index:end]) for (index, part), end in zip(begins, ends, strict=True)}
        self.parts = found | {part: () for part in Part if part not in found}  # in the order in which they happened

    def _cuts(self, messages: list[Any]) -> Iterator[tuple[Part, int]]:
        """Return where which part begins, as far as it is there."""
        sends = any(message.name in _SENDS for message in messages)
        cast = self.cast._asdict()
        for part, name, wanted in _CUTS:
            headers = {header: cast.get(text, text) for header, text in wanted.items()}
            if "" in headers.values() or part is (Part.RESUME if sends else Part.SEND):
                continue
            if part is Part.END:
                gone = {"Uniqueid": cast["second_id"]}
                found = _first(messages, name, but=gone)
                if found is None:  # nobody hung up: a phone was not taken off
                    found = _first(messages, "OriginateResponse", Response="Failure")
            else:
                found = _first(messages, name, **headers)
            if found is not None:
                yield part, found

    def played(self, step: Step, cast: Cast, at: datetime) -> Event:
        """Return the step as it happens to ``cast`` at ``at``."""
        swap = {was: now for was, now in zip(self.cast, cast, strict=True) if was}
        keys = {header: swap.get(text, text) for header, text in step.keys.items()}
        for header, text in step.keys.items():
            if header.endswith("ChanVariable"):
                callers = step.keys.get(header.removesuffix("ChanVariable") + "Uniqueid") == self.cast.caller_id
                keys[header] = _variables(text, swap, callers=callers)
        keys["Timestamp"] = stamp(at)
        return Event(step.name, keys)


def stamp(at: datetime) -> str:
    """Return an instant as Asterisk writes it: seconds and microseconds."""
    return f"{int(at.timestamp())}.{at.microsecond:06d}"


def recorded(name: str) -> bytes:
    """Return the bytes of one recording that travels with the package."""
    return resources.files(__package__).joinpath("recordings", f"{name}.ami").read_bytes()


def _cast(messages: list[Any]) -> Cast:
    """Find out who plays which role: the first channel is the caller's, the second the assistant's.

    Of those that follow, the one of the same phone is the assistant's, too, any other the colleague's. Of a call that
    is in no queue the first is the assistant's, who calls somebody.
    """
    caller, *legs = (message.keys for message in messages if message.name == "Newchannel")
    if not any(message.name == "QueueCallerJoin" for message in messages):
        return _cast_outward(messages, caller, legs[0] if legs else {})
    called: dict[str, str] = next((message.keys for message in messages if message.name == "AgentCalled"), {})
    bridges = list(dict.fromkeys(m.keys["BridgeUniqueid"] for m in messages if m.name == "BridgeEnter"))
    left = [m.keys["BridgeUniqueid"] for m in messages if m.name == "BridgeLeave"]
    leg = legs[0] if legs else {}
    second: dict[str, str] = next((one for one in legs[1:] if _phone(one) == _phone(leg)), {})
    other: dict[str, str] = next((one for one in legs[1:] if _phone(one) != _phone(leg)), {})
    return Cast(
        system=caller["SystemName"],
        queue=next(message.keys["Queue"] for message in messages if message.name == "QueueCallerJoin"),
        line=caller["Exten"],
        number=caller["CallerIDNum"],
        name=caller["CallerIDName"] if caller["CallerIDName"] != UNKNOWN else "",
        presentation=_presentation(messages),
        caller_channel=caller["Channel"],
        caller_id=caller["Uniqueid"],
        leg_channel=leg.get("Channel", ""),
        leg_id=leg.get("Uniqueid", ""),
        bridge=bridges[0] if bridges else "",
        extension=called.get("DestCallerIDNum", ""),
        member=called.get("MemberName", ""),
        interface=called.get("Interface", ""),
        second_channel=second.get("Channel", ""),
        second_id=second.get("Uniqueid", ""),
        other_channel=other.get("Channel", ""),
        other_id=other.get("Uniqueid", ""),
        other_extension=other.get("CallerIDNum", ""),
        other_member=other.get("CallerIDName", ""),
        other_interface=_phone(other),
        other_bridge=bridges[1] if len(bridges) > 1 else "",
        last_bridge=left[-1] if left else "",
    )


def _cast_outward(messages: list[Any], leg: dict[str, str], called: dict[str, str]) -> Cast:
    """Find out who plays which role in a call that an assistant makes; ``called``: {} if their own phone rang only."""
    dials: dict[str, str] = next((m.keys for m in messages if m.name == "DialBegin" and "Uniqueid" in m.keys), {})
    asked: dict[str, str] = next((m.keys for m in messages if m.name == "OriginateResponse"), {})
    seat = next(m.keys for m in messages if m.name == "QueueMemberStatus")
    bridge = next((m.keys["BridgeUniqueid"] for m in messages if m.name == "BridgeEnter"), "")
    return Cast(
        system=leg["SystemName"],
        queue=seat["Queue"],
        line=dials.get("CallerIDNum", ""),
        number=dials.get("Exten", asked.get("Exten", "")),
        name="",
        presentation="",
        caller_channel="",
        caller_id="",
        leg_channel=leg["Channel"],
        leg_id=leg["Uniqueid"],
        bridge=bridge,
        extension=seat["Interface"].rpartition("/")[2],
        member=seat["MemberName"],
        interface=seat["Interface"],
        other_channel=called.get("Channel", ""),
        other_id=called.get("Uniqueid", ""),
        dialled=dials.get("DialString", ""),
        asked=asked.get("ActionID", ""),
        last_bridge=bridge,
    )


def _presentation(messages: list[Any]) -> str:
    """Return how the caller's number is presented, once the dial plan has looked at it."""
    joined: dict[str, str] = next(message.keys for message in messages if message.name == "QueueCallerJoin")
    return dict(text.partition("=")[::2] for text in joined["ChanVariable"].split(CRLF))[_PRESENTATION]


def _phone(channel: dict[str, str]) -> str:
    """Return the phone a channel belongs to."""
    return channel.get("Channel", "").rpartition("-")[0]


def _first(messages: list[Any], name: str, *, but: dict[str, str] | None = None, **headers: str) -> int | None:
    """Return where the first such message stands that is not one of those that are ``but``."""
    for index, message in enumerate(messages):
        if message.name == name and headers.items() <= message.keys.items():
            if but and but.items() <= message.keys.items():
                continue
            return index
    return None


def _steps(messages: list[Any]) -> tuple[Step, ...]:
    times = [float(message.keys["Timestamp"]) for message in messages]
    return tuple(
        Step(time - times[0], message.name, message.keys) for time, message in zip(times, messages, strict=True)
    )


def _variables(joined: str, swap: dict[str, str], *, callers: bool) -> str:
    """Give the channel variables to the new cast; how the number is presented belongs to the caller's channel only.

    One switchboard always writes them in one order; of two starts it may be another.
    """
    pairs = sorted((text.partition("=")[::2] for text in joined.split(CRLF)), reverse=True)
    return CRLF.join(
        f"{name}={text if name == _PRESENTATION and not callers else swap.get(text, text)}" for name, text in pairs
    )
