"""How soon the desk is seen. Rule: what the browser itself says it painted, from the click on; the store is full."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

from playwright.async_api import Browser, Page, async_playwright
from sqlalchemy import insert

from ionas_phone.runtime import clock
from ionas_phone.store import tables as t
from ionas_phone.support.users import User
from tests.bench.table import Table
from tests.browser import CHROMIUM, SWITCHES, sign_in
from tests.desk_app import DeskApp, desk_app
from tests.stories import ANNA

SESSIONS, CUSTOMERS, OPEN = 10_000, 500, 40
TIMES = 30
GOAL = 300  # ms
PAINTED = """new Promise((resolve) => new PerformanceObserver((list) => {
    const found = list.getEntriesByName("first-contentful-paint")[0];
    if (found) resolve(found.startTime);
}).observe({type: "paint", buffered: true}))"""


async def run() -> Table:
    """Fill a store, and open the desk and a record again and again, with and without what a browser keeps."""
    table = Table(
        f"First paint of the desk with {SESSIONS:,} sessions in the store", ("page", "browser", "p50", "p95", "slowest")
    )
    table.say(
        f"{CUSTOMERS:,} customers, {OPEN} open sessions of the one who looks; SQLite, Chromium on the same machine, "
        f"{TIMES} times each: first contentful paint as the browser states it, the whole way over HTTP in it."
    )
    with tempfile.TemporaryDirectory(prefix="ionas-bench-") as folder:
        async with async_playwright() as playwright, desk_app(Path(folder)) as desk:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            await fill(desk, await desk.person("anna", name=ANNA.name, extension=ANNA.extension))
            for name, path in (("the desk", "/"), ("a record", f"/vorgaenge/{SESSIONS}")):
                for kind, took in (
                    ("knows the files", await warm(browser, desk, path)),
                    ("new", await cold(browser, desk, path)),
                ):
                    p50, p95 = (quantiles(took, n=20)[at] for at in (9, 18))
                    table.row(name, kind, *(f"{one:.0f} ms" for one in (p50, p95, max(took))))
                    table.goal(f"{name}, {kind}: p95 < {GOAL} ms", p95 < GOAL)
            await browser.close()
    return table


async def warm(browser: Browser, desk: DeskApp, path: str) -> list[float]:
    """Return the first paints in a browser that has the files already."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await sign_in(context, desk.url, "anna")
    took = [await _paint(page, desk.url + path) for _ in range(TIMES)]
    await context.close()
    return took


async def cold(browser: Browser, desk: DeskApp, path: str) -> list[float]:
    """Return the first paints in browsers that were never here, but for the log-in's cookie."""
    first = await browser.new_context()
    await sign_in(first, desk.url, "anna")
    state = await first.storage_state()
    took = []
    for _ in range(TIMES):
        context = await browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
        took.append(await _paint(await context.new_page(), desk.url + path))
        await context.close()
    await first.close()
    return took


async def _paint(page: Page, address: str) -> float:
    await page.goto(address)
    await page.wait_for_selector("body[data-link=up]")
    return float(await page.evaluate(PAINTED))


async def fill(desk: DeskApp, anna: User) -> None:
    """Write customers and sessions down, all but some of them closed; the newest are Anna's."""
    now = clock.now()
    people = [_customer(number, now) for number in range(1, CUSTOMERS + 1)]
    records = [_session(number, now - timedelta(hours=SESSIONS - number), anna) for number in range(1, SESSIONS + 1)]
    async with desk.world.database.write() as connection:
        await connection.execute(insert(t.customers), people)
        await connection.execute(insert(t.sessions), records)


def _customer(number: int, now: object) -> dict[str, Any]:
    texts = dict.fromkeys(("company", "email", "street", "postcode", "city", "notes", "search"), "")
    row = {**texts, "id": number, "number": str(10_000 + number), "name": f"Kunde {number}", "country": "DE"}
    return {**row, "practice": False, "version": 1, "created_at": now, "updated_at": now}


def _session(number: int, at: Any, anna: User) -> dict[str, Any]:
    texts = {"problem": f"Problem {number}", "caller_name": "", "assistant_name": anna.name}
    state = {
        "closed_at": None if number > SESSIONS - OPEN else at,
        "outcome": None if number > SESSIONS - OPEN else "done",
    }
    row = {"id": number, "customer_id": number % CUSTOMERS + 1, "assistant_id": anna.id, "opened_at": at, "version": 1}
    return {**row, **texts, **state, "problem_version": 1, "suppressed": False, "practice": False}
