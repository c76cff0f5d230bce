"""Lines on their way to a browser that takes them at once, later, or never."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from ionas_phone.web.context import Times
from ionas_phone.web.outlet import AT_ONCE, NOT_DRAINING, Outlet, line_of
from tests.lab.waiting import until

LINE = line_of({"t": "beat", "wer": "Désirée"})


class Wire:
    """Stands for aiohttp's socket and what lies beneath it. ``room``: what is sent is gone at once."""

    def __init__(self) -> None:
        self.room = asyncio.Event()
        self.room.set()
        self.buffered = 0
        self.sent: list[bytes] = []
        self.closed = False
        self.code: int | None = None
        self.aborted = 0

    async def send_frame(self, line: bytes, _kind: object) -> None:
        self.buffered += len(line)
        await self.room.wait()
        self.buffered -= len(line)
        self.sent.append(line)

    async def close(self, *, code: int) -> None:
        await self.room.wait()
        self.closed, self.code = True, code

    def get_write_buffer_size(self) -> int:
        return self.buffered

    def abort(self) -> None:
        self.aborted += 1


def outlet(wire: Wire, drain: float = 60.0) -> tuple[Outlet, list[int]]:
    ended: list[int] = []
    times = Times(drain=drain, closing=0.0)
    return Outlet(cast("Any", wire), cast("Any", wire), times, ended.append), ended


async def test_what_fits_is_sent_at_once_and_what_does_not_is_said() -> None:
    wire = Wire()
    out, _ = outlet(wire)
    assert out.takes(LINE)
    assert not out.takes(b"x" * (AT_ONCE + 1))
    await out.send(LINE)
    await out.send(b"x" * (AT_ONCE + 1))
    assert [len(line) for line in wire.sent] == [len(LINE), AT_ONCE + 1]
    wire.buffered = 1  # something lies there still
    assert not out.takes(LINE)
    assert not Outlet(cast("Any", wire), None, Times(), lambda _: None).takes(LINE)  # gone already


async def test_lines_that_must_wait_go_one_after_the_other() -> None:
    wire = Wire()
    wire.room.clear()
    wire.buffered = 1
    out, _ = outlet(wire)
    async with asyncio.TaskGroup() as group:
        for line in (b"first", b"second"):
            group.create_task(out.send(line))
        await until(lambda: wire.buffered > 1, "the first to wait for room")
        assert wire.buffered == 1 + len(b"first")  # the second waits for the first
        wire.room.set()
    assert wire.sent == [b"first", b"second"]


async def test_who_takes_nothing_is_waited_for_only_so_long() -> None:
    wire = Wire()
    wire.room.clear()
    wire.buffered = 1
    out, ended = outlet(wire, drain=0.01)
    with pytest.raises(TimeoutError):
        await out.send(LINE)
    with pytest.raises(TimeoutError):
        await out.end(1012)
    for _ in range(2):  # two of its writers may have waited
        out.cut_off()
    assert (ended, wire.aborted, wire.closed) == ([1012, NOT_DRAINING], 2, False)


async def test_goodbye_is_said_once() -> None:
    wire = Wire()
    out, ended = outlet(wire)
    for _ in range(2):
        await out.end(4401)
    assert (wire.code, ended) == (4401, [4401])


def test_a_message_goes_over_the_wire_as_people_write() -> None:
    assert LINE.decode() == '{"t":"beat","wer":"Désirée"}'
