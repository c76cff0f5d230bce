"""The composition root: builds everything, owns the one task group, shuts down in order. Rule: it wires, no more.

Down in this order, each with its share of two seconds: wrap-ups (ended) → links (no new facts) → inbox (applied) →
writer (what is pending is written) → tabs and requests (told to come back) → practice line → database.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import structlog
from aiohttp import web

from ionas_phone.ami.connection import Link, PbxAddress
from ionas_phone.errors import SettingWrong
from ionas_phone.live.board import FIGURES, OPENING, TIMES, Phone, desk_topic, session_topic, sessions_topic
from ionas_phone.live.effects import BeginWrapUp, SettleDialling
from ionas_phone.live.events import DirectoryRead, Event, LinkChanged, SightKept
from ionas_phone.live.nouns import PRACTICE_PBX, LinkState
from ionas_phone.live.state import Live
from ionas_phone.practice.line import PracticeLine
from ionas_phone.runtime import clock, memory
from ionas_phone.runtime.day import DayBook
from ionas_phone.runtime.engine import Engine
from ionas_phone.runtime.guard import guarded
from ionas_phone.runtime.hub import Hub
from ionas_phone.runtime.lookout import Lookout
from ionas_phone.runtime.metrics import Metrics
from ionas_phone.runtime.opening import OpeningSwitch
from ionas_phone.runtime.passwords import Passwords
from ionas_phone.runtime.perform import Performer
from ionas_phone.runtime.records import Records
from ionas_phone.runtime.retention import Retention
from ionas_phone.runtime.spool import Spool
from ionas_phone.runtime.steering import Outward, Steering
from ionas_phone.runtime.throttle import Throttle
from ionas_phone.runtime.timers import Timers
from ionas_phone.runtime.wrap_ups import WrapUps
from ionas_phone.runtime.writer import Writer
from ionas_phone.settings import Settings
from ionas_phone.store.database import Database
from ionas_phone.store.sole import Sole
from ionas_phone.support.phone_numbers import Line
from ionas_phone.web.access import Known
from ionas_phone.web.app import make_app
from ionas_phone.web.broadcast import BROADCAST
from ionas_phone.web.context import Context, practice_topic

_log = structlog.get_logger(__name__)
_BREATH = 1.0  # seconds in which a call's facts gather before they are written down
_READY = 0.3  # seconds for phones to be put back into their queues
_DRAIN = 0.5  # seconds for what is pending to be written at the end
_LET_GO = 0.2  # seconds for tasks that are cancelled, and for the database to say goodbye
_FAREWELL = 1.0  # seconds for requests under way


def serve(settings: Settings, ready: Callable[[str], None] = lambda _: None) -> int:
    """Run until SIGTERM or SIGINT. ``ready`` is called with the URL once pages are served. Returns the exit code."""
    asyncio.run(_until_signalled(settings, ready))
    return 0


async def _until_signalled(settings: Settings, ready: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(settings) as service:
        memory.settle()
        _log.info("serving", url=service.url)
        ready(service.url)
        await stop.wait()


@asynccontextmanager
async def running(settings: Settings, now: Callable[[], datetime] = clock.now) -> AsyncIterator[Service]:
    """Have everything running inside the block.

    Raises SettingWrong, NotThere (no database), Conflict (another service uses it), StoreAway, or OSError if the port
    is taken.
    """
    service = Service(settings, now)
    async with asyncio.TaskGroup() as group:
        try:
            await service.start(group)
            yield service
        finally:
            await service.stop()


async def _within(seconds: float, work: Awaitable[object]) -> bool:
    """Await ``work``, but not for longer than ``seconds``; tell whether it was done."""
    try:
        async with asyncio.timeout(seconds):
            await work
    except TimeoutError:
        return False
    return True


class Service:
    """All parts of a running ionas_phone. ``url``: where its pages are."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = clock.now) -> None:
        """Build the parts; nothing is opened yet. Raises SettingWrong, NotThere."""
        self.settings = settings
        self.now = now
        self.url = ""
        self.metrics = Metrics()
        self.passwords = Passwords()
        self.hub = Hub()
        self.known = Known()
        self.database = Database(settings.database_dsn)
        self.sole = Sole(settings.database_dsn)
        self.spool = Spool(settings.data, self.database.where)
        self.records = Records(self.database, now)
        live = Live(tuple(Line.parse(line) for line in settings.lines), frozenset(settings.queues))
        self.writer = Writer(self.records.carry_out, self._post, now, self.spool, _BREATH)
        perform = Performer(self.hub, self.metrics.pops, self.writer, self._snapshot, self._steer)
        self.timers = Timers(self.database, self._timer_changed, now, clock.monotonic)
        self.day = DayBook(self.database, lambda: self._mark(FIGURES), now, settings.timezone)
        self.engine = Engine(live, perform, now, clock.monotonic, lambda: self._failed("engine"))
        self.practice = self._practice_line() if settings.practice else None
        self.links: dict[str, Link] = {}
        for url, secret in zip(settings.pbx_urls, settings.pbx_secrets, strict=True):
            self._add_link(PbxAddress.parse(url, secret))
        outward = Outward(settings.lines[0], settings.dial_context)
        self.steering = Steering(self.links, self._phones, outward, now, self._dialled)
        self.wrap_ups = WrapUps(self.links, live.seats, self.day, self.steering, now)
        self.opening = OpeningSwitch(self.links, self.database, lambda: self._mark(OPENING), now)
        self._meter()
        self._tasks: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None

    async def start(self, group: asyncio.TaskGroup) -> None:
        """Open the store, the practice line, the pages and the links, in this order."""
        await self.sole.take()
        await self.writer.catch_up()
        if self.practice:
            await self.practice.start()
            self._add_practice_link(self.practice)
        for fact in await self.records.start(self.links):
            self.engine.post(fact)
            if isinstance(fact, DirectoryRead):
                self._seat(fact)
        for name in self.links:  # said before the first page is served: nobody must believe an empty board
            self.engine.post(LinkChanged(at=self.now(), pbx=name, state=LinkState.CONNECTING))
        self.engine.work()
        await self.timers.start()
        self._keep(group, "engine", self.engine.run)
        self._keep(group, "writer", self.writer.run)
        self._keep(group, "lookout", self._lookout().run)
        self._keep(group, "timers", self.timers.run)
        self._keep(group, "day", self.day.run)
        self._keep(group, "opening", self.opening.run)
        self._keep(group, "retention", Retention(self.database, self.now).run)
        await self._serve_pages(group)
        for name, link in self.links.items():
            self._keep(group, f"link {name}", link.run)
            self._keep(group, f"wrap-ups {name}", partial(self.wrap_ups.run, name))

    async def stop(self) -> None:
        """Shut down in order; see the module's first lines."""
        self.engine.post(SightKept(at=self.now()))  # from here on nothing is seen, and not from the last look on
        while self.engine.work():
            pass
        await _within(_READY, self.wrap_ups.stop())
        for link in self.links.values():
            await link.stop()
        while self.engine.work():
            pass
        if not await _within(_DRAIN, self.writer.drained()):
            _log.error("the database has not taken some writes; the next start does it", count=self.writer.pending())
        if self._runner:
            await self._runner.cleanup()
        for task in self._tasks:
            task.cancel()
        ended = asyncio.gather(*self._tasks, return_exceptions=True)  # none may still be using the database
        await _within(_LET_GO, ended)
        await _within(_LET_GO, self.timers.stop())
        if self.practice:
            await self.practice.stop()
        self.passwords.close()
        await _within(_LET_GO, self.database.close())  # a server that has fallen silent must not hold us
        await _within(_LET_GO, self.sole.release())
        self.spool.close()

    # -- wiring --------------------------------------------------------------------------------------------------------

    def _practice_line(self) -> PracticeLine:
        def changed(login: str) -> None:
            self.hub.mark(practice_topic(login), clock.monotonic())

        line, queue = self.settings.lines[0], self.settings.queues[0]
        return PracticeLine(known=self.records.some_caller, changed=changed, now=self.now, line=line, queue=queue)

    def _add_practice_link(self, line: PracticeLine) -> None:
        place = line.address
        address = PbxAddress(PRACTICE_PBX, place.host, place.port, place.user, place.secret, tls=False)
        self.links[PRACTICE_PBX] = Link(address, self.engine.deliver, self.now)

    def _add_link(self, address: PbxAddress) -> None:
        if address.name == PRACTICE_PBX or address.name in self.links:
            raise SettingWrong(
                "IONAS_PBX_URLS: the name %(name)s is taken; give this PBX another one after a #.", name=address.name
            )
        self.links[address.name] = Link(address, self.engine.deliver, self.now)

    def _lookout(self) -> Lookout:
        async def note_uses() -> None:
            await self.known.write_uses(self.database)

        return Lookout(
            self.records, self.sole, self.writer, self.timers, self.engine.post, self._seat, note_uses, self.now
        )

    def _meter(self) -> None:
        """Let the meters read what is counted elsewhere."""
        watch, health = self.metrics.watch, self.engine.live.health
        watch("links", "Links to PBXes that are configured.", lambda: len(self.links))
        watch("links_up", "Links that are up.", lambda: sum(link.state is LinkState.UP for link in self.links.values()))
        watch("writer_pending", "Orders that the database has not taken yet.", self.writer.pending)
        watch("writes_set_aside", "Writes that can never succeed.", self.writer.aside)
        watch("database_up", "1 while the database answers.", lambda: health().database_up)
        self.metrics.watch_refused(lambda: [link.refused for link in self.links.values()])

    def _snapshot(self, pbx: str) -> None:
        if link := self.links.get(pbx):
            link.request_snapshot()

    def _post(self, event: Event) -> None:
        self.engine.post(event)
        if isinstance(event, DirectoryRead):
            self._seat(event)

    def _mark(self, topic: str) -> None:
        self.hub.mark(topic, clock.monotonic())

    def _timer_changed(self, session_id: int, login: str) -> None:
        self.hub.mark(session_topic(session_id), clock.monotonic())
        self.hub.mark(sessions_topic(login), clock.monotonic())
        self.hub.mark(TIMES, clock.monotonic())
        self.day.look()

    def _steer(self, order: SettleDialling | BeginWrapUp) -> None:
        if isinstance(order, BeginWrapUp):
            self.wrap_ups.begin(order)
        else:
            self.steering.settle(order)

    def _phones(self, login: str) -> tuple[Phone, ...]:
        live = self.engine.live
        return (*live.phones(login), *live.phones(login, practice=True))

    def _dialled(self, login: str) -> None:
        self.hub.mark(desk_topic(login), clock.monotonic())

    def _failed(self, task: str) -> None:
        self.metrics.failures.labels(task).inc()

    def _keep(self, group: asyncio.TaskGroup, name: str, run: Callable[[], Awaitable[None]]) -> None:
        self._tasks.append(group.create_task(guarded(name, run, self._failed), name=name))

    def _seat(self, directory: DirectoryRead) -> None:
        if self.practice:
            self.practice.seat([(a.login, a.name, a.interface) for a in directory.assistants])

    async def _serve_pages(self, group: asyncio.TaskGroup) -> None:
        settings = self.settings
        world = Context(
            database=self.database,
            hub=self.hub,
            live=self.engine.live,
            post=self._post,
            metrics=self.metrics,
            passwords=self.passwords,
            throttle=Throttle(),
            public_url=settings.public_url,
            metrics_token=settings.metrics_token,
            default_language=settings.language,
            timezone=settings.timezone,
            practice=self.practice,
            now=self.now,
            monotonic=clock.monotonic,
            timers=self.timers,
            steering=self.steering,
            wrap_ups=self.wrap_ups,
            day=self.day,
            opening=self.opening,
        )
        pages = make_app(world, self.known)
        self._runner = web.AppRunner(pages, access_log=None, shutdown_timeout=_FAREWELL)
        await self._runner.setup()
        self._keep(group, "broadcast", pages[BROADCAST].run)
        site = web.TCPSite(self._runner, settings.http_host, settings.http_port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = settings.public_url or f"http://{settings.http_host}:{port}"
