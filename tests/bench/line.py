"""A manager's socket that plays recorded calls to many phones. Rule: the bytes of a real Asterisk, only ids are new.

A call is ``tests/scenarios/lab22/answered.ami``: its messages in their groups as they came, with ids, phone, caller's
number and time of its own; how long it rings and talks is chosen here.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.bench.stream import END_OF_BLOCK, RECORDINGS, SYSTEM_NAME, answer

ANNOUNCED, RUNG, ANSWERED = 2, 10, 17  # how many messages have come by then
_TIME = re.compile(r"(?<=\r\nTimestamp: )[\d.]+")


def messages() -> list[str]:
    """Return the call's messages."""
    blocks = (RECORDINGS / "answered.ami").read_bytes().split(END_OF_BLOCK)
    return [f"{block.decode()}\r\n\r\n" for block in blocks if block]


class Line:
    """The PBX. ``sent``: by phone, the monotonic second at which the bytes of its latest ring were written."""

    def __init__(self, phones: tuple[str, ...]) -> None:
        self.phones = phones
        self.sent: dict[str, float] = {}
        self.port = 0
        self._messages = messages()
        self._numbers = itertools.count(1)
        self._writers: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve inside the block."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield
            for writer in tuple(self._writers):
                writer.close()

    async def call(self, phone: str, number: str, ring: float, talk: float) -> None:
        """Let ``number`` ring in and ``phone`` ring for ``ring`` seconds, answer, and talk for ``talk`` seconds."""
        one = self._own(phone, number)
        self._write(one[:ANNOUNCED])
        await asyncio.sleep(0.05)
        self.sent[phone] = time.monotonic()
        self._write(one[ANNOUNCED:RUNG])
        await asyncio.sleep(ring)
        self._write(one[RUNG:ANSWERED])
        await asyncio.sleep(talk)
        self._write(one[ANSWERED:])

    def _own(self, phone: str, number: str) -> list[str]:
        serial = next(self._numbers)
        changes = {
            "SystemName: lab": f"SystemName: {SYSTEM_NAME}",
            "lab-1795350736.0": f"{SYSTEM_NAME}-1795350736.{serial * 2}",
            "lab-1795350738.1": f"{SYSTEM_NAME}-1795350736.{serial * 2 + 1}",
            "PJSIP/trunk-00000000": f"PJSIP/trunk-{serial:08x}",
            "PJSIP/201-00000001": f"PJSIP/{phone}-{serial:08x}",
            "PJSIP/201": f"PJSIP/{phone}",
            "2dbd8328": f"{serial:08x}",
            "+4961315550101": number,
        }
        texts = self._messages
        for old, new in changes.items():
            texts = [text.replace(old, new) for text in texts]
        return texts

    def _write(self, texts: list[str]) -> None:
        now = time.time()  # noqa: TID251 - the PBX has a clock of its own
        data = "".join(_TIME.sub(f"{now:.6f}", text) for text in texts).encode()
        for writer in self._writers:
            writer.write(data)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        self._writers.add(writer)
        try:
            while True:
                action = (await reader.readuntil(END_OF_BLOCK)).decode()
                writer.write(self._answer(dict(line.partition(": ")[::2] for line in action.split("\r\n") if line)))
        except (asyncio.IncompleteReadError, ConnectionError):
            self._writers.discard(writer)
            writer.close()

    def _answer(self, action: dict[str, str]) -> bytes:
        if action["Action"] != "QueueStatus":
            return answer(action)
        mine = f"ActionID: {action['ActionID']}\r\n"
        seats = (
            f"Event: QueueMember\r\nQueue: support\r\nName: {phone}\r\nLocation: PJSIP/{phone}\r\nStateInterface: "
            f"PJSIP/{phone}\r\nMembership: static\r\nPenalty: 0\r\nCallsTaken: 0\r\nLastCall: 0\r\nLastPause: 0\r\n"
            f"LoginTime: 0\r\nInCall: 0\r\nStatus: 1\r\nPaused: 0\r\nPausedReason: \r\nWrapuptime: 0\r\n{mine}\r\n"
            for phone in self.phones
        )
        queue = (
            "Event: QueueParams\r\nQueue: support\r\nMax: 0\r\nStrategy: rrmemory\r\nCalls: 0\r\nHoldtime: 0\r\n"
            f"TalkTime: 0\r\nCompleted: 0\r\nAbandoned: 0\r\nServiceLevel: 20\r\nServicelevelPerf: 0.0\r\n{mine}\r\n"
        )
        end = f"Event: QueueStatusComplete\r\n{mine}EventList: Complete\r\nListItems: {len(self.phones) + 1}\r\n\r\n"
        start = f"Response: Success\r\n{mine}EventList: start\r\nMessage: Queue status will follow\r\n\r\n"
        return "".join((start, queue, *seats, end)).encode()
