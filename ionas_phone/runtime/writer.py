"""Carries out what must reach the store. Rule: in order, level-triggered, in nobody's way, nothing dropped unseen.

What is pending is a table, not a queue: a call written down twice before the database answers is written once. While
the database is away all waits and is tried again; a write that can never succeed is set aside visibly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from ionas_phone.errors import RowRefused, StoreAway
from ionas_phone.live.effects import (
    Effect,
    HandOverSession,
    KeepSight,
    LookUpCaller,
    OpenSession,
    RecordCall,
    RecordGap,
)
from ionas_phone.live.events import DatabaseSeen, Event, WriteSetAside
from ionas_phone.words import N_

_log = structlog.get_logger(__name__)
_FIRST, _LONGEST = 0.1, 2.0  # seconds between two tries while the database is away

Order = RecordCall | LookUpCaller | OpenSession | HandOverSession | KeepSight | RecordGap
Key = tuple[type[Effect], object]

_SENTENCES: dict[type[Effect], str] = {
    RecordCall: N_("A call could not be written down; its record is missing or old."),
    LookUpCaller: N_("A caller's number could not be looked up."),
    OpenSession: N_(
        "A support session could not be opened: note on paper what this call is about, and tell the administrator."
    ),
    KeepSight: N_("When the switchboard was last seen could not be written down."),
    RecordGap: N_("A gap in what was seen could not be written down."),
    HandOverSession: N_("A support session could not be handed over to who talks now."),
}


def key_of(order: Order) -> Key:
    """Return what makes a later order replace an earlier one."""
    if isinstance(order, KeepSight):
        return type(order), order.pbx
    if isinstance(order, RecordGap):
        return type(order), order.gap
    return type(order), order.record.call if isinstance(order, RecordCall | OpenSession) else order.call


class Writer:
    """The one task that writes for the live picture. ``carry_out`` does one order and returns the facts that follow."""

    def __init__(
        self,
        carry_out: Callable[[Order], Awaitable[list[Event]]],
        post: Callable[[Event], None],
        now: Callable[[], datetime],
    ) -> None:
        """Begin with nothing pending."""
        self._carry_out = carry_out
        self._post = post
        self._now = now
        self._pending: dict[Key, Order] = {}
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._up = True

    def order(self, order: Order) -> None:
        """Take an order; a newer one of the same kind for the same call takes the older one's place."""
        self._pending[key_of(order)] = order
        self._idle.clear()
        self._woken.set()

    async def run(self) -> None:
        """Carry out orders for ever."""
        pause = _FIRST
        while True:
            await self._woken.wait()
            if await self._next():
                pause = _FIRST
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST)

    async def drained(self) -> None:
        """Wait until nothing is pending (bound it by a time-out)."""
        await self._idle.wait()

    @property
    def up(self) -> bool:
        """Whether the database took what was last tried."""
        return self._up

    def pending(self) -> int:
        """Count what is not written yet."""
        return len(self._pending)

    async def _next(self) -> bool:
        """Carry out the oldest order; False if the database is away."""
        key, order = next(iter(self._pending.items()))
        facts: list[Event] = []
        try:
            facts = await self._carry_out(order)
        except StoreAway as error:
            self._say(up=False, reason=error.message)
            return False
        except RowRefused as error:
            self._set_aside(order, error)
        except Exception as error:  # noqa: BLE001 - a bug of ours must not hold up the other writes
            _log.exception("an order could not be carried out", kind=type(order).__name__)
            self._set_aside(order, error)
        self._say(up=True)
        if self._pending.get(key) is order:  # else a newer one came meanwhile and is still to be done
            del self._pending[key]
        for fact in facts:
            self._post(fact)
        if not self._pending:
            self._woken.clear()
            self._idle.set()
        return True

    def _say(self, *, up: bool, reason: str = "") -> None:
        if up != self._up:
            self._up = up
            self._post(DatabaseSeen(at=self._now(), up=up, reason=reason))

    def _set_aside(self, order: Order, error: Exception) -> None:
        _log.error("a write was set aside", kind=type(order).__name__, error=repr(error))
        self._post(WriteSetAside(at=self._now(), what=_SENTENCES[type(order)]))
