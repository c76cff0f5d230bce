"""Carries out what must reach the store. Rule: in order, level-triggered, in nobody's way, nothing dropped unseen.

What is pending is a table, not a queue: a call written down twice before the database answers is written once. What
nobody waits for (how a call goes on) takes a breath first, so that a moment with many facts is one write; what opens a
session is written at once. What is due goes together, in a transaction each for reading and writing: a backlog is a
bigger batch, not a longer queue. If a batch is refused, each of its orders is tried by itself, and the one that can
never succeed is set aside visibly. While the database is away all waits. What waits is also in a file, for the next
start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

import structlog

from ionas_phone.errors import RowRefused, StoreAway
from ionas_phone.live.effects import OpenSession, RecordCall
from ionas_phone.live.events import DatabaseSeen, Event, WriteSetAside
from ionas_phone.live.picture import SET_ASIDE_SHOWN
from ionas_phone.runtime.orders import SET_ASIDE, STILL_ASIDE, UNHURRIED, Key, Order, batches, key_of
from ionas_phone.runtime.spool import Spool

_log = structlog.get_logger(__name__)
_FIRST, _LONGEST = 0.1, 2.0  # seconds between two tries while the database is away


class Writer:
    """The one task that writes for the live picture.

    ``carry_out`` does some orders, all or none, and returns the facts that follow.
    """

    def __init__(
        self,
        carry_out: Callable[[Sequence[Order]], Awaitable[list[Event]]],
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
        if self._spool:
            self._spool.shorten(self._pending.values())

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
            for batch in batches(self._pending):
                await self._write(batch)
        if left:
            _log.info("what the last run had left was written", count=len(left))

    async def run(self) -> None:
        """Carry out orders for ever."""
        pause = _FIRST
        while True:
            await self._woken.wait()
            await self._breathe()
            try:
                for batch in batches(self._due()):
                    await self._write(batch)
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
        self._pending[key_of(order)] = order
        self._idle.clear()
        self._woken.set()
        if isinstance(order, UNHURRIED):
            self._since = self._since or asyncio.get_running_loop().time()
            return
        self._hurry.set()
        if isinstance(order, OpenSession):
            same = RecordCall(order.record)
            if self._pending.get(key_of(same)) == same:  # it is written down with the session
                del self._pending[key_of(same)]
                self._since = self._since if self._unhurried() else None

    def _due(self) -> list[Key]:
        """Return what is to be written now, in order: what somebody waits for, and after a breath all."""
        rested = self._since is not None and asyncio.get_running_loop().time() - self._since >= self._breath
        return [key for key in self._pending if rested or key[0] not in UNHURRIED]

    def _unhurried(self) -> bool:
        return any(kind in UNHURRIED for kind, _ in self._pending)

    async def _breathe(self) -> None:
        """Let more facts of the same moment come, unless somebody waits for one of them."""
        while not self._due() and self._since is not None:
            self._hurry.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._since + self._breath):
                    await self._hurry.wait()

    async def _write(self, batch: list[Key]) -> None:
        """Carry out some orders. Raises StoreAway: they stay where they are."""
        orders = {key: self._pending[key] for key in batch if key in self._pending}
        if not orders:
            return
        began = asyncio.get_running_loop().time()
        facts: list[Event] = []
        try:
            facts = await self._carry_out([*orders.values()])
        except StoreAway as error:
            self._say(up=False, reason=error.message)
            raise
        except Exception as error:  # noqa: BLE001 - a bug of ours must not hold up the other writes
            if len(orders) > 1:
                _log.warning("some orders are carried out one by one", count=len(orders), error=repr(error))
                for key in orders:
                    await self._write([key])
                return
            self._refused(next(iter(orders.values())), error)
        self._say(up=True)
        self._done(orders, began)
        for fact in facts:
            self._post(fact)
        if not self._pending:
            self._rest()

    def _done(self, orders: dict[Key, Order], began: float) -> None:
        for key, order in orders.items():
            if self._pending.get(key) is order:  # else a newer one came meanwhile and is still to be done
                del self._pending[key]
        if any(kind in UNHURRIED for kind, _ in orders):
            self._since = began if self._unhurried() else None  # what is left came meanwhile

    def _refused(self, order: Order, error: Exception) -> None:
        """Set aside what can never succeed, or what a bug of ours keeps from succeeding."""
        if not isinstance(error, RowRefused):
            _log.error("an order could not be carried out", kind=type(order).__name__, exc_info=error)
        self._set_aside(order, error)
        if isinstance(order, OpenSession) and key_of(RecordCall(order.record)) not in self._pending:
            self.order(RecordCall(order.record))  # the call itself may well be written down; its line may be gone

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
