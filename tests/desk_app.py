"""The desk as it really is, for tests: the web application on a free port, SQLite, the picture and its engine.

Only the telephone system is missing: a test tells what happens there as a ``Story``, fact by fact.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from secrets import token_urlsafe
from tempfile import mkdtemp
from typing import Self
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from ionas_phone.ami.connection import Link
from ionas_phone.live.board import FIGURES, OPENING, desk_topic
from ionas_phone.live.effects import BeginWrapUp, Effect, SettleDialling
from ionas_phone.live.events import DirectoryRead, Event
from ionas_phone.live.state import Live
from ionas_phone.runtime import clock
from ionas_phone.runtime.day import DayBook
from ionas_phone.runtime.engine import Engine
from ionas_phone.runtime.hub import Hub
from ionas_phone.runtime.metrics import Metrics
from ionas_phone.runtime.opening import OpeningSwitch
from ionas_phone.runtime.passwords import _HASHER, Passwords
from ionas_phone.runtime.perform import Performer
from ionas_phone.runtime.records import Records
from ionas_phone.runtime.steering import Outward, Steering
from ionas_phone.runtime.throttle import Throttle
from ionas_phone.runtime.timers import Timers
from ionas_phone.runtime.wrap_ups import WrapUps
from ionas_phone.runtime.writer import Writer
from ionas_phone.store import logins, users
from ionas_phone.store.database import Database
from ionas_phone.store.day import Day
from ionas_phone.store.migrate import migrate
from ionas_phone.support.users import NewUser, Role, User
from ionas_phone.web.access import COOKIE, Known, hash_of
from ionas_phone.web.app import make_app
from ionas_phone.web.broadcast import BROADCAST
from ionas_phone.web.context import Context, Times
from tests.lab.waiting import until
from tests.stories import LINE, Story

PASSWORD = "dreizehn blaue Enten"
METRICS_TOKEN = "vierzehn gelbe Enten"


@cache
def password_hash() -> str:
    return _HASHER.hash(PASSWORD)


@cache
def _empty_database() -> Path:
    folder = Path(mkdtemp(prefix="ionas-empty-"))
    atexit.register(shutil.rmtree, folder)
    migrate(f"sqlite+aiosqlite:///{folder / 'ionas.db'}")
    return folder / "ionas.db"


class LiveStory(Story):
    """A story that happens now and goes through the engine's inbox, as the real wire's facts do."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.skipped = timedelta()
        super().__init__(live=engine.live)
        self.now = clock.now()

    def after(self, seconds: float) -> LiveStory:
        """Go on as if time had passed, at the PBX and on the clock by which receipt is timed; nobody waits."""
        self.skipped += timedelta(seconds=seconds)
        return self

    def tell(self, event: Event) -> list[Effect]:
        event = replace(event, at=clock.now() + self.skipped)
        self.told.append(event)
        self.engine.deliver(event, clock.monotonic() + self.skipped.total_seconds())
        self.engine.work()
        return []


@dataclass
class DeskApp:
    """A running desk. ``url``: where; ``story``: what happens at the telephone system."""

    url: str
    world: Context
    engine: Engine
    story: LiveStory
    known: Known
    links: dict[str, Link]  # what the desk may steer; empty until a test puts one in
    runner: web.AppRunner

    async def person(
        self, login: str, role: Role = Role.ASSISTANT, *, name: str = "", extension: str = "", language: str = "de"
    ) -> User:
        """Write a user of ours down; the password is ``PASSWORD``."""
        interface = f"PJSIP/{extension}" if extension else ""
        new = NewUser(login, name or login.title(), role, extension, interface, language)
        async with self.world.database.write() as connection:
            user = await users.add(connection, new, password_hash(), clock.now(), "test")
            directory = await users.directory(connection)
        self.story.tell(DirectoryRead(at=clock.now(), assistants=directory))
        return user

    async def has_read(self, day: Day | None) -> None:
        """Let boards show ``day``, once the desk's own first read of it is over: a late one would come after."""
        await until(lambda: self.world.day.read, "the figures of the day to be read")
        self.world.day.read = day
        self.world.hub.mark(FIGURES, 0.0)

    def visitor(self) -> Visitor:
        return Visitor(self.url)

    async def signed_in(self, login: str) -> Visitor:
        """Return a visitor who has signed in before; the form itself is tested in test_login."""
        visitor = self.visitor()
        visitor.cookie = token_urlsafe(32)
        async with self.world.database.write() as connection:
            user = await users.by_login(connection, login)
            assert user, f"nobody has written {login} down"
            await logins.open(connection, user.id, hash_of(visitor.cookie), clock.now())
        return visitor


class Visitor:
    """A browser without a screen: it keeps the cookie and says where its forms come from."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookie = ""
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    @property
    def headers(self) -> dict[str, str]:
        cookie = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        return {"Origin": self.url, **cookie}

    async def get(self, path: str, **headers: str) -> aiohttp.ClientResponse:
        return await self._request("GET", path, None, headers)

    async def post(self, path: str, data: dict[str, str] | None = None, /, **headers: str) -> aiohttp.ClientResponse:
        return await self._request("POST", path, data, headers)

    async def _request(
        self, method: str, path: str, data: dict[str, str] | None, headers: dict[str, str]
    ) -> aiohttp.ClientResponse:
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        answer = await self._session.request(method, self.url + path, data=data, headers=sent, allow_redirects=False)
        await answer.read()
        if COOKIE in answer.cookies:
            self.cookie = answer.cookies[COOKIE].value
        return answer

    async def stream(self, page: str = "desk", **headers: str) -> aiohttp.ClientWebSocketResponse:
        """Open the stream of a page."""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self._session.ws_connect(f"{self.url}/strom?seite={page}", headers=sent, autoping=True)


async def goodbye(stream: aiohttp.ClientWebSocketResponse) -> int | None:
    """Read until the server closes; return the code it gave."""
    while True:
        message = await stream.receive()
        if message.type is aiohttp.WSMsgType.CLOSE:
            return int(message.data)
        if message.type is not aiohttp.WSMsgType.TEXT:
            return None


@asynccontextmanager
async def desk_app(
    folder: Path,
    times: Times | None = None,
    *,
    port: int = 0,
    public_url: str | None = None,
    webui: Path | None = None,
    now: Callable[[], datetime] = clock.now,
    monotonic: Callable[[], float] = clock.monotonic,
) -> AsyncIterator[DeskApp]:
    """Run a desk on the database in ``folder``, an empty one at first; ``webui``: other templates than the shipped."""
    links: dict[str, Link] = {}
    if not (folder / "ionas.db").exists():
        shutil.copy(_empty_database(), folder / "ionas.db")
    world, engine, writer = _parts(folder / "ionas.db", times or Times(), public_url, (now, monotonic), links)
    known = Known()
    pages = make_app(world, known, webui)
    runner = web.AppRunner(pages, access_log=None, shutdown_timeout=1)
    await runner.setup()
    async with asyncio.TaskGroup() as group:
        await world.timers.start()
        runs = (engine.run, writer.run, world.timers.run, world.day.run, pages[BROADCAST].run)
        running = [group.create_task(run()) for run in (*runs, partial(world.wrap_ups.run, "mainz"))]
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield DeskApp(url, world, engine, LiveStory(engine), known, links, runner)
        finally:
            await runner.cleanup()
            for task in running:
                task.cancel()
            await asyncio.wait(running)  # whoever still holds a connection gives it back before the pool goes
            world.passwords.close()
            await world.database.close()


def _parts(
    path: Path,
    times: Times,
    public_url: str | None,
    clocks: tuple[Callable[[], datetime], Callable[[], float]],
    links: dict[str, Link],
) -> tuple[Context, Engine, Writer]:
    """Build what a desk consists of, as the service itself does, but for the links to a PBX."""
    now, monotonic = clocks
    hub, live, database = Hub(), Live((LINE,), frozenset({"support"})), Database(f"sqlite+aiosqlite:///{path}")
    writer = Writer(Records(database, clock.now).carry_out, lambda event: engine.post(event), clock.now)  # noqa: PLW0108 - made below
    steering = Steering(links, live.phones, Outward(LINE.number), now, lambda login: hub.mark(desk_topic(login), 0.0))
    day = DayBook(database, lambda: hub.mark(FIGURES, monotonic()), now, ZoneInfo("Europe/Berlin"))
    wrap_ups = WrapUps(links, live.seats, day, steering, now)
    perform = Performer(hub, (metrics := Metrics()).pops, writer, lambda _pbx: None, _steers(steering, wrap_ups))
    engine = Engine(live, perform, clock.now, clock.monotonic)
    world = Context(
        database=database,
        hub=hub,
        live=live,
        post=engine.post,
        metrics=metrics,
        passwords=Passwords(),
        throttle=Throttle(),
        public_url=public_url,
        metrics_token=METRICS_TOKEN,
        default_language="de",
        timezone=ZoneInfo("Europe/Berlin"),
        practice=None,
        now=now,
        monotonic=monotonic,
        timers=Timers(database, lambda *what: world.changed(*what), now, monotonic),  # noqa: PLW0108 - made below
        steering=steering,
        wrap_ups=wrap_ups,
        day=day,
        opening=OpeningSwitch(links, database, lambda: hub.mark(OPENING, monotonic()), now),
        times=times,
    )
    return world, engine, writer


def _steers(steering: Steering, wrap_ups: WrapUps) -> Callable[[SettleDialling | BeginWrapUp], None]:
    return lambda order: wrap_ups.begin(order) if isinstance(order, BeginWrapUp) else steering.settle(order)
