"""What the picture orders of the store, and remembers from there. Rule: all of a batch or none, safe to do twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog

from ionas_phone.errors import Contended
from ionas_phone.live.answers import CallWritten
from ionas_phone.live.effects import (
    CallRecord,
    HandOverSession,
    KeepSight,
    LookUpCaller,
    OpenSession,
    Outcome,
    RecordCall,
    RecordGap,
)
from ionas_phone.live.events import (
    CallerRecognised,
    CallsRemembered,
    DirectoryRead,
    Event,
    SessionHandedOver,
    SessionOpened,
)
from ionas_phone.live.nouns import Assistant, CallKey, RememberedCall
from ionas_phone.runtime.orders import Order
from ionas_phone.store import calls, customer_numbers, customers, sessions, sight, users
from ionas_phone.store.database import Connection, Database

_AGAIN = 5  # times; each time somebody else has got on
_log = structlog.get_logger(__name__)


class Records:
    """The store as the live picture uses it. All methods raise StoreAway or RowRefused."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """Take the database and our clock."""
        self._database = database
        self._now = now
        self._talked: set[CallKey] = set()  # calls that go on, of which it is known that somebody answered

    async def carry_out(self, orders: Sequence[Order]) -> list[Event]:
        """Do a batch of orders (see ``orders.batches``) in one transaction; return the facts that follow from them.

        If it and somebody else's stood in each other's way, it is done again at once: the database is not away.
        """
        for _ in range(_AGAIN):
            try:
                return await self._carried_out(orders)
            except Contended as error:
                _log.info("a batch gave way to somebody else's and is done again", count=len(orders), why=error.detail)
        return await self._carried_out(orders)

    async def _carried_out(self, orders: Sequence[Order]) -> list[Event]:
        if all(isinstance(order, LookUpCaller) for order in orders):
            async with self._database.glance() if len(orders) == 1 else self._database.read() as connection:
                return [fact for order in orders for fact in await self._do(connection, order)]
        async with self._database.write() as connection:
            facts = [fact for order in orders for fact in await self._do(connection, order)]
            records = [order.record for order in orders if isinstance(order, RecordCall)]
            await calls.record_all(connection, records)
        self._talked |= {
            order.record.call for order in orders if isinstance(order, OpenSession)
        }  # told as SessionOpened
        missed = [self._tells(record) for record in records]
        if records:  # one of them says it of all
            facts.append(CallWritten(at=self._now(), call=records[0].call, missed=any(missed)))
        return facts

    def _tells(self, record: CallRecord) -> bool:
        """Tell whether who was missed may be others now: somebody answered, or nobody; how long they talked is none."""
        known, over = record.call in self._talked, record.outcome is not Outcome.OPEN
        if over:
            self._talked.discard(record.call)
        elif record.answered_at:
            self._talked.add(record.call)
        return not known and (over or record.answered_at is not None)

    async def _do(self, connection: Connection, order: Order) -> list[Event]:
        """Do one order, but for calls, which are written down together."""
        match order:
            case LookUpCaller(call, number):
                matches = await customer_numbers.matches(connection, number)
                return [CallerRecognised(at=self._now(), call=call, matches=matches)]
            case OpenSession(record, at):
                return [_told(self._now(), record.call, await sessions.open_for_call(connection, record, at))]
            case HandOverSession(call, session_id, login, at, before):
                await sessions.hand_over(connection, session_id, login, at)
                return [SessionHandedOver(at=self._now(), call=call, login=login, before=before)]
            case KeepSight(pbx, at, counts):
                await sight.keep(connection, pbx, at, counts)
            case RecordGap(gap):
                await sight.record(connection, gap)
        return []

    async def directory(self) -> tuple[Assistant, ...]:
        """Return who sits at which phone."""
        async with self._database.glance() as connection:
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


def _told(at: datetime, call: CallKey, opened: sessions.Opened) -> SessionOpened:
    return SessionOpened(
        at=at,
        call=call,
        session_id=opened.session_id,
        customer=opened.customer,
        holder=opened.holder,
        fresh=opened.fresh,
    )
