"""The stream: one WebSocket per tab. Rule: each tab has its own writer; who does not read holds up nobody.

All messages on this wire, as JSON objects; ``t`` names the kind.

server -> browser
  hello    version, me              first of all; what does not fit the page means: this page is another's or too old
  region   id, html, session        the element with this id, whole; all of them after hello, later those that changed;
                                    session: of a part of a record, whose; who shows another one by now leaves it
  beat     now_ms                   every 15 s: still here (the browser gives up after 45 s of silence)
browser -> server
  painted  pops, hidden             these ring cards (data-pop) are on the screen; hidden: the tab is in the background
  shows    session                  the record of this support session is on the page now; null: none

Close codes: 4401 the log-in is over · 1008 it speaks another language · 1011 a bug of ours · 1012 restart. A tab that
takes nothing is cut off without a word, and counted as 4408.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from ionas_phone.errors import NotAllowed, NotThere, SignedOut, StoreAway
from ionas_phone.runtime.hub import Watch
from ionas_phone.support.users import User
from ionas_phone.web.access import LOG_IN
from ionas_phone.web.broadcast import BROADCAST, is_common
from ionas_phone.web.call_list_regions import LIST, regions_of_list
from ionas_phone.web.context import Context, context
from ionas_phone.web.outlet import Outlet, line_of
from ionas_phone.web.painter import PAINTER, Painted
from ionas_phone.web.regions import PAGES, Region, Values, regions_of, regions_of_session
from ionas_phone.web.roll_call import ROLL_CALL
from ionas_phone.web.said import POPS_AT_ONCE, CardsPainted, RecordShown, read
from ionas_phone.web.screens import PAGE as WALLBOARD
from ionas_phone.web.screens import Viewer, again, viewer_of
from ionas_phone.web.static import STATIC
from ionas_phone.web.wallboard_regions import regions_of_wallboard

SIGNED_OUT: Final = 4401
LARGEST: Final = 4096  # bytes of a message from a browser

log = structlog.get_logger(__name__)


async def stream(request: web.Request) -> web.StreamResponse:
    """GET /strom?seite=desk: the stream of one tab. Raises NotThere, StoreAway: the browser comes again by itself.

    A page that is about something names it behind a slash: wallboard/support, calls/ausgang=missed.
    """
    page = request.query.get("seite", "")
    if page not in PAGES and not page.startswith((WALLBOARD, LIST)):
        raise NotThere
    world, viewer = context(request), await _viewer(request, page)
    # Uncompressed: compression costs 200 kB a tab. No limit for the writer: each message waits for a stalled reader.
    socket = web.WebSocketResponse(
        heartbeat=20, compress=False, max_msg_size=LARGEST, timeout=world.times.closing, writer_limit=0
    )
    try:
        await socket.prepare(request)
    except ConnectionResetError:
        return socket  # gone while it was let in: a page that was left at once
    if viewer is None:
        await socket.close(code=SIGNED_OUT)
        return socket
    try:
        await Tab(request, socket, viewer, page).run()
    except Exception:  # too late for an error page: the browser is told, and comes again
        world.metrics.errors.inc()
        log.exception("stream_failed", page=page)
        await socket.close(code=WSCloseCode.INTERNAL_ERROR)
    return socket


async def _viewer(request: web.Request, page: str) -> Viewer | None:
    """Return who looks; a screen sees its wallboard alone. Raises StoreAway."""
    if not page.startswith(WALLBOARD):
        return request.get(LOG_IN)
    try:
        return await viewer_of(request, page.removeprefix(WALLBOARD))
    except (SignedOut, NotAllowed, NotThere):
        return None


@dataclass(slots=True)
class _Lane:
    """Regions that are written one after the other; ``pace``: seconds between two looks at what is stale.

    ``busy``: its writer is at it. What is common comes by the broadcast, and from this writer first of all, and when
    the tab could not take it.
    """

    watch: Watch
    regions: list[Region]
    pace: float = 0.0
    busy: bool = False

    def follow(self, user: User) -> None:
        for region in self.regions:
            self.watch.follow(region.name, () if is_common(region) else region.topics(user))


class Tab:
    """One tab that watches the regions of its page."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, viewer: Viewer, page: str) -> None:
        """``viewer`` decides what is seen, ``page`` which part of it."""
        self._world: Context = context(request)
        self._painter = request.app[PAINTER]
        self._broadcast = request.app[BROADCAST]
        self._roll_call = request.app[ROLL_CALL]
        self._version = request.app[STATIC].version
        self._socket = socket
        self._out = Outlet(socket, request.transport, self._world.times, self._ended)
        self._log_in = viewer
        regions = _regions(page, viewer.user)
        live = [region for region in regions if not region.reads_store]
        self._fast = _Lane(self._watch(), [region for region in live if region.own and region.brisk])
        soon = _Lane(self._watch(), [region for region in live if region.own != region.brisk], self._world.times.soon)
        self._slow = _Lane(
            self._watch(), [region for region in regions if region.reads_store], self._world.times.breath
        )
        calm = [region for region in live if not region.own and not region.brisk]
        self._lanes = [self._fast, soon, self._slow, _Lane(self._watch(), calm, self._world.times.pace)]
        self._common = {region.name: lane for lane in self._lanes for region in lane.regions if is_common(region)}
        self._crowds = tuple(region for region in regions if is_common(region))
        self._gone = asyncio.Event()
        self._since = self._world.monotonic()
        self._shown: dict[str, Values | None] = {}  # the facts of regions as they were sent last
        self._sent: dict[str, None] = {}  # legs: a browser is only believed about cards that were sent there

    async def run(self) -> None:
        """Write and read until the tab, its log-in or the service ends.

        Four lanes write: the ring never waits for a region that reads the store, nor for what else is one's own or on
        boards, nor for what all the others look at, too, which is sent at a calm pace. Nothing is cancelled: a read
        that is under way ends by itself, and so does its task.
        """
        lanes, user = self._lanes, self._log_in.user
        login, since = user.login, self._since
        self._roll_call.join(self._log_in.token_hash)
        self._world.metrics.tabs.inc()
        self._world.metrics.pops.opened(login, since)
        try:
            await self._out.send(line_of({"t": "hello", "version": self._version, "me": login}))
            async with asyncio.TaskGroup() as group:
                for lane in lanes:
                    lane.follow(user)
                    group.create_task(self._write(lane))
                self._broadcast.join(self, user, self._crowds)
                group.create_task(self._show_life(self._fast.watch))
                await self._read()
                self._gone.set()
                for lane in lanes:
                    lane.watch.stop(WSCloseCode.OK)
        except ConnectionError:
            return  # gone before it had begun
        finally:
            self._broadcast.leave(self, user, self._crowds)
            for lane in lanes:
                lane.watch.close()
            self._world.metrics.pops.closed(login, since, self._world.monotonic())
            self._world.metrics.tabs.dec()

    def _watch(self) -> Watch:
        return self._world.hub.watch(self._log_in.owner, {})

    # -- to the browser ------------------------------------------------------------------------------------------------

    async def _write(self, lane: _Lane) -> None:
        """Send what is stale, as often as the tab takes something."""
        try:
            while lane.watch.end is None:
                stale = await lane.watch.changed(lane.pace)
                lane.busy = True
                for region in lane.regions:  # in painting order
                    if region.name in stale:
                        await self._send_region(region, anew=stale[region.name] is None)
                lane.busy = False
            await self._out.end(lane.watch.end)
        except TimeoutError:
            self._out.cut_off()
        except ConnectionError:
            return  # the tab is gone; the reader learns the same

    async def _send_region(self, region: Region, *, anew: bool) -> None:
        """Send a region; but for ``anew`` not to a tab that shows the same facts."""
        shown = None if anew else self._shown.get(region.name)
        painted: Painted = await self._painter.paint(region, self._log_in.user, shown)
        if not painted.says(shown):
            await self._send_painted(region, painted)

    def shows(self, region: Region, painted: Painted) -> bool:
        """Tell whether it shows just these facts of the region already."""
        return painted.says(self._shown.get(region.name))

    async def offer(self, region: Region, painted: Painted) -> None:
        """Take what was painted for many; if it would have to wait, the lane's own writer sends it later."""
        lane = self._common[region.name]
        if lane.busy or region.name in lane.watch.stale or not self._out.takes(_message(region, painted)):
            lane.watch.renew(region.name)
            return
        with suppress(ConnectionError):  # gone; the reader learns the same
            await self._send_painted(region, painted)

    async def _send_painted(self, region: Region, painted: Painted) -> None:
        await self._out.send(_message(region, painted))
        self._shown[region.name] = painted.facts
        for leg in painted.pops:
            self._sent[leg] = None
            self._world.metrics.pops.sent(leg)
        while len(self._sent) > POPS_AT_ONCE:
            del self._sent[next(iter(self._sent))]

    async def _show_life(self, watch: Watch) -> None:
        """Beat; and end the stream of a log-in that ran out, was revoked, or whose user may something else now."""
        while not await self._gone_within(self._world.times.beat):
            with suppress(TimeoutError, ConnectionError):  # the writers deal with a tab that takes nothing
                beat = {"t": "beat", "now_ms": round(self._world.now().timestamp() * 1000)}
                await self._out.send(line_of(beat))
            with suppress(StoreAway):  # nobody is signed out because the database is away
                found = await again(self._world, self._roll_call, self._log_in)
                if found is None:
                    watch.stop(SIGNED_OUT)
                elif found.user != self._log_in.user:
                    watch.stop(WSCloseCode.SERVICE_RESTART)

    async def _gone_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._gone.wait()
        return False

    def _ended(self, code: int) -> None:
        self._world.metrics.tabs_ended.labels(str(code)).inc()

    # -- from the browser ----------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        async for message in self._socket:
            said = read(message.data) if message.type is WSMsgType.TEXT else None
            if said is None:
                await self._socket.close(code=WSCloseCode.POLICY_VIOLATION)
                return
            if isinstance(said, RecordShown):
                self._show_record(said.session)
            else:
                self._painted(said)

    def _show_record(self, session_id: int | None) -> None:
        """Send the regions of this session's record from now on, and of no other's."""
        user = self._log_in.user
        shown = () if session_id is None else regions_of_session(session_id, user)
        for region in self._slow.regions:
            if region.session_id is not None:
                self._slow.watch.follow(region.name, ())  # the one that was shown is none of this tab's business now
        self._slow.regions = [region for region in self._slow.regions if region.session_id is None]
        self._slow.regions += shown
        for region in shown:
            self._slow.watch.follow(region.name, region.topics(user))

    def _painted(self, said: CardsPainted) -> None:
        """Take the time; only of cards that were sent here, and not of tabs in the background, that paint nothing."""
        now, pops, login = self._world.monotonic(), self._world.metrics.pops, self._log_in.user.login
        for leg in said.pops:
            if leg not in self._sent:
                continue
            if said.hidden:
                pops.held(leg, login)
            else:
                pops.painted(leg, login, self._since, now)


def _regions(page: str, user: User) -> tuple[Region, ...]:
    if page.startswith(WALLBOARD):
        return regions_of_wallboard(page.removeprefix(WALLBOARD), user)
    return regions_of_list(page.removeprefix(LIST), user) if page.startswith(LIST) else regions_of(page, user)


def _message(region: Region, painted: Painted) -> bytes:
    """Return a region as it goes over the wire, made once for all who get it."""
    if not painted.message:
        about = {} if region.session_id is None else {"session": region.session_id}
        painted.message = line_of({"t": "region", "id": f"region-{region.name}", "html": painted.html, **about})
    return painted.message
