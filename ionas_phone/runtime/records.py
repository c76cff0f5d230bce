"""What the picture orders of the store, and remembers from there. Rule: one transaction per order, safe to do twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from ionas_phone.live.effects import HandOverSession, KeepSight, LookUpCaller, OpenSession, RecordGap
from ionas_phone.live.events import (
    CallerRecognised,
    CallsRemembered,
    DirectoryRead,
    Event,
    SessionHandedOver,
    SessionOpened,
)
from ionas_phone.live.nouns import Assistant, RememberedCall
from ionas_phone.runtime.orders import Order
from ionas_phone.store import calls, customer_numbers, customers, sessions, sight, users
from ionas_phone.store.database import Database


class Records:
    """The store as the live picture uses it. All methods raise StoreAway or RowRefused."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """Take the database and our clock."""
        self._database = database
        self._now = now

    async def carry_out(self, order: Order) -> list[Event]:
        """Do one order; return the facts that follow from it."""
        if isinstance(order, LookUpCaller):
            async with self._database.read() as connection:
                matches = await customer_numbers.matches(connection, order.number)
            return [CallerRecognised(at=self._now(), call=order.call, matches=matches)]
        if isinstance(order, OpenSession):
            async with self._database.write() as connection:
                opened = await sessions.open_for_call(connection, order.record, order.at)
            call = order.record.call
            return [SessionOpened(at=self._now(), call=call, session_id=opened.session_id, customer=opened.customer)]
        if isinstance(order, KeepSight | RecordGap):
            await self._keep_sight(order)
            return []
        if isinstance(order, HandOverSession):
            async with self._database.write() as connection:
                await sessions.hand_over(connection, order.session_id, order.login, order.at)
            return [SessionHandedOver(at=self._now(), call=order.call, login=order.login)]
        async with self._database.write() as connection:
            await calls.record(connection, order.record)
        return []

    async def _keep_sight(self, order: KeepSight | RecordGap) -> None:
        async with self._database.write() as connection:
            if isinstance(order, KeepSight):
                await sight.keep(connection, order.pbx, order.at, order.counts)
            else:
                await sight.record(connection, order.gap)

    async def directory(self) -> tuple[Assistant, ...]:
        """Return who sits at which phone."""
        async with self._database.read() as connection:
            return await users.directory(connection)

    async def some_caller(self) -> tuple[str, str] | None:
        """Return number and name of some customer with a phone, for practising; None if there is none."""
        async with self._database.read() as connection:
            return await customers.some_caller(connection)

    async def start(self, pbxes: Iterable[str]) -> tuple[Event, ...]:
        """Return what the picture must know before a PBX says a word: the people, and calls that had not ended."""
        directory = DirectoryRead(at=self._now(), assistants=await self.directory())
        old: list[RememberedCall] = []
        seen: list[Event] = []
        async with self._database.read() as connection:
            for pbx in pbxes:
                old += await calls.open_calls(connection, pbx)
                seen.append(await sight.remembered(connection, pbx, self._now()))
        return directory, CallsRemembered(at=self._now(), calls=tuple(old)), *seen
