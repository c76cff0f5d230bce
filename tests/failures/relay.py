"""A wire between the service and a PBX that can be spoilt. Rule: bytes pass unchanged, not at all, or as told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_PIECE = 65_536
_DRIP = 0.05  # seconds between two drops
_LITTLE, _SEGMENT = 4_096, 536  # bytes
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST at once


class Relay:
    """Listens on ``port`` and passes everything on. ``passed``: bytes from the PBX so far."""

    def __init__(self, to: int, *, small: bool = False) -> None:
        self.port = 0
        self.passed = 0
        self._to = to
        self._small = small
        self._flows = asyncio.Event()  # what the PBX says is read
        self._flows.set()
        self._open = asyncio.Event()  # bytes pass
        self._open.set()
        self._narrow = 0  # bytes per drop; 0: as many as come
        self._rewrite: Callable[[bytes], bytes] | None = None
        self._server: asyncio.Server | None = None
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, port: int, *, small: bool = False) -> AsyncIterator[Relay]:
        """Lead to ``port`` on this machine, from a free port; ``small``: with room for little of what nobody reads."""
        relay = cls(port, small=small)
        await relay.mend()
        try:
            yield relay
        finally:
            await relay.cut()

    async def cut(self, *, reset: bool = False) -> None:
        """Close every connection (by FIN, or RST) and accept no other one."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._break(reset=reset)

    def swallow(self) -> None:
        """From here on nothing comes through, in neither direction, and nobody is told."""
        self._open.clear()

    def stall(self) -> None:
        """From here on nothing is read of what the PBX says, until ``flow``."""
        self._flows.clear()

    def flow(self) -> None:
        """Read on, from where it stood."""
        self._flows.set()

    def trickle(self, per_second: int) -> None:
        """From here on only so many bytes a second come through from the PBX."""
        self._narrow = max(int(per_second * _DRIP), 1)

    def rewrite(self, lines: Callable[[bytes], bytes]) -> None:
        """From here on what the PBX says passes through ``lines``, whole lines at a time."""
        self._rewrite = lines

    async def mend(self) -> None:
        """Let everything through again; connections that were swallowed stay dead."""
        self._narrow = 0
        self._rewrite = None
        if not self._open.is_set():
            self._break(reset=False)
            self._open.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, onward = await self._onward()
        except OSError:  # the PBX is not there
            writer.close()
            return
        pair = (writer, onward)
        self._pairs.add(pair)
        async with asyncio.TaskGroup() as group:
            ways = [group.create_task(self._pass(reader, onward, 0)), group.create_task(self._pass(there, writer, 1))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
        self._pairs.discard(pair)
        for end in pair:
            end.close()

    async def _onward(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not self._small:
            return await asyncio.open_connection("127.0.0.1", self._to)
        way = socket.socket()
        way.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _LITTLE)
        way.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, _SEGMENT)  # by it the other end chooses how much it keeps
        way.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(way, ("127.0.0.1", self._to))
        except OSError:
            way.close()
            raise
        return await asyncio.open_connection(sock=way, limit=_LITTLE)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counts: int) -> None:
        rest = b""
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read((self._narrow if counts else 0) or _PIECE):
                await self._open.wait()
                if counts:
                    await self._flows.wait()
                if counts and self._narrow:
                    await asyncio.sleep(_DRIP)
                self.passed += len(piece) * counts
                if counts:
                    lines, _, rest = (rest + piece).rpartition(b"\n")
                    piece = self._told(lines + b"\n") if lines else b""
                writer.write(piece)
                await writer.drain()

    def _told(self, lines: bytes) -> bytes:
        return self._rewrite(lines) if self._rewrite else lines

    def _break(self, *, reset: bool) -> None:
        for ends in self._pairs:
            for end in ends:
                if reset:
                    end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.transport.abort()
