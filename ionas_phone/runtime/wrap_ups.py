"""Lets nothing ring at a phone whose call has just ended. Rule: the switchboard keeps the pause and its end, we ask.

What is to be ended is read off the picture again and again: a restart, a lost link or a missed moment delays the end,
and leaves nobody paused for good.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog

from ionas_phone.ami.connection import Link
from ionas_phone.errors import NotSteered, StoreAway
from ionas_phone.live.effects import BeginWrapUp
from ionas_phone.live.nouns import LinkState
from ionas_phone.live.wrap_up import REASON, PausedSeat, WrapUp
from ionas_phone.store import queue_targets
from ionas_phone.store.database import Database
from ionas_phone.words import N_

LOOK: Final = 1.0  # seconds between two looks, if nothing is due sooner
_LEAST: Final = 0.05  # seconds: an end that was asked for takes a moment to be told
_NOT_DONE: Final = N_("The telephone system refused: %(said)s")
_log = structlog.get_logger(__name__)


class WrapUps:
    """Begins and ends pauses after calls. ``paused`` tells who wraps up."""

    def __init__(
        self,
        links: Mapping[str, Link],
        paused: Callable[[], tuple[PausedSeat, ...]],
        database: Database,
        now: Callable[[], datetime],
    ) -> None:
        """Take the links by the names of their PBXes; more of them may come."""
        self._links = links
        self._paused = paused
        self._database = database
        self._now = now
        self._begun: deque[tuple[BeginWrapUp, datetime]] = deque()
        self._woken = asyncio.Event()

    def begin(self, order: BeginWrapUp) -> None:
        """Take note that a call has ended; whether and how long its queue lets people wrap up is looked up."""
        self._begun.append((order, self._now()))
        self._woken.set()

    async def end(self, login: str) -> bool:
        """Let this person's phone ring again now; tell whether there was a wrap-up to end. Raises NotSteered."""
        mine = [seat for seat in self._paused() if seat.login == login]
        for seat in mine:
            await self._ask(seat.pbx, {"Queue": seat.queue, "Interface": seat.interface, "Paused": "false"})
        return bool(mine)

    async def run(self) -> None:
        """Look after wrap-ups for ever."""
        while True:
            seconds = await self.turn()
            try:
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            except TimeoutError:
                continue
            self._woken.clear()

    async def turn(self) -> float:
        """Begin and end all that is due; return the seconds until the next look."""
        while self._begun:
            await self._pause(*self._begun.popleft())
        soon = LOOK
        for seat in self._paused():
            if seat.wrap_up is None:
                continue
            left = (seat.wrap_up.until - self._now()).total_seconds()
            if left > 0:
                soon = min(soon, left)
            elif (link := self._links.get(seat.pbx)) and link.state is LinkState.UP:
                await self._tried(seat.pbx, {"Queue": seat.queue, "Interface": seat.interface, "Paused": "false"})
        return max(soon, _LEAST)

    async def _pause(self, order: BeginWrapUp, at: datetime) -> None:
        try:
            async with self._database.read() as connection:
                targets = (await queue_targets.written(connection)).get(order.queue)
        except StoreAway:
            _log.warning("whether there is a wrap-up can't be read at the moment", queue=order.queue)
            return
        if targets is None or targets.wrap_up is None:
            return
        seconds = targets.wrap_up
        reason = WrapUp(seconds, at + timedelta(seconds=seconds)).written if seconds else REASON
        await self._tried(order.pbx, {"Interface": order.interface, "Paused": "true", "Reason": reason})

    async def _tried(self, pbx: str, headers: Mapping[str, str]) -> None:
        """Ask, and leave it at that: at the next look it is asked again where it still is to be done."""
        try:
            await self._ask(pbx, headers)
        except NotSteered as error:
            _log.warning("a wrap-up was not steered", pbx=pbx, paused=headers["Paused"], reason=str(error))

    async def _ask(self, pbx: str, headers: Mapping[str, str]) -> None:
        link = self._links.get(pbx)
        if link is None:
            return
        reply = await link.send("QueuePause", headers)
        if not reply.done:
            raise NotSteered(_NOT_DONE, said=reply.message or "?")
