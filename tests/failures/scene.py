"""A busy line, a wire that can be spoilt, and the service: what every failure is tried on. Rule: all parts are real."""

from __future__ import annotations

import asyncio
import contextlib
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from ionas_phone.runtime.clock import now
from ionas_phone.store.database import Database
from tests.desk_app import PASSWORD, Visitor
from tests.failures.busy import AT_ONCE, QUEUES, BusyLine
from tests.failures.reckoning import EDGE, Reckoning, ledger, passages, reckon
from tests.failures.relay import Relay
from tests.failures.sight import TICK, FreshSight
from tests.lab.addition import LINES
from tests.lab.altered import Change, altered
from tests.lab.phones import LINE
from tests.lab.waiting import until
from tests.service import is_up, linked, people_and_a_customer, settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ionas_phone.app import Service
    from tests.lab.asterisk import Asterisk

PBX = "mainz"  # our name for it
OUR_LINES = (LINE, LINES["ringall"], LINES["chain"])
OUR_QUEUES = ("support", *(f"lab-{name}" for name in QUEUES))
WRITTEN = 10.0  # seconds that the store may take until a test fails
NOTICED = 40.0  # seconds until people must have been told
PATIENCE = 10.0  # seconds that a picture may be wrong before a test fails; how long it really was is another question


@contextlib.asynccontextmanager
async def switchboard(major: int | None = None, *changes: Change) -> AsyncIterator[Asterisk]:
    """An Asterisk that a busy line can be on: open, a phone's turn 2 s, a caller's patience 6 s."""
    async with altered(major, *changes, more=QUEUES, ring_seconds=2, wait_seconds=6) as pbx:
        await pbx.cli("database put ionas opening open")
        yield pbx


def ours(pbx: Asterisk, port: int = 0) -> dict[str, str]:
    """Return what a service on the busy line has set beside the usual; ``port``: of a relay to the PBX."""
    url = f"ami://{pbx.plan.ami_user}@127.0.0.1:{port or pbx.plan.ami_port}#{PBX}"
    return {"IONAS_LINES": " ".join(OUR_LINES), "IONAS_QUEUES": " ".join(OUR_QUEUES), "IONAS_PBX_URLS": url}


@dataclass
class Scene:
    """Everything at once. ``since``: when the service came up, in seconds since 1970."""

    pbx: Asterisk
    line: BusyLine
    relay: Relay
    service: Service
    sight: FreshSight
    board: Visitor

    @classmethod
    @contextlib.asynccontextmanager
    async def set(
        cls, pbx: Asterisk, database_url: str, folder: Path, at_once: int = AT_ONCE, *, small: bool = False
    ) -> AsyncIterator[Scene]:
        """Begin with the service, so that it sees every call from the first one on. ``small``: see ``Relay.to``."""
        async with AsyncExitStack() as stack:
            parts = await cls._look_at(pbx, database_url, folder, stack, small=small)
            line = await stack.enter_async_context(BusyLine.on(pbx, at_once))
            yield cls(pbx, line, *parts)

    @contextlib.asynccontextmanager
    async def another(self, database_url: str, folder: Path) -> AsyncIterator[Scene]:
        """A second service on the same busy line, with a wire and a database of its own."""
        async with AsyncExitStack() as stack:
            await self.line.rest()
            parts = await self._look_at(self.pbx, database_url, folder, stack)
            self.line.go_on()
            yield Scene(self.pbx, self.line, *parts)

    @staticmethod
    async def _look_at(
        pbx: Asterisk, database_url: str, folder: Path, stack: AsyncExitStack, *, small: bool = False
    ) -> tuple[Relay, Service, FreshSight, Visitor]:
        await people_and_a_customer(database_url)
        relay = await stack.enter_async_context(Relay.to(pbx.plan.ami_port, small=small))
        service = await stack.enter_async_context(linked(settings(folder, database_url, pbx, **ours(pbx, relay.port))))
        sight = await stack.enter_async_context(FreshSight.of(pbx, PBX, OUR_LINES, frozenset(OUR_QUEUES)))
        board = await stack.enter_async_context(Visitor(service.url))
        await board.post("/anmelden", {"name": "sophie", "passwort": PASSWORD})
        return relay, service, sight, board

    async def shows(self, words: str) -> None:
        """Wait until the board says so."""
        seen = ""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(NOTICED):
                while words not in seen:
                    page = await (await self.board.get("/leitung")).text()
                    seen = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
                    await asyncio.sleep(TICK)
        assert words in seen, seen

    async def is_busy(self) -> None:
        """Wait until the board shows somebody who waits and somebody who talks."""
        live = self.service.engine.live
        await until(lambda: live.board().waiting and live.board().talking, "callers who wait and who talk", 30)

    async def calls_pass(self, times: int) -> None:
        """Wait until so many calls have come and gone from now on, as the PBX itself writes them down."""
        begin = now().timestamp() + EDGE

        def passed() -> bool:
            return sum(one.entered > begin for one in passages(self.pbx.queue_log())) >= times

        await until(passed, f"{times} calls to come and go", 30)

    async def picture_is_right(self) -> float:
        """Wait until the service shows what a fresh look shows; return how many seconds that took."""
        loop, people = asyncio.get_running_loop(), await self.service.records.directory()
        began = loop.time()
        while True:
            wrong = await self.sight.differences(self.service.engine.live, people)
            if not wrong and is_up(self.service):
                return loop.time() - began
            assert loop.time() - began < PATIENCE, "\n".join(wrong)
            await asyncio.sleep(TICK)

    async def reckoned(self) -> Reckoning:
        """Compare what was kept of all calls so far with queue_log; AssertionError in words if they differ."""
        await self.service.writer.drained()
        try:
            return await settled(self.pbx, self.service.database)
        except AssertionError as error:
            error.add_note(f"health: {self.service.engine.live.health()}; pending: {self.service.writer.pending()}")
            raise


async def settled(pbx: Asterisk, database: Database, *, since: float = 0.0) -> Reckoning:
    """Reckon with every call that began after ``since`` and is over by now; its last write may still be on its way."""
    edge, loop = now().timestamp(), asyncio.get_running_loop()
    deadline = loop.time() + WRITTEN
    while True:
        rows = [row for row in pbx.queue_log() if row.at >= since]
        found = reckon(rows, await ledger(database), until=edge)
        if now().timestamp() > edge + 1 and not found.differences:  # queue_log has whole seconds
            return found
        assert loop.time() < deadline, "\n".join(found.differences)
        await asyncio.sleep(TICK)
