"""Carries out what must reach the store. Rule: in order, level-triggered, in nobody's way, nothing dropped unseen.

What is pending is a table, not a queue: a call written down twice before the database answers is written once. What
nobody waits for (how a call goes on) takes a breath first, so that a moment with many facts is one write; what opens a
session is written at once. While the database is away all waits and is tried again; a write that can never succeed is
set aside visibly. What waits is also in a file, for the next start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

import structlog

from ionas_phone.errors import RowRefused, StoreAway
from ionas_phone.live.effects import RecordCall
from ionas_phone.live.events import DatabaseSeen, Event, WriteSetAside
from ionas_phone.live.picture import SET_ASIDE_SHOWN
from ionas_phone.runtime.orders import SET_ASIDE, STILL_ASIDE, Key, Order, key_of
from ionas_phone.runtime.spool import Spool

_log = structlog.get_logger(__name__)
_FIRST, _LONGEST = 0.1, 2.0  # seconds between two tries while the database is away


class Writer:
    """The one task that writes for the live picture. ``carry_out`` does one order and returns the facts that follow."""

    def __init__(
        self,
        carry_out: Callable[[Order], Awaitable[list[Event]]],
        post: Callable[[Event], None],
        now: Callable[[], datetime],
        spool: Spool | None = None,
        breath: float = 0.0,
    ) -> None:
        """Begin with nothing pending; without a ``spool`` what is pending is in memory only; ``breath``: seconds."""
        self._carry_out = carry_out
        self._post = post
        self._now = now
        self._spool = spool
        self._breath = breath
        self._pending: dict[Key, Order] = {}
        self._since: float | None = None  # second of the loop in which the oldest order came that nobody waits for
        self._hurry = asyncio.Event()
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._up = True
        self._aside = 0

    def order(self, order: Order) -> None:
        """Take an order; a newer one of the same kind for the same call takes the older one's place."""
        if self._spool:
            self._spool.add(order)
        self._take(order)

    async def catch_up(self) -> None:
        """Carry out what an earlier run has left behind, before anything new. Raises StoreAway."""
        if self._spool is None:
            return
        left = self._spool.open()
        self._aside += self._spool.aside
        for _ in range(min(self._spool.aside, SET_ASIDE_SHOWN)):
            self._post(WriteSetAside(at=self._now(), what=STILL_ASIDE))
        for order in left:
            self._take(order)
        while self._pending:
            await self._write(next(iter(self._pending)))
        if left:
            _log.info("what the last run had left was written", count=len(left))

    async def run(self) -> None:
        """Carry out orders for ever."""
        pause = _FIRST
        while True:
            await self._woken.wait()
            await self._breathe()
            try:
                for key in self._due():
                    await self._write(key)
            except StoreAway:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST)
            else:
                pause = _FIRST

    async def drained(self) -> None:
        """Write without taking breath, and wait until nothing is pending (bound it by a time-out)."""
        self._breath = 0.0
        self._hurry.set()
        await self._idle.wait()

    @property
    def up(self) -> bool:
        """Whether the database took what was last tried."""
        return self._up

    def pending(self) -> int:
        """Count what is not written yet."""
        return len(self._pending)

    def aside(self) -> int:
        """Count what was set aside, also by earlier runs if it still lies in the file."""
        return self._aside

    def _take(self, order: Order) -> None:
        key = key_of(order)
        self._pending[key] = order
        self._idle.clear()
        self._woken.set()
        if not isinstance(order, RecordCall):
            self._hurry.set()
        elif self._since is None:
            self._since = asyncio.get_running_loop().time()

    def _due(self) -> list[Key]:
        """Return what is to be written now, in order: what somebody waits for, and after a breath all."""
        rested = self._since is not None and asyncio.get_running_loop().time() - self._since >= self._breath
        return [key for key in self._pending if rested or key[0] is not RecordCall]

    async def _breathe(self) -> None:
        """Let more facts of the same moment come, unless somebody waits for one of them."""
        while not self._due() and self._since is not None:
            self._hurry.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._since + self._breath):
                    await self._hurry.wait()

    async def _write(self, key: Key) -> None:
        """Carry out an order. Raises StoreAway: it stays where it is."""
        order = self._pending[key]
        facts: list[Event] = []
        try:
            facts = await self._carry_out(order)
        except StoreAway as error:
            self._say(up=False, reason=error.message)
            raise
        except RowRefused as error:
            self._set_aside(order, error)
        except Exception as error:  # noqa: BLE001 - a bug of ours must not hold up the other writes
            _log.exception("an order could not be carried out", kind=type(order).__name__)
            self._set_aside(order, error)
        self._say(up=True)
        if self._pending.get(key) is order:  # else a newer one came meanwhile and is still to be done
            del self._pending[key]
            if not any(kind is RecordCall for kind, _ in self._pending):
                self._since = None
        for fact in facts:
            self._post(fact)
        if not self._pending:
            self._rest()

    def _rest(self) -> None:
        self._woken.clear()
        self._idle.set()
        if self._spool:
            self._spool.clear()

    def _say(self, *, up: bool, reason: str = "") -> None:
        if up != self._up:
            self._up = up
            self._post(DatabaseSeen(at=self._now(), up=up, reason=reason))

    def _set_aside(self, order: Order, error: Exception) -> None:
        self._aside += 1
        _log.error("a write was set aside", kind=type(order).__name__, error=repr(error))
        if self._spool:
            self._spool.put_aside(order)
        self._post(WriteSetAside(at=self._now(), what=SET_ASIDE[type(order)]))
