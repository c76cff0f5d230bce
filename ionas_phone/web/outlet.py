"""The way out to one browser: whole lines over its socket. Rule: nobody waits for a tab that takes nothing.

What fits at once is sent at once. Else there is a time-out, and a tab that does not read is cut off without a word.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Final

from aiohttp import WSMsgType, web

from ionas_phone.web.context import Times

NOT_DRAINING: Final = 4408
AT_ONCE: Final = 16_384  # bytes that an empty buffer takes without asking anybody to wait: a quarter of its mark


class Outlet:
    """One socket, seen from the side that writes. ``ended(code)`` is told once why it is ended from here."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        times: Times,
        ended: Callable[[int], None],
    ) -> None:
        """``transport``: what lies beneath the socket; None if the browser is gone already."""
        self._socket = socket
        self._transport = transport
        self._times = times
        self._ended = ended
        self._cut = False
        self._sending = asyncio.Lock()

    def takes(self, line: bytes) -> bool:
        """Tell whether it can be sent without waiting for anybody."""
        empty = self._transport is not None and not self._transport.get_write_buffer_size()
        return empty and len(line) <= AT_ONCE and not self._sending.locked()

    async def send(self, line: bytes) -> None:
        """Send, and wait until the tab takes it. Raises TimeoutError if it does not, ConnectionError if it is gone.

        One at a time: aiohttp lets all senders of a connection wait for one future, and a time-out of one cancels all.
        """
        if self.takes(line):
            await self._socket.send_frame(line, WSMsgType.TEXT)
            return
        async with asyncio.timeout(self._times.drain), self._sending:
            await self._socket.send_frame(line, WSMsgType.TEXT)

    async def end(self, code: int) -> None:
        """Say goodbye. Raises TimeoutError if the tab does not take even that."""
        if not self._socket.closed:  # another writer may have been first
            self._ended(code)
            async with asyncio.timeout(self._times.drain + self._times.closing):
                await self._socket.close(code=code)

    def cut_off(self) -> None:
        """End a tab that does not read: no goodbye could reach it, and what is buffered for it is given up."""
        if not self._cut:
            self._cut = True
            self._ended(NOT_DRAINING)
        if self._transport:
            self._transport.abort()


def line_of(message: dict[str, object]) -> bytes:
    """Return a message as it goes over the wire."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
