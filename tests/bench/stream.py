"""The recorded calls as one long stream, and a manager's socket that sends it. Rule: each repetition is new calls.

All events of ``tests/scenarios/lab22`` one after the other, again and again; each time with unique ids, linked ids,
names of channels and times of their own, because a channel that has been seen before costs a reader less. Left out are
answers to whoever recorded, and FullyBooted and Shutdown, after which a reader does something else than read.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

RECORDINGS = Path(__file__).parents[1] / "scenarios" / "lab22"
SYSTEM_NAME = "bench-0123456789abcdef"
BEGIN, END = "bench-begin", "bench-end"
END_OF_BLOCK = b"\r\n\r\n"
QUIET = 0.3  # seconds without an action, after which a client is ready for the stream
COMPLETE = {name: f"{name}Complete" for name in ("CoreShowChannels", "QueueStatus", "BridgeList")}
_LEFT_OUT = (b"Event: FullyBooted", b"Event: Shutdown")
_SECONDS = re.compile(rb"(?<=\r\nTimestamp: )\d+")
_BEGUN = re.compile(rb"(?<=: " + SYSTEM_NAME.encode() + rb"-)\d+(?=\.)")
_SERIAL = re.compile(rb"(?<=-)[0-9a-f]{8}(?=[;\r])")  # at the end of a channel's name
_LONGEST_RECORDING = 10_000  # seconds between two repetitions
_MOST_CHANNELS = 4_096


def events() -> list[bytes]:
    """Return the recorded events, without their end marks."""
    found: list[bytes] = []
    for path in sorted(RECORDINGS.glob("*.ami")):
        for block in path.read_bytes().split(END_OF_BLOCK):
            lines = block.lstrip(b"\r\n").split(b"\r\n")
            if lines[0].startswith(b"Event: ") and lines[1].startswith(b"Privilege: ") and lines[0] not in _LEFT_OUT:
                found.append(b"\r\n".join(lines))
    return found


def repeated(blocks: list[bytes], times: int) -> Iterator[bytes]:
    """Yield the events as bytes of the wire, a repetition at a time; what a PBX says now bears the time of now."""
    once = END_OF_BLOCK.join([*blocks, b""]).replace(b": lab", b": " + SYSTEM_NAME.encode())
    for number in range(times):
        begun = _BEGUN.sub(partial(later, number * _LONGEST_RECORDING), once)
        begun = _SERIAL.sub(partial(another, number * _MOST_CHANNELS), begun)
        yield _SECONDS.sub(f"{time.time():.0f}".encode(), begun)  # noqa: TID251 - the PBX has a clock of its own


def later(seconds: int, found: re.Match[bytes]) -> bytes:
    """Return a number of seconds, put off."""
    return b"%d" % (int(found[0]) + seconds)


def another(channels: int, found: re.Match[bytes]) -> bytes:
    """Return a channel's serial number, so many channels later."""
    return b"%08x" % (int(found[0], 16) + channels)


def marker(name: str) -> bytes:
    """Return an event that every client delivers: here the measuring begins or ends."""
    return f"{head('Reload')}Module: {name}\r\nStatus: 0\r\n\r\n".encode()


def head(event: str) -> str:
    """Return how an event of now begins."""
    now = f"{time.time():.6f}"  # noqa: TID251 - as above
    return f"Event: {event}\r\nPrivilege: system,all\r\nTimestamp: {now}\r\nSystemName: {SYSTEM_NAME}\r\n"


class Manager:
    """A manager's socket that lets anybody in and sends the stream as fast as it is read."""

    def __init__(self, stream: list[bytes]) -> None:
        self._stream = stream
        self._heard = 0.0
        self.port = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve inside the block."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        self._heard = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(self._send(writer))
            try:
                while action := await reader.readuntil(END_OF_BLOCK):
                    self._heard = asyncio.get_running_loop().time()
                    writer.write(answer(dict(line.partition(": ")[::2] for line in action.decode().split("\r\n"))))
            except (asyncio.IncompleteReadError, ConnectionError):
                sending.cancel()
        writer.close()

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        while (left := self._heard + QUIET - asyncio.get_running_loop().time()) > 0:  # noqa: ASYNC110 - it is silence that is waited for
            await asyncio.sleep(left)
        for part in self._stream:
            writer.write(part)
            await writer.drain()


def answer(action: dict[str, str]) -> bytes:
    """Answer an action as Asterisk does."""
    name, mine = action["Action"], f"ActionID: {action.get('ActionID', '')}"
    start = f"Response: Success\r\n{mine}\r\n"
    if name == "Login":
        booted = f"{head('FullyBooted')}Status: Fully Booted\r\nUptime: 9\r\n\r\n"
        text = f"{start}Message: Authentication accepted\r\n\r\n{booted}"
    elif name == "CoreSettings":
        text = f"{start}AMIversion: 11.0.0\r\nSystemName: {SYSTEM_NAME}\r\n\r\n"
    elif name in COMPLETE:
        end = f"Event: {COMPLETE[name]}\r\n{mine}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n"
        text = f"{start}EventList: start\r\nMessage: will follow\r\n\r\n{end}"
    else:
        text = f"{start}Ping: Pong\r\nTimestamp: {time.time():.6f}\r\n\r\n"  # noqa: TID251 - as above
    return text.encode()
