"""From the PBX's bytes to the painted board, with twenty boards open. Rule: what a supervisor sees is timed, in it.

Some boards are real Chromium pages, in which a look-out notes when a waiting caller's row has been painted; the others
are plain WebSockets that read all that is sent. All share this machine, and so one clock.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import quantiles
from typing import Final

from playwright.async_api import Browser, Page, async_playwright

from ionas_phone.store.database import Database
from ionas_phone.store.tables import users
from ionas_phone.support.users import Role
from tests.bench.line import Line
from tests.bench.pops import prepared
from tests.bench.service import Served, people, serving
from tests.bench.table import Table
from tests.browser import CHROMIUM, SWITCHES, sign_in
from tests.desk_app import Visitor
from tests.postgres import PostgreSQL

BOARDS, PAGES = 20, 2  # every supervisor has a machine of their own; here all browsers share two cores
PHONES: Final = tuple(str(1001 + number) for number in range(30))
RING, TALK, REST = 2.0, 1.0, 0.2  # seconds
RATES: Final = ((1, 30), (5, 30))  # calls per second, and for how many seconds
GOAL = 0.1  # seconds
# Notes for each phone that rings when its name was first painted in the list of waiting callers (epoch, ms).
WATCH: Final = """
window.seen = {};
addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const chips = [...document.querySelectorAll("#region-board-waiting .after .chip")];
  const rings = chips.map((one) => one.textContent.trim());
  const fresh = rings.filter((name) => !(name in window.seen));
  for (const name of Object.keys(window.seen)) if (!rings.includes(name)) window.gone(name);
  if (!fresh.length) return;
  fresh.forEach((name) => window.seen[name] = 0);
  requestAnimationFrame(() => setTimeout(() => {
    const at = performance.timeOrigin + performance.now();
    fresh.forEach((name) => { window.all.push([name, at]); });
  }));
}).observe(document.body, {childList: true, subtree: true, characterData: true}));
window.all = [];
window.gone = (name) => delete window.seen[name];
"""


async def run() -> Table:
    """Measure at one call a second and at a burst."""
    server = PostgreSQL()
    async with AsyncExitStack() as stack:
        stack.callback(server.remove)
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(prepared, server)
        database = server.url("bench")
        cookies = await people(database, PHONES)
        await _supervise(database, PHONES[0])
        line = Line(PHONES)
        await stack.enter_async_context(line.serving())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ionas-bench-")))
        service = await stack.enter_async_context(
            serving(folder, database, f"ami://bench@127.0.0.1:{line.port}", "secret")
        )
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        stack.push_async_callback(browser.close)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        readers = [tasks.create_task(_read(service, cookies[PHONES[0]])) for _ in range(BOARDS - PAGES)]
        stack.callback(lambda: [reader.cancel() for reader in readers])
        pages = [await _open(browser, service) for _ in range(PAGES)]
        await service.tabs(BOARDS)
        return table([(rate, *await _play(service, line, pages, rate, seconds)) for rate, seconds in RATES])


async def _supervise(database_url: str, phone: str) -> None:
    """Let one of the people see the board."""
    database = Database(database_url)
    try:
        async with database.write() as connection:
            await connection.execute(
                users.update().where(users.c.login == f"a{phone}").values(role=Role.SUPERVISOR.value)
            )
    finally:
        await database.close()


async def _read(service: Served, cookie: str) -> None:
    async with Visitor(service.url) as visitor:
        visitor.cookie = cookie
        async with await visitor.stream("board") as stream:
            async for _ in stream:
                pass


async def _open(browser: Browser, service: Served) -> Page:
    context = await browser.new_context(locale="de-DE", viewport={"width": 1440, "height": 900})
    await context.add_init_script(WATCH)
    return await sign_in(context, service.url, f"a{PHONES[0]}", "/leitung")


async def _play(
    service: Served, line: Line, pages: list[Page], rate: float, seconds: float
) -> tuple[int, list[float], float]:
    """Let calls come in; return how many, the waits for their rows, and the share of a core that the service used."""
    for page in pages:
        await page.evaluate("() => { window.all = []; }")
    sent: list[tuple[str, float]] = []
    free, used, started = list(PHONES[1:]), service.cpu(), time.monotonic()

    async def one_call(phone: str, number: str) -> None:
        await line.call(phone, number, RING, TALK)
        sent.append((f"Assistent {phone}", line.sent[phone] + time.time() - time.monotonic()))  # noqa: TID251
        await asyncio.sleep(REST)
        free.append(phone)

    async with asyncio.TaskGroup() as tasks:
        for number in itertools.takewhile(lambda n: n < rate * seconds, itertools.count()):
            await asyncio.sleep(max(started + number / rate - time.monotonic(), 0))
            tasks.create_task(one_call(free.pop(0), f"+49613155501{number % 100:02}"))
    share = (service.cpu() - used) / (time.monotonic() - started)
    waits = [wait for page in pages for wait in _waits(sent, await page.evaluate("() => window.all"))]
    return len(sent), waits, share


def _waits(sent: list[tuple[str, float]], seen: list[tuple[str, float]]) -> list[float]:
    """Return, in seconds, how long after its bytes each ring was painted; one that never was takes for ever."""
    painted: dict[str, list[float]] = {}
    for name, at in seen:
        painted.setdefault(name, []).append(at / 1000)
    return [
        min((at - written for at in painted.get(name, ()) if at >= written), default=float("inf"))
        for name, written in sent
    ]


def table(rounds: list[tuple[float, int, list[float], float]]) -> Table:
    """Put the rounds side by side."""
    found = Table(
        f"Board: from the PBX's bytes to the painted row, {BOARDS} boards, PostgreSQL",
        ("", *(f"{rate:g} calls/s" for rate, *_ in rounds)),
    )
    found.say(
        f"{PAGES} boards are real Chromium pages (headless), {BOARDS - PAGES} WebSocket clients that read all. A "
        "manager socket plays a recorded call of Asterisk 22 for each. Latency: from the moment the bytes of the ring "
        "are written to the frame in which the phone that rings stands in the list of waiting callers. Generator, "
        "browser, PostgreSQL and service share this machine."
    )
    cuts = [quantiles(waits, n=100) for _, _, waits, _ in rounds]
    found.row("calls", *(str(calls) for _, calls, _, _ in rounds))
    found.row("painted rows", *(str(len(waits)) for _, _, waits, _ in rounds))
    found.row("latency p50", *(f"{cut[49] * 1000:.0f} ms" for cut in cuts))
    found.row("latency p99", *(f"{cut[98] * 1000:.0f} ms" for cut in cuts))
    found.row("service CPU, share of one core", *(f"{share:.0%}" for *_, share in rounds))
    found.goal(f"p99 < {GOAL * 1000:.0f} ms", all(cut[98] < GOAL for cut in cuts))
    return found
