"""What has been played so far, as a switchboard would list it. Rule: it learns from the events alone, like any client.

So a list asked for at any moment agrees with what somebody believes who has seen every event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ionas_phone.practice.recording import Event

Headers = dict[str, str]

_BLOCK = (
    "Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum",
    "ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid",
    "ChanVariable",
)  # fmt: skip
_CLICKED = ("AppDial2", "(Outgoing Line)")
_SEATED = ("Membership", "CallsTaken", "LastCall", "LastPause", "LoginTime", "Paused", "PausedReason")


@dataclass(slots=True)
class Listed:
    """A channel: its headers as last seen and what is known beside them. ``bridge``: "" in none."""

    block: Headers
    since: datetime
    application: tuple[str, str] = ("", "")
    bridge: str = ""
    joined: datetime | None = None  # the queue
    called: datetime | None = None  # the first phone, for this caller
    answered: datetime | None = None


@dataclass(slots=True)
class Book:
    """The tables. ``waiting``: unique ids, first in line first; ``members``: headers by interface."""

    channels: dict[str, Listed] = field(default_factory=dict)
    bridges: dict[str, Headers] = field(default_factory=dict)  # by id, the headers of the last who entered
    waiting: list[str] = field(default_factory=list)
    members: dict[str, Headers] = field(default_factory=dict)
    calls: int = 0  # since the start
    completed: int = 0
    abandoned: int = 0

    # -- before an event goes out --------------------------------------------------------------------------------------

    def fill(self, event: Event, at: datetime) -> None:
        """Put into the event what depends on other calls and on the clock: places, counters, whole seconds."""
        keys = event.keys
        if event.name.startswith("QueueCaller"):
            keys |= {header: text for header, text in self._places(event).items() if header in keys}
        elif event.name == "QueueMemberStatus":
            keys |= self._seated(keys["Interface"])
        if caller := self.channels.get(keys.get("Uniqueid", "")):
            keys |= {header: text for header, text in _lengths(caller, at).items() if header in keys}

    def _places(self, event: Event) -> Headers:
        """The caller's place, and how many wait after this event."""
        unique_id, waiting = event.keys["Uniqueid"], len(self.waiting)
        joins = event.name == "QueueCallerJoin"
        place = waiting + 1 if joins or unique_id not in self.waiting else self.waiting.index(unique_id) + 1
        return {
            "Position": str(place),
            "OriginalPosition": str(place),
            "Count": str(waiting + 1 if joins else waiting - 1),
        }

    def _seated(self, interface: str) -> Headers:
        """Return what every event of a member repeats, whatever it is about: a call's end ends no pause."""
        seat = self.members.get(interface, {})
        return {header: seat[header] for header in _SEATED if header in seat}

    # -- as it goes out ------------------------------------------------------------------------------------------------

    def note(self, event: Event, at: datetime) -> None:
        """Take the event into the tables."""
        if event.name == "OriginateResponse":
            return  # an answer, to whoever asked for it
        for prefix in ("", "Dest"):
            if f"{prefix}Uniqueid" in event.keys:
                self._see({header: event.keys[prefix + header] for header in _BLOCK}, event.name, at)
        if event.name.startswith("QueueMember"):
            self._note_member(event)
        elif event.name.startswith("Bridge"):
            self._note_bridge(event)
        elif event.name == "DialBegin" and "Uniqueid" not in event.keys:  # nobody dials: a phone rings by a click
            self._note_click(event)
        else:
            self._note_caller(event, at)

    def _see(self, block: Headers, name: str, at: datetime) -> None:
        unique_id = block["Uniqueid"]
        if name == "Newchannel":
            rung = block["Linkedid"] != unique_id
            self.calls += not rung
            by = "AppQueue" if block["Linkedid"] in self.waiting else "AppDial"
            self.channels[unique_id] = Listed(block, at, (by, "(Outgoing Line)") if rung else ("", ""))
        elif listed := self.channels.get(unique_id):
            listed.block = block

    def _note_member(self, event: Event) -> None:
        if event.name == "QueueMemberRemoved":
            self.members.pop(event.keys["Interface"], None)
        else:
            self.members[event.keys["Interface"]] = event.keys

    def _note_bridge(self, event: Event) -> None:
        bridge, listed = event.keys["BridgeUniqueid"], self.channels[event.keys["Uniqueid"]]
        if event.name == "BridgeEnter":
            listed.bridge = bridge
            self.bridges[bridge] = event.keys
        else:
            listed.bridge = ""
            if not self.together(bridge):
                del self.bridges[bridge]

    def _note_click(self, event: Event) -> None:
        self.channels[event.keys["DestUniqueid"]].application = _CLICKED

    def _note_caller(self, event: Event, at: datetime) -> None:
        unique_id = event.keys.get("Uniqueid", "")  # a transfer names several channels, and none so
        if event.name == "AgentComplete":  # it may come after the caller is gone
            self.completed += 1
            self._count(event.keys["Interface"], at)
        if (caller := self.channels.get(unique_id)) is None:
            return
        if event.name == "QueueCallerJoin":
            caller.application, caller.joined = ("Queue", f"{event.keys['Queue']},,,,8"), at
            self.waiting.append(unique_id)
        elif event.name == "QueueCallerLeave":
            self.waiting.remove(unique_id)
        elif event.name == "QueueCallerAbandon":
            self.abandoned += 1
        elif event.name == "DialBegin" and unique_id not in self.waiting:
            caller.application = ("Dial", event.keys["DialString"])
        elif event.name == "AgentCalled":
            caller.called = caller.called or at
        elif event.name == "AgentConnect":
            caller.answered = at
        elif event.name == "Hangup":
            del self.channels[unique_id]

    def _count(self, interface: str, at: datetime) -> None:
        if seat := self.members.get(interface):
            taken = {"CallsTaken": str(int(seat["CallsTaken"]) + 1), "LastCall": str(int(at.timestamp()))}
            self.members[interface] = seat | taken

    def together(self, bridge: str) -> list[str]:
        """Return who is in the bridge."""
        return [unique_id for unique_id, listed in self.channels.items() if listed.bridge == bridge]


def whole_seconds(since: datetime | None, until: datetime) -> int:
    """Return how long it lasted; 0 when it has not begun."""
    return max(int((until - since).total_seconds()), 0) if since else 0


def _lengths(caller: Listed, at: datetime) -> Headers:
    until = caller.answered or at
    return {
        "HoldTime": str(whole_seconds(caller.joined, until)),
        "RingTime": str(whole_seconds(caller.called, until)),
        "TalkTime": str(whole_seconds(caller.answered, at)),
    }
