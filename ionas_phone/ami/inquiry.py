"""One PBX asked one question after the other, on a connection of its own. Rule: it looks, and changes nothing there.

For whoever wants to know what is wrong (``doctor``): a link (``connection``) gives up at the first fault, an inquiry
goes on as far as the PBX lets it. Answers are told by ActionIDs that nobody can guess.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Self

from asterisk.ami.action import Action, LoginAction
from asterisk.ami.event import Event
from asterisk.ami.response import Response

from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.frames import Frames, Message, encode
from ionas_phone.errors import PhoneError

PATIENCE = 10.0  # seconds for one answer
_PIECE = 65_536
_FAREWELL = 0.5
_SHUTTING_DOWN = "shutting down"  # Asterisk's answer to every action while it stops gracefully


class Failure(StrEnum):
    """Why nothing can be asked."""

    UNREACHABLE = "unreachable"
    NO_TLS = "no_tls"
    CERTIFICATE = "certificate"
    STRANGER = "stranger"
    REFUSED = "refused"
    SILENT = "silent"
    STOPPING = "stopping"


class Unanswered(PhoneError):
    """The switchboard can't be asked."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        """Say why; ``detail`` is what the machine said."""
        super().__init__(detail=detail)
        self.failure = failure


class Inquiry:
    """A connection that is logged in: ``async with Inquiry.of(address) as inquiry``.

    ``events`` are those of the stream that came meanwhile, unjudged.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: float) -> None:
        self.events: list[Message] = []
        self._reader = reader
        self._writer = writer
        self._patience = patience
        self._frames = Frames()
        self._waiting: list[Message] = []

    @classmethod
    @asynccontextmanager
    async def of(
        cls, address: PbxAddress, *, tls: ssl.SSLContext | None = None, patience: float = PATIENCE
    ) -> AsyncIterator[Self]:
        """Connect, log in, log off. ``patience``: seconds for each answer. Raises Unanswered."""
        reader, writer = await _opened(address, tls, patience)
        try:
            inquiry = cls(reader, writer, patience)
            await inquiry._log_in(address)
            yield inquiry
        finally:
            with suppress(OSError, TimeoutError):
                if not writer.is_closing():
                    writer.write(encode(Action("Logoff")))
                writer.close()
                async with asyncio.timeout(_FAREWELL):
                    await writer.wait_closed()

    async def ask(self, name: str, **headers: str) -> tuple[Message, list[dict[str, str]]]:
        """Return the response, which may be an error, and the items of the list it begins. Raises Unanswered."""
        return await self._said(Action(name, headers))

    async def hear(self, seconds: float, enough: Callable[[], bool]) -> None:
        """Listen to the stream until it is ``enough``, for ``seconds`` at most. Raises Unanswered."""
        try:
            async with asyncio.timeout(seconds):
                while not enough():
                    self._sort_out(await self._next())
        except TimeoutError:
            return
        except OSError as error:
            raise Unanswered(Failure.SILENT) from error

    async def _log_in(self, address: PbxAddress) -> None:
        try:
            async with asyncio.timeout(self._patience):
                while not self._frames.banner:
                    await self._read()
                    if self._waiting:
                        raise Unanswered(Failure.STRANGER)
        except (TimeoutError, OSError) as error:
            raise Unanswered(Failure.STRANGER) from error
        response, _ = await self._said(LoginAction(address.user, address.secret))
        if response.is_error():
            raise Unanswered(Failure.REFUSED)

    async def _said(self, action: Message) -> tuple[Message, list[dict[str, str]]]:
        action_id = secrets.token_hex()
        items: list[dict[str, str]] = []
        response: Message = None
        try:
            self._writer.write(encode(Action(action.name, action.keys | {"ActionID": action_id})))
            async with asyncio.timeout(self._patience):
                while True:
                    message = await self._next()
                    keys: dict[str, str] = message.keys
                    if keys.get("ActionID") != action_id:
                        self._sort_out(message)
                    elif type(message) is Response:
                        response = message
                        if message.is_error() and _SHUTTING_DOWN in keys.get("Message", ""):
                            raise Unanswered(Failure.STOPPING)
                        if keys.get("EventList") != "start":
                            return response, items
                    elif keys.get("EventList") == "Complete":
                        return response, items
                    else:
                        items.append({"Event": message.name, **keys})
        except (TimeoutError, OSError) as error:
            raise Unanswered(Failure.SILENT, action.name) from error

    def _sort_out(self, message: Message) -> None:
        if isinstance(message, Event):
            self.events.append(message)

    async def _next(self) -> Message:
        while not self._waiting:
            await self._read()
        return self._waiting.pop(0)

    async def _read(self) -> None:
        piece = await self._reader.read(_PIECE)
        if not piece:
            raise ConnectionResetError("closed by the other end")
        self._waiting += self._frames.feed(piece)


async def _opened(
    address: PbxAddress, tls: ssl.SSLContext | None, patience: float
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    context = (tls or ssl.create_default_context()) if address.tls else None
    try:
        async with asyncio.timeout(patience):
            return await asyncio.open_connection(address.host, address.port, ssl=context)
    except ssl.SSLCertVerificationError as error:
        raise Unanswered(Failure.CERTIFICATE, error.verify_message) from error
    except ssl.SSLError as error:
        raise Unanswered(Failure.NO_TLS, error.reason or "") from error
    except TimeoutError as error:
        raise Unanswered(Failure.UNREACHABLE) from error
    except ConnectionResetError as error:  # in the middle of TLS' greeting
        raise Unanswered(Failure.NO_TLS if address.tls else Failure.UNREACHABLE) from error
    except OSError as error:
        known = error.errno is not None and error.errno > 0  # of a name that is unknown it has a number of its own
        raise Unanswered(
            Failure.UNREACHABLE, os.strerror(error.errno or 0) if known else error.strerror or ""
        ) from error
