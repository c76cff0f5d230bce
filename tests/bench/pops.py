"""From the PBX's bytes to the painted card, with many tabs open. Rule: the service times it, on its own clock.

Some desks are real Chromium pages, which say when they have painted; theirs are the latencies, and they are rung as
often as they can be, and whoever sits there closes each session after its call, as people do: a desk with fifty open
ones is nobody's. The other tabs are plain WebSockets: they read all that is sent and say, as a tab in the
background does, that they have their card. So every ring is accounted for by the service's own meters: painted, in the
background, missed, double. All of it shares one machine, so it is said, too, how much of it the bench itself took, and
how much others did.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import tempfile
import time
from collections import deque
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import psutil
from aiohttp import ClientWebSocketResponse, WSServerHandshakeError
from playwright.async_api import Browser, Page, async_playwright

from tests.bench.line import Line
from tests.bench.service import Served, number_of, people, serving
from tests.bench.table import Table
from tests.browser import CHROMIUM, SWITCHES, sign_in
from tests.desk_app import Visitor
from tests.postgres import PostgreSQL

TABS, PAGES = 200, 4  # as many pages as one call a second keeps ringing
ROUNDS = (
    (1, 100),
    (20, 100),
)  # calls per second, seconds: a hundred cards each, for a 99th part of them to say something
RING, TALK, REST = 2.8, 0.4, 0.7  # seconds; due are two, by the clock of a service that may be busy
MIB = 1024 * 1024
GOAL = 0.06  # seconds
CLOSE = """async (last) => {
  const record = document.getElementById("record")?.dataset.session;
  if (!record || record === last) return last;
  const body = new URLSearchParams(new FormData(document.getElementById("problem-form")));
  body.set("outcome", "done");
  await fetch(`/vorgaenge/${record}/ende`, { method: "POST", redirect: "manual", body });
  return record;
}"""


@dataclass
class Tab:
    """A plain WebSocket at one desk. ``waits``: seconds from the PBX's write to the card."""

    phone: str
    line: Line
    waits: list[float] = field(default_factory=list)
    cards: set[str] = field(default_factory=set)

    async def read(self, visitor: Visitor, door: asyncio.Semaphore) -> None:
        """Read everything; say of each new card that it is here, in the background.

        ``door``: after a start not all are let in at once, and who is sent away comes again, as browsers do.
        """
        async with door:
            opened = await self.open(visitor)
            async for message in opened:
                if '"region-open-sessions"' in message.data:
                    break
        async with opened as stream:
            async for message in stream:
                text = str(message.data)
                if 'data-ring=\\"' not in text:
                    continue
                at = time.monotonic()
                region = json.loads(text)
                leg = region["html"].partition('data-ring="')[2].partition('"')[0]
                if leg not in self.cards:
                    self.cards.add(leg)
                    self.waits.append(at - self.line.sent[self.phone])
                    await stream.send_json({"t": "painted", "pops": [leg], "hidden": True})

    async def open(self, visitor: Visitor) -> ClientWebSocketResponse:
        while True:
            try:
                return await visitor.stream()
            except WSServerHandshakeError:
                await asyncio.sleep(0.5)


@dataclass
class Sitter:
    """Who sits at a Chromium page. ``last``: the session that was closed last; ``closed``: how many were."""

    page: Page
    last: str = ""
    closed: int = 0

    async def close(self) -> None:
        """Close the session whose record the last call opened; a call may be over before it has one."""
        record = await self.page.evaluate(CLOSE, self.last)
        self.closed += record != self.last
        self.last = record


@dataclass
class Round:
    """What came of some seconds at one rate."""

    per_second: float
    calls: int
    seconds: float
    cpu: float
    rss: int
    meters: dict[str, float]
    waits: list[float]
    closed: int  # sessions, by those who sit at the pages
    bench: float  # processor seconds of all that was started here, but for the service
    machine: float  # and of everything on this machine

    def grown(self, name: str) -> int:
        return int(self.meters[name])


async def run() -> Table:
    """Measure at 1 and at 20 calls per second."""
    phones = tuple(str(1001 + number) for number in range(TABS))
    server = PostgreSQL()
    async with AsyncExitStack() as stack:
        stack.callback(server.remove)
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(prepared, server)
        database = server.url("bench")
        cookies = await people(database, phones)
        line = Line(phones)
        await stack.enter_async_context(line.serving())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ionas-bench-")))
        pbx = f"ami://bench@127.0.0.1:{line.port}"
        service = await stack.enter_async_context(serving(folder, database, pbx, "secret"))
        idle = service.rss()
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        stack.push_async_callback(browser.close)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        door = asyncio.Semaphore(5)
        tabs = [Tab(phone, line) for phone in phones[PAGES:]]
        readers = [tasks.create_task(one_tab(service, tab, cookies[tab.phone], door)) for tab in tabs]
        stack.callback(lambda: [reader.cancel() for reader in readers])
        sitters = await open_pages(browser, service, phones[:PAGES])
        await service.tabs(TABS)
        rounds = [await play(service, line, tabs, sitters, rate, seconds) for rate, seconds in ROUNDS]
        return table(rounds, idle)


def prepared(server: PostgreSQL) -> None:
    from ionas_phone.store.migrate import migrate  # noqa: PLC0415 - alembic wants a thread of its own

    server.create("bench")
    migrate(server.url("bench"))


async def one_tab(service: Served, tab: Tab, cookie: str, door: asyncio.Semaphore) -> None:
    async with Visitor(service.url) as visitor:
        visitor.cookie = cookie
        await tab.read(visitor, door)


async def open_pages(browser: Browser, service: Served, phones: tuple[str, ...]) -> dict[str, Sitter]:
    sitters = {}
    for phone in phones:
        context = await browser.new_context(locale="de-DE", viewport={"width": 1440, "height": 900})
        sitters[phone] = Sitter(await sign_in(context, service.url, f"a{phone}"))
    return sitters


async def play(
    service: Served, line: Line, tabs: list[Tab], sitters: dict[str, Sitter], rate: float, seconds: float
) -> Round:
    """Let calls come in for ``seconds``; the Chromium desks take as many as they can."""
    pages, others = deque(line.phones[:PAGES]), deque(line.phones[PAGES:])
    service.sample()
    before, used, started = await service.meters(), service.cpu(), time.monotonic()
    bench, machine, closed = family(), busy(), sum(one.closed for one in sitters.values())
    for tab in tabs:
        tab.waits.clear()
    calls = 0
    async with asyncio.TaskGroup() as tasks:
        for number in itertools.takewhile(lambda n: n < rate * seconds, itertools.count()):
            await asyncio.sleep(max(started + number / rate - time.monotonic(), 0))
            free = pages or others
            phone = free.popleft()
            tasks.create_task(one_call(line, free, phone, number_of(number), sitters.get(phone)))
            calls += 1
    after, used = await service.meters(), service.cpu() - used
    service.sample()
    grown = {name: value - before.get(name, 0) for name, value in after.items()}
    waits = [wait for tab in tabs for wait in tab.waits]
    closed = sum(one.closed for one in sitters.values()) - closed
    seconds, bench, machine = time.monotonic() - started, family() - bench - used, busy() - machine
    return Round(rate, calls, seconds, used, service.rss(), grown, waits, closed, bench, machine)


def family() -> float:
    """Return the processor seconds of this process and all below it."""
    own = psutil.Process()
    times = [one.cpu_times() for one in (own, *own.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def busy() -> float:
    """Return the processor seconds that this machine has worked."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)


async def one_call(line: Line, free: deque[str], phone: str, number: str, sitter: Sitter | None) -> None:
    await line.call(phone, number, RING, TALK)
    await asyncio.sleep(REST / 2)
    if sitter:
        await sitter.close()
    await asyncio.sleep(REST / 2)
    free.append(phone)


def share(meters: dict[str, float], part: float) -> float:
    """Return the latency that ``part`` of the pops did not exceed, straight between two limits of the histogram."""
    name = "ionas_pop_latency_seconds_bucket/"
    buckets = sorted((float(key.removeprefix(name)), count) for key, count in meters.items() if key.startswith(name))
    wanted = part * buckets[-1][1]
    low, below = 0.0, 0.0
    for limit, count in buckets:
        if count >= wanted:
            return low + (limit - low) * (wanted - below) / (count - below)
        low, below = limit, count
    return low


def table(rounds: list[Round], idle: int) -> Table:
    """Put the rounds side by side."""
    found = Table(
        f"Pops: from the PBX's bytes to the painted card, {TABS} tabs, PostgreSQL",
        ("", *(f"{one.per_second:g} calls/s" for one in rounds)),
    )
    found.say(
        f"{PAGES} desks are real Chromium pages (headless), {TABS - PAGES} are WebSocket clients that read everything "
        "and answer as tabs in the background do. A manager socket plays a recorded call "
        f"of Asterisk 22 (`answered.ami`, 24 messages) with ids of its own for each call: {RING:g} s ringing, {TALK:g} "
        "s talk, then a session; who sits at a Chromium page closes it. "
        "Latency: the service's own clock, from the receipt of the bytes to the browser's word that the card is on the "
        "screen, from its histogram in /metrics; Chromium only, that is every card painted. "
        "Due is a ring of two seconds at a desk with an open tab, as all are here. Generator, clients, browser, "
        f"PostgreSQL and service share this machine's {os.cpu_count()} cores."
    )

    def row(what: str, *cells: str) -> None:
        found.row(what, *cells)

    row("calls", *(f"{one.calls}" for one in rounds))
    row("cards painted by Chromium", *(f"{one.grown('ionas_pops_painted_total')}" for one in rounds))
    row("sessions closed there", *(f"{one.closed}" for one in rounds))
    row("latency p50", *(ms(share(one.meters, 0.5)) for one in rounds))
    row("latency p99", *(ms(share(one.meters, 0.99)) for one in rounds))
    row("of the painted within 60 ms", *(f"{within(one):.1%}" for one in rounds))
    row("card at the WebSocket clients p50 / p99", *(spread(one.waits) for one in rounds))
    row("rings that were due", *(f"{one.grown('ionas_pops_due_total')}" for one in rounds))
    row("missed", *(f"{one.grown('ionas_pops_missed_total')}" for one in rounds))
    row("double", *(f"{one.grown('ionas_pops_doubled_total')}" for one in rounds))
    row("service CPU per call", *(ms(one.cpu / one.calls) for one in rounds))
    row("service CPU, share of one core", *(f"{one.cpu / one.seconds:.0%}" for one in rounds))
    row("CPU of generator, clients, browser and PostgreSQL / of others", *(shares(one) for one in rounds))
    row("memory (RSS) / before the first tab", *(f"{one.rss / MIB:.0f} / {idle / MIB:.0f} MiB" for one in rounds))
    found.goal("p99 < 60 ms", all(share(one.meters, 0.99) < GOAL for one in rounds))
    lost = [one.grown(f"ionas_pops_{what}_total") for one in rounds for what in ("missed", "doubled")]
    found.goal("0 missed, 0 double", not any(lost))
    found.goal("every ring accounted for", all(one.grown("ionas_pops_due_total") == one.calls for one in rounds))
    found.goal("RSS < 150 MB with 200 tabs", all(one.rss < 150e6 for one in rounds))
    return found


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def within(one: Round) -> float:
    return one.meters["ionas_pop_latency_seconds_bucket/0.06"] / one.meters["ionas_pop_latency_seconds_count"]


def shares(one: Round) -> str:
    others = max(one.machine - one.bench - one.cpu, 0)
    return f"{one.bench / one.seconds:.0%} / {others / one.seconds:.0%} of one core"


def spread(waits: list[float]) -> str:
    if len(waits) < 2:
        return "–"
    cuts = quantiles(waits, n=100)
    return f"{cuts[49] * 1000:.0f} / {cuts[98] * 1000:.0f} ms"
