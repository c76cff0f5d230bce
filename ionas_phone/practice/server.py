"""The manager socket of the practice line. Rule: nobody waits for anybody: who does not read is cut off.

Everything a client gets is written in one go from within the loop, so that no event ever stands inside a list.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from ionas_phone.ami.frames import ActionUnfit, Frames, encode_event
from ionas_phone.practice.answers import BANNER, Answers, response
from ionas_phone.practice.recording import Event

HOST, USER = "127.0.0.1", "practice"
UNREAD_LIMIT = 262_144  # bytes a client may leave unread; a whole snapshot has about 30 kB
LOG_IN_WITHIN = 10.0  # seconds, as authtimeout in our manager.conf
CLIENTS = 20  # far more than one service needs
_TELLS_NOTHING = "Authentication failed"


class Address(NamedTuple):
    """Where to log in, and how. Loopback only; the secret is new at every start."""

    host: str
    port: int
    user: str
    secret: str


class Server:
    """Listens on a free port of loopback; ``tell`` gives an event to every client that is logged in."""

    def __init__(self, answers: Answers, now: Callable[[], datetime], *, log_in_within: float = LOG_IN_WITHIN) -> None:
        """``now``: the clock, UTC. ``log_in_within``: seconds."""
        self.answers, self.now, self.log_in_within = answers, now, log_in_within
        self.peers: set[Peer] = set()
        self._secret = secrets.token_urlsafe(24)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Peer(self), HOST, 0)

    async def stop(self) -> None:
        """Cut everybody off and stop listening; again changes nothing."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        for peer in tuple(self.peers):
            peer.cut()
        await server.wait_closed()

    @property
    def address(self) -> Address:
        """Where clients log in; only while it listens."""
        if self._server is None:
            raise RuntimeError("the practice line has no address before it is started")
        return Address(HOST, self._server.sockets[0].getsockname()[1], USER, self._secret)

    def tell(self, event: Event) -> None:
        """Give the event to everybody who is logged in."""
        data = encode_event(event)
        for peer in tuple(self.peers):
            if peer.logged_in:
                peer.write(data)

    def admits(self, user: str, secret: str) -> bool:
        """Tell whether somebody may log in; takes as long for a wrong name as for a wrong secret."""
        right_user = hmac.compare_digest(user.encode(), USER.encode())
        right_secret = hmac.compare_digest(secret.encode(), self._secret.encode())
        return right_user and right_secret


class Peer(asyncio.Protocol):
    """One client: greeted, let in, answered."""

    def __init__(self, server: Server) -> None:
        self.logged_in = False
        self._server = server
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream protocol is given nothing else
        self._transport = transport
        if len(self._server.peers) >= CLIENTS:
            self.cut()
            return
        self._server.peers.add(self)
        self._patience = asyncio.get_running_loop().call_later(self._server.log_in_within, self.cut)
        self.write(BANNER)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - a client may go as it likes
        """Forget the client."""
        self._server.peers.discard(self)
        if self._patience:
            self._patience.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer what became whole."""
        try:
            for message in self._frames.feed(data):
                self._take(message)
        except ActionUnfit:
            self.cut()  # its ActionID can't be repeated on the wire; no honest client sends such a thing

    def write(self, data: bytes) -> None:
        """Send, or cut off a client that leaves too much unread."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(data)
        if transport.get_write_buffer_size() > UNREAD_LIMIT:
            self.cut()

    def cut(self) -> None:
        """End the connection without waiting for anything; what is unread is dropped."""
        self.logged_in = False
        if self._transport:
            self._transport.abort()

    def _take(self, message: Any) -> None:
        if not self._transport or self._transport.is_closing():
            return  # it said goodbye before
        keys = message.keys
        action_id = keys.get("ActionID")
        if not hasattr(message, "variables"):  # of the three message objects only an action has them
            self.write(response("Error", action_id, Message="Missing action in request"))
        elif message.name.lower() == "login":
            self._log_in(keys, action_id)
        elif message.name.lower() == "logoff":
            self.write(response("Goodbye", action_id, Message="Thanks for all the fish."))
            self._transport.close()
        elif not self.logged_in:
            self.write(response("Error", action_id, Message="Permission denied"))
        else:
            self.write(self._server.answers.to(message.name, keys, self._server.now()))

    def _log_in(self, keys: dict[str, str], action_id: str | None) -> None:
        if not self._server.admits(keys.get("Username", ""), keys.get("Secret", "")):
            self.write(response("Error", action_id, Message=_TELLS_NOTHING))
            if self._transport:
                self._transport.close()
            return
        if self._patience:
            self._patience.cancel()
        self.logged_in = True
        answer = response("Success", action_id, Message="Authentication accepted")
        self.write(answer + self._server.answers.booted(self._server.now()))
