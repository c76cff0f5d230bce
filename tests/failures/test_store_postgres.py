"""PostgreSQL crashes and is away for a minute, while the line is busy and somebody types."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, expect

from ionas_phone.errors import StoreAway
from ionas_phone.runtime import clock
from ionas_phone.store import audit, sessions
from ionas_phone.store.database import Database
from ionas_phone.store.migrate import migrate
from tests.browser import Complaints, NewBrowser, chromium, complaints, profile, sign_in
from tests.failures.disk import SmallDisk
from tests.failures.process import Serving
from tests.failures.scene import OUR_LINES, OUR_QUEUES, PBX, Scene, ours, settled
from tests.failures.sight import FreshSight
from tests.lab.waiting import until
from tests.postgres import PostgreSQL
from tests.service import environment, linked, people_and_a_customer, settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ionas_phone.app import Service
    from ionas_phone.live.nouns import Assistant

__all__ = ["chromium", "complaints", "profile"]

A_MINUTE = 60.0
CARD = "#region-ring [data-ring]"
AWAY = "Störung der Datenbank: Getipptes bleibt erhalten und wird später gespeichert"
REASON = "Die Datenbank ist gerade nicht erreichbar"


@dataclass
class Desk:
    """A service on PostgreSQL beside the one of the scene, on the same busy line."""

    scene: Scene
    service: Service
    sight: FreshSight
    people: tuple[Assistant, ...]
    since: float  # when it had come up, in seconds since 1970

    async def calls_pop(self) -> None:
        """Calls of every kind come and go, and the picture stays the one of a fresh look."""
        await self.scene.line.until_over()
        async with asyncio.timeout(10):
            while await self.sight.differences(self.service.engine.live, self.people):
                pass  # calls go on, so that one of two looks may be a moment older

    async def is_said(self, *, up: bool) -> None:
        await until(lambda: self.service.engine.live.health().database_up is up, f"the database to be {up=}")

    async def written(self) -> int:
        """Everything pending is written, exactly once; return how many calls that were."""
        async with asyncio.timeout(30):
            await self.service.writer.drained()
        return (await settled(self.scene.pbx, self.service.database, since=self.since)).passages


@pytest.fixture
async def desk(scene: Scene, postgresql: PostgreSQL, tmp_path: Path) -> AsyncIterator[Desk]:
    url = postgresql.url(await postgresql.new("migrated"))
    await people_and_a_customer(url)
    async with (
        linked(settings(tmp_path, url, scene.pbx, **ours(scene.pbx))) as service,
        FreshSight.of(scene.pbx, PBX, OUR_LINES, frozenset(OUR_QUEUES)) as sight,
    ):
        yield Desk(scene, service, sight, await service.records.directory(), clock.now().timestamp() + 1)


@dataclass
class Other:
    """A third service, as a process and with a database of its own."""

    process: Serving
    url: str
    since: float


@pytest.fixture
async def other(scene: Scene, postgresql: PostgreSQL, tmp_path: Path) -> AsyncIterator[Other]:
    url, folder = postgresql.url(await postgresql.new("migrated")), tmp_path / "other"
    folder.mkdir()
    await people_and_a_customer(url)
    async with Serving.running(folder, environment(folder, url, scene.pbx, **ours(scene.pbx))) as process:
        await scene.line.until_over()  # it may still be looking for its PBX
        yield Other(process, url, clock.now().timestamp() + 1)


@asynccontextmanager
async def away(postgresql: PostgreSQL, how: signal.Signals = signal.SIGINT) -> AsyncIterator[None]:
    await asyncio.to_thread(postgresql.stop, how)
    try:
        yield
    finally:
        await asyncio.to_thread(postgresql.start)


async def test_restarted_after_a_crash_it_costs_no_call_and_no_session(desk: Desk, postgresql: PostgreSQL) -> None:
    await desk.calls_pop()
    async with away(postgresql, signal.SIGQUIT):
        await desk.is_said(up=False)
        await desk.calls_pop()
    await desk.is_said(up=True)
    assert await desk.written() > 0


async def some_session(service: Service) -> int:
    """Return a session that the busy line has opened."""
    await until(lambda: any(call.session_id for call in service.engine.live.picture.calls.values()), "a session")
    return next(call.session_id for call in service.engine.live.picture.calls.values() if call.session_id)


async def type_(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Problem").click()
    await page.keyboard.type(text)


@pytest.mark.timeout(240)
async def test_away_for_a_minute_it_costs_no_call_no_session_and_no_word(
    desk: Desk, other: Other, postgresql: PostgreSQL, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 503")
    loop, service = asyncio.get_running_loop(), desk.service
    session = await some_session(service)
    anna = await sign_in(await profile(), service.url, "anna")
    sophie = await sign_in(await profile(), service.url, "sophie", f"/vorgaenge/{session}")
    async with away(postgresql):
        began = loop.time()
        await desk.is_said(up=False)
        for page in (anna, sophie):
            await expect(page.locator("[data-database-away]")).to_contain_text(AWAY, timeout=10_000)
            await expect(page.locator("[data-database-away]")).to_contain_text(REASON)
        await type_(sophie, "Der Drucker druckt nicht")
        await expect(sophie.locator("#problem-state")).to_contain_text("Nicht gespeichert", timeout=10_000)
        await expect(anna.locator(CARD).first).to_be_visible(timeout=20_000)
        await desk.calls_pop()
        calls = len(service.engine.live.picture.calls)
        assert 0 < service.writer.pending() <= 5 * (calls + len(desk.scene.line.visits))  # per call, not per event
        await other.process.kill()
        await asyncio.sleep(A_MINUTE - (loop.time() - began))  # it is really away for a minute

    await desk.is_said(up=True)
    await expect(sophie.locator("#problem-state")).to_contain_text("bleibt änderbar", timeout=15_000)
    await expect(anna.locator("[data-database-away]")).to_have_count(0)
    assert await desk.written() > 20
    async with service.database.read() as connection:
        kept = await sessions.get(connection, session)
    assert kept
    assert kept.problem == "Der Drucker druckt nicht"
    await killed_meanwhile_it_has_kept_everything(desk, other)


async def killed_meanwhile_it_has_kept_everything(desk: Desk, other: Other) -> None:
    """Killed while the database was away, a service writes what it had seen as soon as it is started again."""
    await other.process.start()
    assert "what the last run had left was written" in other.process.said
    await desk.scene.line.until_over()
    database = Database(other.url)
    found = await settled(desk.scene.pbx, database, since=other.since)
    await database.close()
    assert found.passages > 20
    assert found.missed > 0


# -- a disk of its own -----------------------------------------------------------------------------------------------


class Cramped(PostgreSQL):
    """A server that has, beside its own disk, one of a few megabytes."""

    def __init__(self) -> None:
        super().__init__()
        self.place, seed = self.folder / "place", self.folder / "seed"
        seed.mkdir()
        self.disk = SmallDisk(self.place, seed, megabytes=24)
        if os.geteuid() == 0:
            shutil.chown(seed, "postgres", "postgres")  # the disk's root is as its seed

    def _as_postgres(self, *command: str | Path) -> list[str | Path]:
        plain = super()._as_postgres(*command)
        return [*self.disk.within, *plain] if Path(command[0]).name == "postgres" else plain

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid


@pytest.fixture
def cramped() -> Iterator[Cramped]:
    server = Cramped()
    try:
        server.start()
        yield server
    finally:
        server.remove()


async def test_without_room_on_the_disk_it_is_said_and_nothing_is_lost(
    scene: Scene, cramped: Cramped, tmp_path: Path
) -> None:
    await cramped.execute(f"CREATE TABLESPACE small LOCATION '{cramped.place}'")
    await cramped.execute("CREATE DATABASE cramped TABLESPACE small")
    url = cramped.url("cramped")
    migrate(url)
    await people_and_a_customer(url)
    async with linked(settings(tmp_path, url, scene.pbx, **ours(scene.pbx))) as service:
        since, live = clock.now().timestamp() + 1, service.engine.live
        await scene.line.until_over(2)
        cramped.disk.fill(cramped.pid)
        with pytest.raises(StoreAway, match="disk is full"):
            await write_much(service.database)
        await until(lambda: not live.health().database_up, "the full disk to be said", 60)
        assert "disk is full" in live.health().database_reason
        await scene.line.until_over(3)
        cramped.disk.empty(cramped.pid)
        await until(lambda: live.health().database_up, "the room to be noticed", 30)
        await service.writer.drained()
        while (await settled(scene.pbx, service.database, since=since)).passages <= 3:
            await scene.line.until_over(1)  # those that are over may have begun before the service looked


async def write_much(database: Database) -> None:
    async with database.write() as connection:
        for _ in range(20):
            entry = audit.Entry(clock.now(), audit.SERVICE, "call", 1, "note", (token_hex(100_000),))
            await audit.write(connection, entry)
