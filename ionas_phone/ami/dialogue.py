"""The talk with one PBX, from greeting to stream. Rule: no I/O and no clock; bytes in, bytes and what was heard out.

The phases, in their order; ``receive`` moves through them, ``take`` gives what is to be sent:

    GREETING   wait for "Asterisk Call Manager/…": nobody else gets our secret         → Login
    LOG_IN     wait for the response                                                   → wait
    BOOT       the log-in is accepted before the PBX has started; wait for FullyBooted → CoreSettings
    SETTINGS   learn the system name, without which no event is believed               → the lists
    STREAM     events; while lists are under way they are held and given after them
    OVER       refused, unfit or not Asterisk: nothing more is said

The secret goes over as it is: the wire is this machine's own or verified TLS (``connection``), where a challenge by MD5
adds nothing. Every action has a random ActionID; what bears none of them answers nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias

from asterisk.ami.action import Action, LoginAction
from asterisk.ami.response import Response

from ionas_phone.ami.forms import Forms, FramedEvent
from ionas_phone.ami.frames import Frames, Message, encode
from ionas_phone.ami.guard import Guard


class Phase(Enum):
    """How far the talk is."""

    GREETING = auto()
    LOG_IN = auto()
    BOOT = auto()
    SETTINGS = auto()
    STREAM = auto()
    OVER = auto()


@dataclass(frozen=True, slots=True)
class Rejected:
    """The log-in was refused, or the account may not do what we need: ``action`` says what, ``message`` why."""

    action: str
    message: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """Whoever answers there is not Asterisk, or not with lists we can trust."""


@dataclass(frozen=True, slots=True)
class Named:
    """The system name is known. It is a secret; an empty one means that no event can be believed."""

    system_name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A snapshot's items. ``timestamp``: the PBX's clock after them ("" if it tells none)."""

    items: tuple[Message, ...] = field(repr=False)
    timestamp: str


@dataclass(frozen=True, slots=True)
class Happened:
    """Events of the stream, in their order."""

    events: tuple[Message, ...]

    @property
    def timestamp(self) -> str:
        """When the last of them happened; "" if it is but an item of a list that nobody waits for any more."""
        last: FramedEvent = self.events[-1]
        return "" if last.system_name is None else last.timestamp


@dataclass(frozen=True, slots=True)
class Answered:
    """The response to an action that was asked with ``ask``."""

    action_id: str
    response: Message


Heard: TypeAlias = Rejected | Stranger | Named | Listed | Happened | Answered

SHUTTING_DOWN = "shutting down"  # Asterisk's answer to every action while it stops gracefully
_PREPARING = {Phase.LOG_IN, Phase.BOOT, Phase.SETTINGS}
_LISTS = ("CoreShowChannels", "QueueStatus", "BridgeList")
_OPTIONAL = "BridgeList"  # without it the snapshot is a little less sure, not wrong: ``doctor`` tells that it lacks


class Dialogue:
    """One connection's talk. ``new_id`` makes ActionIDs that nobody can guess."""

    def __init__(self, user: str, secret: str, new_id: Callable[[], str], refused: Counter[str] | None = None) -> None:
        self.refused: Counter[str] = Counter() if refused is None else refused
        forms = Forms()
        self.guard = Guard(self.refused, forms)
        self.phase = Phase.GREETING
        self.uptime = ""  # the PBX's, in seconds, as it told when we had logged in
        self._frames = Frames(self.refused, forms)
        self._log_in = (user, secret)
        self._new_id = new_id
        self._asked: dict[str, str] = {}  # ActionID -> the action's name
        self._listing: dict[str, str] = {}  # ActionIDs of the snapshot under way
        self._items: list[Message] = []
        self._counts: Counter[str] = Counter()  # items that came, by ActionID
        self._held: list[Message] = []
        self._out = bytearray()

    def __repr__(self) -> str:
        return f"<Dialogue {self.phase.name}>"

    @property
    def listing(self) -> bool:
        """Tell whether a snapshot is under way."""
        return bool(self._listing)

    def take(self) -> bytes:
        """Return what is to be sent, once."""
        out = bytes(self._out)
        self._out.clear()
        return out

    def ask(self, action: Message) -> str:
        """Send an action under its ActionID, or a fresh one, which is returned; its response comes as ``Answered``."""
        action_id = action.keys.get("ActionID") or self._new_id()
        self._out += encode(Action(action.name, action.keys | {"ActionID": action_id}, action.variables))
        self._asked[action_id] = action.name
        self.guard.expect(action_id)
        return action_id

    def forget(self, action_id: str) -> None:
        """Wait no longer for this response."""
        self._asked.pop(action_id, None)
        self.guard.forget(action_id)

    def ping(self) -> str:
        """Keep the line alive; its response also ends the waiting of the guard, and tells the PBX's time."""
        return self.ask(Action("Ping"))

    def log_off(self) -> None:
        """Say good-bye; nothing is awaited."""
        self._out += encode(Action("Logoff"))
        self.phase = Phase.OVER

    def request_snapshot(self) -> None:
        """Ask for the lists, unless they are under way or the stream has not begun, which begins with them anyway."""
        if self.phase is not Phase.STREAM or self._listing:
            return
        self._items.clear()
        self._counts.clear()
        for name in (*_LISTS, "Ping"):
            action_id = self.ask(Action(name))
            self._listing[action_id] = name

    def receive(self, data: bytes) -> list[Heard]:
        """Take the next bytes as they came; return what came of them."""
        messages = self._frames.feed(data)
        heard: list[Heard] = []
        if self.phase is Phase.GREETING and self._frames.banner:
            self._begin()
        elif self.phase is Phase.GREETING and messages:
            self._end(Stranger(), heard)
        at = 0
        while self.phase is not Phase.STREAM and at < len(messages) and self.phase in _PREPARING:
            self._prepare(messages[at], heard)
            at += 1
        if self.phase is Phase.STREAM:
            self._stream(self.guard.admit(messages[at:] if at else messages), heard)
        return heard

    def _begin(self) -> None:
        self.phase = Phase.LOG_IN
        self.ask(LoginAction(*self._log_in))

    def _prepare(self, message: Message, heard: list[Heard]) -> None:
        """Before the system name is known only answers to us count, and FullyBooted, which does no harm if forged."""
        if type(message) is not Response:
            if self.phase is Phase.BOOT and isinstance(message, FramedEvent) and message.name == "FullyBooted":
                self.phase = Phase.SETTINGS
                self.uptime = message.keys.get("Uptime", "")
                self.ask(Action("CoreSettings"))
            return
        name = self._asked.get(message.keys.get("ActionID", ""))
        if name is None:
            self.refused["unasked"] += 1
            return
        self.forget(message.keys["ActionID"])
        if name == "Ping":
            return
        if message.is_error():
            self._end(Rejected(name, message.keys.get("Message", "")), heard)
        elif name == "Login":
            self.phase = Phase.BOOT
        elif name == "CoreSettings":
            self._name(message.keys.get("SystemName", ""), heard)

    def _name(self, system_name: str, heard: list[Heard]) -> None:
        self.guard.learn(system_name)
        self._end(Named(system_name), heard)
        if system_name:
            self.phase = Phase.STREAM
            self.request_snapshot()

    def _stream(self, messages: list[Message], heard: list[Heard]) -> None:
        """Sort answers from events; events are held while lists are under way."""
        if not self._listing and Response not in map(type, messages):
            if messages:
                heard.append(Happened(tuple(messages)))
            return
        events = self._held
        for message in messages:
            if type(message) is Response:
                self._response(message, heard)
            elif self._listing and message.own.get("ActionID") in self._listing:
                self._item(message, heard)
            else:
                events.append(message)
            if self.phase is Phase.OVER:
                return
        if events and not self._listing:
            heard.append(Happened(tuple(events)))
            events.clear()

    def _item(self, message: Message, heard: list[Heard]) -> None:
        action_id = message.own["ActionID"]
        if not message.name.endswith("Complete"):
            self._counts[action_id] += 1
            self._items.append(message)
        elif message.own.get("ListItems") == str(self._counts[action_id]):
            self._done(action_id, "", heard)
        else:
            self.refused["short_list"] += 1
            if self._asked[action_id] == _OPTIONAL:
                self._done(action_id, "", heard)
            else:
                self._end(Stranger(), heard)

    def _response(self, message: Message, heard: list[Heard]) -> None:
        action_id = message.keys["ActionID"]
        name = self._asked.get(action_id, "")
        listed = action_id in self._listing
        if listed and message.is_error() and SHUTTING_DOWN in message.keys.get("Message", ""):
            self._listing.clear()  # it goes on telling what happens, until the last call is over
            heard.append(Answered(action_id, message))
        elif name == _OPTIONAL and listed and message.keys.get("EventList") != "start":
            self._done(action_id, "", heard)
        elif listed and message.is_error():
            self._end(Rejected(name, message.keys.get("Message", "")), heard)
        elif listed and name == "Ping":
            self._done(action_id, message.keys.get("Timestamp", ""), heard)
        elif not listed:
            self.forget(action_id)
            heard.append(Answered(action_id, message))

    def _done(self, action_id: str, timestamp: str, heard: list[Heard]) -> None:
        """One of the snapshot's actions is answered; Asterisk answers in order, so the Ping comes last."""
        self.forget(action_id)
        del self._listing[action_id]
        if not self._listing:
            heard.append(Listed(tuple(self._items), timestamp))

    def _end(self, last: Heard, heard: list[Heard]) -> None:
        self.phase = Phase.OVER
        heard.append(last)
