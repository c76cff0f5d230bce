"""A recorded call, cut into parts that can be played for others. Rule: only what belongs to that one call is replaced.

The recordings are our own dial plan on a real Asterisk 22 (see recordings/README.md), every header in its place. What
belongs to that one call (ids, channels, numbers, names …) is its ``Cast``; playing gives the parts to a new cast.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import resources
from typing import Any, NamedTuple

from ionas_phone.ami.frames import CRLF, Frames

UNKNOWN = "<unknown>"  # what Asterisk writes for an empty number or name
_PRESENTATION = "CALLERID(pres)"


class Part(StrEnum):
    """The acts of a call; what lies between two of them lasts as long as somebody takes."""

    RING = "ring"  # from the first sign of the caller until a phone rings
    ANSWER = "answer"  # from picking up until both talk
    END = "end"  # from somebody's hanging up until nothing is left


class Cast(NamedTuple):
    """Everything in a call's messages that another call has otherwise. ``bridge`` "" before anybody talked."""

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


class Recording:
    """One recorded call: its parts and its cast."""

    def __init__(self, data: bytes) -> None:
        """Read the bytes as they came from the switchboard."""
        messages = Frames().feed(data)
        self.cast = _cast(messages)
        self.parts: dict[Part, tuple[Step, ...]] = {}
        answer = _first(messages, "Newstate", Uniqueid=self.cast.leg_id, ChannelStateDesc="Up")
        end = _first(messages, "HangupRequest")
        answer = end if answer is None else answer
        for part, piece in (
            (Part.RING, messages[:answer]),
            (Part.ANSWER, messages[answer:end]),
            (Part.END, messages[end:]),
        ):
            self.parts[part] = _steps(piece)

    def played(self, step: Step, cast: Cast, at: datetime) -> Event:
        """Return the step as it happens to ``cast`` at ``at``."""
        swap = {was: now for was, now in zip(self.cast, cast, strict=True) if was}
        keys = {header: swap.get(text, text) for header, text in step.keys.items()}
        for prefix in ("", "Dest"):
            if variables := step.keys.get(f"{prefix}ChanVariable"):
                callers = step.keys.get(f"{prefix}Uniqueid") == self.cast.caller_id
                keys[f"{prefix}ChanVariable"] = _variables(variables, swap, callers=callers)
        keys["Timestamp"] = stamp(at)
        return Event(step.name, keys)


def stamp(at: datetime) -> str:
    """Return an instant as Asterisk writes it: seconds and microseconds."""
    return f"{int(at.timestamp())}.{at.microsecond:06d}"


def recorded(name: str) -> bytes:
    """Return the bytes of one recording that travels with the package."""
    return resources.files(__package__).joinpath("recordings", f"{name}.ami").read_bytes()


def _cast(messages: list[Any]) -> Cast:
    """Find out who plays which role: the first channel is the caller's, the second the phone's."""
    caller, leg = (message.keys for message in messages if message.name == "Newchannel")
    called = next(message.keys for message in messages if message.name == "AgentCalled")
    bridges = [message.keys["BridgeUniqueid"] for message in messages if message.name == "BridgeEnter"]
    variables = dict(text.partition("=")[::2] for text in called["ChanVariable"].split(CRLF))
    return Cast(
        system=caller["SystemName"],
        queue=called["Queue"],
        line=caller["Exten"],
        number=caller["CallerIDNum"],
        name=caller["CallerIDName"] if caller["CallerIDName"] != UNKNOWN else "",
        presentation=variables[_PRESENTATION],
        caller_channel=caller["Channel"],
        caller_id=caller["Uniqueid"],
        leg_channel=leg["Channel"],
        leg_id=leg["Uniqueid"],
        bridge=bridges[0] if bridges else "",
        extension=called["DestCallerIDNum"],
        member=called["MemberName"],
        interface=called["Interface"],
    )


def _first(messages: list[Any], name: str, **headers: str) -> int | None:
    """Return where the first such message stands."""
    for index, message in enumerate(messages):
        if message.name == name and headers.items() <= message.keys.items():
            return index
    return None


def _steps(messages: list[Any]) -> tuple[Step, ...]:
    times = [float(message.keys["Timestamp"]) for message in messages]
    return tuple(
        Step(time - times[0], message.name, message.keys) for time, message in zip(times, messages, strict=True)
    )


def _variables(joined: str, swap: dict[str, str], *, callers: bool) -> str:
    """Give the channel variables to the new cast; how the number is presented belongs to the caller's channel only."""
    pairs = [text.partition("=")[::2] for text in joined.split(CRLF)]
    return CRLF.join(
        f"{name}={text if name == _PRESENTATION and not callers else swap.get(text, text)}" for name, text in pairs
    )
