"""What a call costs us, beside what it costs Asterisk. Rule: both processes over the same seconds of the same calls.

Calls without a sound, as SIPp makes them by itself: nothing but signalling, which is all that we see of a call and the
least that Asterisk does. And calls in which both sides speak, as people do, for a moment and for a minute: then
Asterisk passes on a hundred packets a second and we do nothing.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import update

from ionas_phone.dialplan import Phone
from ionas_phone.runtime import clock
from ionas_phone.store.database import Database
from ionas_phone.store.tables import sessions
from ionas_phone.support.sessions import Ending
from tests.bench.pops import prepared
from tests.bench.service import Served, people, serving
from tests.bench.table import Table
from tests.desk_app import Visitor
from tests.lab import ports, sipp
from tests.lab.asterisk import Asterisk
from tests.postgres import PostgreSQL

PHONES = 40
RING = 1.0  # seconds
GOAL = 1 / 3
PACKETS = 200  # a second of sound: 50 each way, into Asterisk and out of it


@dataclass(frozen=True)
class Load:
    """Calls at a rate, each with so many seconds of talk. ``sound``: both sides speak."""

    calls: int
    per_second: float
    talk: float
    sound: bool = False

    @property
    def name(self) -> str:
        return f"G.711 sound both ways, {self.talk:g} s" if self.sound else "signalling only"


LOADS = (
    Load(200, 5, 2.0),
    Load(60, 1.5, 20.0, sound=True),
    Load(36, 0.6, 60.0, sound=True),
)  # never all phones at once


@dataclass(frozen=True)
class Used:
    """Processor seconds of the service and of Asterisk, and how long it took."""

    load: Load
    ours: float
    asterisks: float
    seconds: float


async def run() -> Table:
    """Let SIPp ring a real Asterisk for four minutes."""
    extensions = tuple(str(201 + number) for number in range(PHONES))
    async with AsyncExitStack() as stack:
        place = ports.free_udp()
        phones = tuple(Phone(each, f"Phone {each}", f"sip:{each}@127.0.0.1:{place}") for each in extensions)
        pbx = await stack.enter_async_context(Asterisk.running(phones=phones))
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
        found = []
        for load in LOADS:
            found.append(await measured(pbx, service, place, load))
            await close_sessions(server.url("bench"))
        return table(found)


async def measured(pbx: Asterisk, service: Served, place: int, load: Load) -> Used:
    """Let the calls come in, and see what they cost both."""
    assert pbx.process is not None
    asterisk = psutil.Process(pbx.process.pid)
    async with sipp.phone(place, ring=RING, sound=load.sound):
        service.sample()
        before, began, packets = (service.cpu(), used(asterisk)), time.monotonic(), passed()
        await sipp.customers(
            pbx,
            "061315550101",
            calls=load.calls,
            per_second=load.per_second,
            stay=RING + load.talk,
            sound=load.sound,
        )
        seconds, packets = time.monotonic() - began, passed() - packets
        found = Used(load, service.cpu() - before[0], used(asterisk) - before[1], seconds)
        service.sample()
    assert not load.sound or packets > 0.9 * load.calls * load.talk * PACKETS, f"not all was heard: {packets} packets"
    return found


async def close_sessions(url: str) -> None:
    """Do what the people at the desks would have done: their lists of open sessions do not grow from load to load."""
    database = Database(url)
    try:
        async with database.write() as connection:
            await connection.execute(update(sessions).values(closed_at=clock.now(), outcome=Ending.DONE.value))
    finally:
        await database.close()


def used(process: psutil.Process) -> float:
    """Return the processor seconds of a process and its children."""
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def passed() -> int:
    """Return how many packets have been sent on this machine so far."""
    return int(psutil.net_io_counters(pernic=True)["lo"].packets_sent)


async def read(service: Served, cookie: str) -> None:
    """Hold a tab open and read everything."""
    async with Visitor(service.url) as visitor:
        visitor.cookie = cookie
        async with await visitor.stream() as stream:
            async for _ in stream:
                pass


def table(found: list[Used]) -> Table:
    """Put both side by side, for each load."""
    made = Table("Processor time per call, beside Asterisk's own", ("", *(one.load.name for one in found)))
    made.say(
        "Calls from SIPp through a real Asterisk 22 to SIPp phones that ring for a second. The service with PostgreSQL "
        f"and {PHONES} open tabs (WebSocket clients); user and system time of both processes from /proc over the same "
        "seconds. Without sound Asterisk has nothing to do but signalling. With sound both sides send G.711 (A-law) in "
        "packets of 20 ms from the answer to the end; for us it is the same call. A call for help lasts minutes, never "
        "less than the longest of these. Sessions are closed between the loads. What the service does without a call "
        "(log-ins asked for, signs of life) is in all figures: the fewer calls a second, the more of it is in each."
    )
    made.row("calls, rate, talk", *(f"{o.load.calls}, {o.load.per_second:g}/s, {o.load.talk:g} s" for o in found))
    made.row("service, per call", *(f"{one.ours / one.load.calls * 1000:.1f} ms" for one in found))
    made.row("Asterisk, per call", *(f"{one.asterisks / one.load.calls * 1000:.1f} ms" for one in found))
    made.row("service, share of one core", *(f"{one.ours / one.seconds:.0%}" for one in found))
    made.row("Asterisk, share of one core", *(f"{one.asterisks / one.seconds:.0%}" for one in found))
    made.row("service ÷ Asterisk", *(f"{one.ours / one.asterisks:.2f}" for one in found))
    for one in found:
        made.goal(f"≤ ⅓ of Asterisk's, {one.load.name}", one.ours / one.asterisks <= GOAL)
    return made
