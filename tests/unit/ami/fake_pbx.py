"""A small AMI server that behaves as told, for faults a real Asterisk has on no command. Rule: loopback, a free port.

It speaks through the same frames as everybody; what a real Asterisk says is in the recordings and in the laboratory.
"""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Self, cast

from asterisk.ami.event import Event
from asterisk.ami.response import Response

from ionas_phone.ami.frames import Frames, encode_event, encode_response

NOW = datetime(2026, 11, 22, 9, 42, 33, tzinfo=UTC)
HEAD = {"Privilege": "agent,all", "Timestamp": "1795340552.446407", "SystemName": "mainz"}
MEMBER = {
    "Queue": "support",
    "MemberName": "Anna",
    "Interface": "PJSIP/201",
    "StateInterface": "PJSIP/201",
    "Penalty": "0",
    "Status": "1",
    "Paused": "0",
    "PausedReason": "",
}
BOOTED = encode_event(Event("FullyBooted", {"Privilege": "system,all", "Uptime": "0"}))


class FakePbx:
    """Accepts links and answers their actions; the attributes say how."""

    def __init__(self) -> None:
        self.port = 0
        self.greeting = b"Asterisk Call Manager/11.0.0\r\n"
        self.booted = True
        self.system_name = "mainz"
        self.errors: dict[str, str] = {}  # action -> the message it is refused with
        self.variables: dict[str, str] = {}  # what Getvar finds, and DBGet by its key
        self.follows: dict[str, Event] = {}  # action -> what it tells of it in one breath with the response
        self.mute = False  # takes everything, says nothing
        self.members = [dict(MEMBER)]
        self.got: list[str] = []  # names of the actions that came …
        self.actions: list[Any] = []  # … and what they said
        self.lines: list[Line] = []  # open connections
        self.accepted = 0
        self._owed: list[tuple[Line, Any]] = []  # what came while it was mute
        self._began = monotonic()
        self._news = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop()

    async def start(self, *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Line(self), "127.0.0.1", port, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for line in [*self.lines]:
                line.transport.abort()
            await self._server.wait_closed()
            self._server = None

    def clock(self) -> datetime:
        """What its clock shows; it began at ``NOW``."""
        return NOW + timedelta(seconds=monotonic() - self._began)

    def tell(self, name: str, **keys: str) -> None:
        """Send an event down every line."""
        self.say(encode_event(Event(name, HEAD | keys)))

    def say(self, data: bytes) -> None:
        for line in self.lines:
            line.transport.write(data)

    def catch_up(self) -> None:
        """Be mute no more, and answer what has come meanwhile."""
        self.mute = False
        for line, action in self._owed:
            line.answer(action)
        self._owed.clear()

    def owes(self, line: Line, action: Any) -> None:
        self._owed.append((line, action))

    def boot(self) -> None:
        """Become fully booted while somebody is logged in."""
        self.booted = True
        self.say(BOOTED)

    def changed(self) -> None:
        self._news.set()

    async def until(self, action: str, times: int = 1) -> None:
        """Wait until an action has come so often."""
        async with asyncio.timeout(10):
            while self.got.count(action) < times:
                self._news.clear()
                await self._news.wait()


class Line(asyncio.Protocol):
    """One link, at the PBX's end."""

    def __init__(self, pbx: FakePbx) -> None:
        self.transport: asyncio.Transport
        self._pbx = pbx
        self._frames = Frames()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._pbx.lines.append(self)
        self._pbx.accepted += 1
        if not self._pbx.mute:
            self.transport.write(self._pbx.greeting)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._pbx.lines.remove(self)

    def data_received(self, data: bytes) -> None:
        for action in self._frames.feed(data):
            self._pbx.got.append(action.name)
            self._pbx.actions.append(action)
            if self._pbx.mute:
                self._pbx.owes(self, action)
            else:
                self.answer(action)
        self._pbx.changed()

    def answer(self, action: Any) -> None:
        pbx, name, action_id = self._pbx, action.name, action.keys.get("ActionID", "")
        if name in pbx.errors:
            self._respond(action_id, "Error", Message=pbx.errors[name])
        elif name == "Login":
            self._respond(action_id, Message="Authentication accepted")
            if pbx.booted:  # said to whoever logs in, not to those who are there
                self.transport.write(BOOTED)
        elif name == "CoreSettings":
            self._respond(action_id, SystemName=pbx.system_name)
        elif name == "CoreShowChannels":
            self._list(action_id, "CoreShowChannelsComplete", [])
        elif name == "QueueStatus":
            self._list(action_id, "QueueStatusComplete", pbx.members)
        elif name == "BridgeList":
            self._list(action_id, "BridgeListComplete", [])
        elif name == "Ping":
            self._respond(action_id, Ping="Pong", Timestamp=f"{self._pbx.clock().timestamp():.6f}")
        elif name == "Logoff":
            self.transport.close()
        else:
            self._look_up(name, action_id, _asked(action))

    def _look_up(self, name: str, action_id: str, asked: str) -> None:
        """Answer what asks for a value; anything else is simply done."""
        value = self._pbx.variables.get(asked, "")
        if name == "Getvar":
            self._respond(action_id, Variable=asked, Value=value)
        elif name == "DBGet" and not value:
            self._respond(action_id, "Error", Message="Database entry not found")
        elif name == "DBGet":
            self._respond(action_id, EventList="start")
            keys = {"Key": asked, "Val": value, "ActionID": action_id}
            self.transport.write(encode_event(Event("DBGetResponse", keys)))
            keys = {"ActionID": action_id, "EventList": "Complete", "ListItems": "1"}
            self.transport.write(encode_event(Event("DBGetComplete", keys)))
        else:
            told = self._pbx.follows.get(name)
            event = encode_event(Event(told.name, {**HEAD, **told.keys, "ActionID": action_id})) if told else b""
            self.transport.write(encode_response(Response("Success", {"ActionID": action_id})) + event)

    def _respond(self, action_id: str, status: str = "Success", **keys: str) -> None:
        self.transport.write(encode_response(Response(status, {"ActionID": action_id} | keys)))

    def _list(self, action_id: str, complete: str, members: list[dict[str, str]]) -> None:
        self._respond(action_id, EventList="start")
        for member in members:
            keys = {**member, "Name": member["MemberName"], "Location": member["Interface"], "ActionID": action_id}
            self.transport.write(encode_event(Event("QueueMember", keys)))
        keys = {"ActionID": action_id, "EventList": "Complete", "ListItems": str(len(members))}
        self.transport.write(encode_event(Event(complete, keys)))


def _asked(action: Any) -> str:
    """What an action asks for: Getvar's variable, DBGet's key."""
    return str(next(iter(action.variables), "") or action.keys.get("Key", ""))


class Inbox:
    """Takes what a link delivers."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.received: list[float] = []
        self._news = asyncio.Event()

    def __call__(self, event: Any, received: float) -> None:
        self.events.append(event)
        self.received.append(received)
        self._news.set()

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def states(self) -> list[str]:
        return [event.state.value for event in self.events if hasattr(event, "state")]

    async def until(self, kind: type, times: int = 1, /, **fields: object) -> Any:
        """Wait until so many events of this kind and with these fields have come; return the last."""
        async with asyncio.timeout(10):
            while True:
                self._news.clear()
                found = [
                    event
                    for event in self.of(kind)
                    if all(getattr(event, name) == told for name, told in fields.items())
                ]
                if len(found) >= times:
                    return found[times - 1]
                await self._news.wait()
