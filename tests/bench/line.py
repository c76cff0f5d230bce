"""A manager's socket that plays recorded calls to many phones. Rule: the bytes of a real Asterisk, only ids are new.

A call is ``tests/scenarios/lab22/answered.ami``: its messages in their groups as they came, with ids, phone, caller's
number and time of its own; how long it rings and talks is chosen here. Asked for its lists, as it is every 20 seconds,
it tells what goes on: a list that is empty would end all calls for whoever believes it.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager

from ionas_phone.ami.frames import Frames, encode_event
from ionas_phone.practice.answers import Answers
from ionas_phone.practice.book import Book
from ionas_phone.practice.recording import Event
from ionas_phone.runtime import clock
from tests.bench.stream import END_OF_BLOCK, RECORDINGS, SYSTEM_NAME, answer

ANNOUNCED, RUNG, ANSWERED = 2, 10, 17  # how many messages have come by then
_TIME = re.compile(r"(?<=\r\nTimestamp: )[\d.]+")
_LISTS = ("CoreShowChannels", "QueueStatus", "BridgeList")


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
        self._book = Book()
        for phone in phones:
            for event in _events(self._own(phone, "")[-1:]):  # how its member stands when all is over
                self._book.note(event, clock.now())
        self._answers = Answers(self._book, SYSTEM_NAME, "support", clock.now())

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
            "MemberName: Anna": f"MemberName: Assistent {phone}",
            "2dbd8328": f"{serial:08x}",
            "+4961315550101": number,
        }
        texts = self._messages
        for old, new in changes.items():
            texts = [text.replace(old, new) for text in texts]
        return texts

    def _write(self, texts: list[str]) -> None:
        at, data = clock.now(), b""
        for event in _events(_TIME.sub(f"{at.timestamp():.6f}", text) for text in texts):
            self._book.fill(event, at)
            self._book.note(event, at)
            data += encode_event(event)
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
        name = action["Action"]
        return self._answers.to(name, action, clock.now()) if name in _LISTS else answer(action)


def _events(texts: Iterable[str]) -> Iterator[Event]:
    for message in Frames().feed("".join(texts).encode()):
        yield Event(message.name, dict(message.keys))
