"""Browsers fail, and the service under them, while a real switchboard is busy."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections import defaultdict
from contextlib import AsyncExitStack
from itertools import cycle
from typing import TYPE_CHECKING

from playwright.async_api import Page, expect
from sqlalchemy import func, select

from ionas_phone.live.board import session_topic, sessions_topic
from ionas_phone.runtime import clock
from ionas_phone.store import session_texts, sessions, tables
from ionas_phone.store.database import Database
from ionas_phone.support.sessions import LONGEST_TEXT, SessionText
from tests.browser import Complaints, NewBrowser, sign_in
from tests.desk_app import PASSWORD, Visitor
from tests.failures.busy import Kind
from tests.failures.process import Serving
from tests.failures.scene import Scene, ours
from tests.lab.ports import free_tcp
from tests.lab.waiting import until
from tests.service import OF_EXTENSION, environment, people_and_a_customer
from tests.unit.web.test_stream import deaf

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import aiohttp

TABS = 20
DEAF = 3
STATE = "#problem-state"


class Tab:
    """A tab that reads everything. ``drawn``: regions since it was last asked; ``legs``: whose cards it showed."""

    def __init__(self) -> None:
        self.drawn: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.legs: set[str] = set()

    async def read(self, stream: aiohttp.ClientWebSocketResponse) -> None:
        async for message in stream:
            said = json.loads(message.data)
            if said["t"] == "region":
                self.drawn[said["id"]].set()
                self.legs |= {*re.findall(r'data-ring="([^"]+)"', said["html"])}


async def visitor(stack: AsyncExitStack, scene: Scene, login: str) -> Visitor:
    someone = await stack.enter_async_context(Visitor(scene.service.url))
    assert (await someone.post("/anmelden", {"name": login, "passwort": PASSWORD})).status == 303
    return someone


def value(scene: Scene, name: str, **labels: str) -> float:
    return scene.service.metrics.registry.get_sample_value(name, labels) or 0.0


async def a_long_session(scene: Scene) -> int:
    """Write as much as there may be into a session of the line: some 120 kB for everybody who shows it."""
    await scene.line.until_done(Kind.ANSWERED)
    await scene.service.writer.drained()
    async with scene.service.database.write() as connection:
        session_id = int((await connection.execute(select(func.max(tables.sessions.c.id)))).scalar_one())
        for which in SessionText:
            session = await sessions.get(connection, session_id)
            assert session is not None
            text = "<" * LONGEST_TEXT
            await session_texts.save(connection, session_id, which, session.version, text, clock.now(), "anna")
    return session_id


async def test_tabs_that_never_read_hold_up_none_of_twenty_others(scene: Scene, profile: NewBrowser) -> None:
    cut_before = value(scene, "ionas_tabs_ended_total", code="4408")
    session_id = await a_long_session(scene)
    shows = {"t": "shows", "session": session_id}
    async with AsyncExitStack() as stack:
        page = await sign_in(await profile(), scene.service.url, "anna")
        people = {login: await visitor(stack, scene, login) for login in (*OF_EXTENSION.values(), "sophie")}
        for _ in range(DEAF):
            stack.callback((await deaf(people["sophie"], "desk", shows)).close)
        tabs = [Tab() for _ in range(TABS)]
        group = await stack.enter_async_context(asyncio.TaskGroup())
        for tab, who in zip(tabs, cycle(people.values()), strict=False):
            stream = await stack.enter_async_context(await who.stream())
            group.create_task(tab.read(stream))
            if tab is tabs[0]:
                await stream.send_json(shows)
        redrawn, cut = 0, cut_before
        async with asyncio.timeout(90):  # until the deaf are dropped
            while cut < cut_before + DEAF:
                await _all_drawn(scene, tabs, people, session_id)
                cut = value(scene, "ionas_tabs_ended_total", code="4408")
                redrawn += cut == cut_before
        assert redrawn > 1  # everybody, again and again, while not one of the deaf had been dropped
        cards = len(set().union(*(tab.legs for tab in tabs)))
        await until(lambda: len(set().union(*(tab.legs for tab in tabs))) > cards, "calls that go on ringing")
        await expect(page.locator("#connection")).to_have_text("verbunden")
        for ended in ("1011", "1008", "1012"):
            assert value(scene, "ionas_tabs_ended_total", code=ended) == 0
    await scene.picture_is_right()


async def _all_drawn(scene: Scene, tabs: list[Tab], people: Iterable[str], session_id: int) -> None:
    """Change every desk and the long session; wait until every tab has its sessions and the first one the texts."""
    began = clock.monotonic()
    for tab in tabs:
        tab.drawn.clear()
    for login in people:
        scene.service.hub.mark(sessions_topic(login), began)
    scene.service.hub.mark(session_topic(session_id), began)
    for tab in tabs:
        await tab.drawn["region-open-sessions"].wait()
    await tabs[0].drawn["region-texts"].wait()


async def test_the_service_is_killed_under_somebody_who_types_and_the_calls_go_on(
    scene: Scene, profile: NewBrowser, complaints: Complaints, migrated_file: Path, tmp_path: Path
) -> None:
    complaints.expected.append("ERR_|WebSocket connection to")
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    await people_and_a_customer(url)
    set_so = environment(tmp_path, url, scene.pbx, **ours(scene.pbx))
    async with Serving.running(tmp_path, {**set_so, "IONAS_HTTP": f"127.0.0.1:{free_tcp()}"}) as serving:
        page = await sign_in(await profile(), serving.url, "anna")
        problem = page.get_by_role("textbox", name="Problem")
        await problem.click(timeout=30_000)  # the record of the next call opens by itself
        await page.keyboard.type("Der Drucker")
        await expect(page.locator(STATE)).to_contain_text("bleibt änderbar")
        await serving.kill()
        await page.keyboard.type(" druckt nicht")
        await expect(page.locator(STATE)).to_contain_text("Nicht gespeichert")
        await expect(page.locator("#connection")).to_contain_text("Verbindung unterbrochen")
        await serving.start()
        await expect(page.locator("#connection")).to_contain_text("verbunden", timeout=20_000)
        await expect(page.locator(STATE)).to_contain_text("bleibt änderbar", timeout=20_000)
        await expect(problem).to_have_value("Der Drucker druckt nicht")
        await expect(problem).to_be_focused()
        await expect(page.locator(".ring-card")).to_be_visible(timeout=20_000)  # the line is seen again
        await _written_once(page, url)
        await page.context.close()


async def _written_once(page: Page, url: str) -> None:
    session_id = int(await page.locator("#record").get_attribute("data-session") or 0)
    database = Database(url)
    try:
        async with database.read() as connection:
            session = await sessions.get(connection, session_id)
    finally:
        await database.close()
    assert session is not None
    assert session.problem == "Der Drucker druckt nicht"
