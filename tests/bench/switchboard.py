"""What a call costs us, beside what it costs Asterisk. Rule: both processes over the same seconds of the same calls."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import psutil

from ionas_phone.dialplan import Phone
from tests.bench.pops import prepared
from tests.bench.service import Served, people, serving
from tests.bench.table import Table
from tests.desk_app import Visitor
from tests.lab import ports, sipp
from tests.lab.asterisk import Asterisk
from tests.postgres import PostgreSQL

PHONES, PER_SECOND, CALLS = 40, 5, 240
RING, STAY = 1.0, 3.0  # seconds
GOAL = 1 / 3


async def run() -> Table:
    """Let SIPp ring a real Asterisk for the better part of a minute."""
    extensions = tuple(str(201 + number) for number in range(PHONES))
    async with AsyncExitStack() as stack:
        place = ports.free_udp()
        phones = tuple(Phone(each, f"Phone {each}", f"sip:{each}@127.0.0.1:{place}") for each in extensions)
        pbx = await stack.enter_async_context(Asterisk.running(phones=phones))
        await stack.enter_async_context(sipp.phone(place, ring=RING))
        await pbx.cli("database put ionas opening open")
        server = PostgreSQL()
        stack.callback(server.remove)
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(prepared, server)
        cookies = await people(server.url("bench"), extensions)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ionas-bench-")))
        service = await stack.enter_async_context(serving(folder, server.url("bench"), pbx.ami_url, pbx.secret))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        readers = [tasks.create_task(read(service, cookie)) for cookie in cookies.values()]
        stack.callback(lambda: [reader.cancel() for reader in readers])
        await service.tabs(PHONES)
        assert pbx.process is not None
        return table(*await measured(pbx, service, psutil.Process(pbx.process.pid)))


async def measured(pbx: Asterisk, service: Served, asterisk: psutil.Process) -> tuple[float, float, float]:
    """Return the processor seconds of the service and of Asterisk, and how long it took."""
    service.sample()
    before, began = (service.cpu(), used(asterisk)), time.monotonic()
    await sipp.customers(pbx, "061315550101", calls=CALLS, per_second=PER_SECOND, stay=STAY)
    service.sample()
    return service.cpu() - before[0], used(asterisk) - before[1], time.monotonic() - began


def used(process: psutil.Process) -> float:
    """Return the processor seconds of a process and its children."""
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


async def read(service: Served, cookie: str) -> None:
    """Hold a tab open and read everything."""
    async with Visitor(service.url) as visitor:
        visitor.cookie = cookie
        async with await visitor.stream() as stream:
            async for _ in stream:
                pass


def table(ours: float, asterisks: float, seconds: float) -> Table:
    """Put the two side by side."""
    found = Table("Processor time per call, beside Asterisk's own", ("", "per call", "share of one core"))
    found.say(
        f"{CALLS} calls, {PER_SECOND} per second, from SIPp through a real Asterisk 22 to SIPp phones: {RING:g} s "
        f"ringing, then talk. The service with PostgreSQL and {PHONES} open tabs (WebSocket clients); user and system "
        f"time of both processes from /proc over the same {seconds:.0f} seconds."
    )
    for name, cpu in (("service", ours), ("Asterisk", asterisks)):
        found.row(name, f"{cpu / CALLS * 1000:.1f} ms", f"{cpu / seconds:.0%}")
    found.row("service ÷ Asterisk", f"{ours / asterisks:.2f}", "")
    found.goal("≤ ⅓ of Asterisk's", ours / asterisks <= GOAL)
    return found
