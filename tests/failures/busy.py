"""A busy line: customers of every kind call a real Asterisk all the time. Rule: the caller's number says what comes.

Every call has a number of its own, so that nothing of it can be mixed up with another one. The desk phones know from
the number what to do; whoever is not reached, or is cut off, gives up by themselves. Nothing here looks at the service.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tests.lab import sip
from tests.lab.addition import LINES
from tests.lab.phones import LINE, Customers, Phone
from tests.lab.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.lab.asterisk import Asterisk
    from tests.lab.legs import Leg

QUEUES = ("ringall", "first", "second")  # of the laboratory's addition; names at the PBX are "lab-…"
AT_ONCE = 5  # customers; three of them at most can talk
RING, TALK, HELD = 0.3, 1.0, 0.4  # seconds
PATIENCE = 9.0  # seconds a customer stays who is never answered
_DIGITS = len("+4961315550100")
EXTENSIONS = ("201", "202", "203")


class Kind(StrEnum):
    """What becomes of a call."""

    ANSWERED = auto()  # the customer hangs up
    ASSISTANT_ENDS = auto()
    GIVES_UP = auto()  # a phone rings, or none is free; the customer hangs up
    DECLINED = auto()  # by the first phone; the next one answers
    RINGS_OUT = auto()  # the first phone is not answered; the next one is
    HELD = auto()
    BLIND = auto()  # sent on by REFER
    ATTENDED = auto()  # sent on after a question, by REFER with Replaces
    UNWANTED = auto()  # everybody declines until the queue gives the caller up
    HIDDEN = auto()  # the number is suppressed
    RING_ALL = auto()
    CHAIN = auto()  # a queue after a queue
    COLLEAGUE = auto()  # one assistant rings another
    OUTWARD = auto()  # an assistant rings a customer


LINE_OF = {Kind.RING_ALL: LINES["ringall"], Kind.CHAIN: LINES["chain"]}
DIALS = (Kind.COLLEAGUE, Kind.OUTWARD)


@dataclass(eq=False)
class Visit:
    """One customer's call. ``reached``: the last one who should talk with them does. ``rung``: phones so far."""

    kind: Kind
    number: str
    rung: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)


class BusyLine:
    """Calls that go on all the time. ``visits``: all customers since the start, by number; ``done``: kinds, ended."""

    def __init__(self, pbx: Asterisk, at_once: int = AT_ONCE) -> None:
        self.pbx = pbx
        self.kinds = tuple(Kind)
        self._at_once = at_once
        self.visits: dict[str, Visit] = {}
        self.done: Counter[Kind] = Counter()
        self.phones: dict[str, Phone] = {}
        self.customers: Customers
        self._next = itertools.cycle(self.kinds)
        self._numbers = (f"+4961315550{n:03}" for n in itertools.cycle(range(100, 700)))
        self._stack = AsyncExitStack()
        self._group: asyncio.TaskGroup
        self._tasks: list[asyncio.Task[None]] = []
        self._resting = True

    @classmethod
    @contextlib.asynccontextmanager
    async def on(cls, pbx: Asterisk, at_once: int = AT_ONCE) -> AsyncIterator[BusyLine]:
        """Have phones signed in and customers calling; ``pbx`` was started with the queues ``QUEUES``."""
        line = cls(pbx, at_once)
        async with asyncio.TaskGroup() as line._group:
            try:
                await line.begin()
                yield line
            finally:
                await line.drop()

    async def begin(self) -> None:
        """Sign the phones in and let customers call."""
        self.customers = await self._stack.enter_async_context(Customers.of(self.pbx))
        for extension in EXTENSIONS:
            self.phones[extension] = await self._stack.enter_async_context(Phone.registered(self.pbx, extension))
        for phone in self.phones.values():
            self._start(self._sit(phone))
        self._start(self._answer_outside())
        self.go_on()

    async def rest(self) -> None:
        """Let all calls come to their end, and begin no other one."""
        self._resting = True
        await until(lambda: not self._open(), "the busy line to come to rest", PATIENCE + 5)

    def go_on(self) -> None:
        """Begin new calls again after ``rest``."""
        self._resting = False
        for _ in range(self._at_once):
            self._start(self._call_again_and_again())

    async def drop(self) -> None:
        """Everybody is gone at once, phones signed out if there is anybody to tell. ``begin`` starts anew."""
        self._resting = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self._stack.aclose()

    async def until_done(self, *kinds: Kind, times: int = 1) -> None:
        """Return when so many more calls of each of these kinds (all, if none is named) have come to their end."""
        wanted = {kind: self.done[kind] + times for kind in kinds or self.kinds}
        await until(lambda: all(self.done[kind] >= n for kind, n in wanted.items()), f"calls of {[*wanted]}", 60)

    async def until_over(self, calls: int = 5) -> None:
        """Return when so many more calls of any kind have come to their end."""
        wanted = self.done.total() + calls
        await until(lambda: self.done.total() >= wanted, f"{calls} calls to end", 60)

    # -- customers -----------------------------------------------------------------------------------------------------

    async def _call_again_and_again(self) -> None:
        while not self._resting:
            kind = next(self._next)
            with contextlib.suppress(TimeoutError):  # cut off: the switchboard answers nobody any more
                await (self._dial(kind) if kind in DIALS else self._visit(kind))
                self.done[kind] += 1

    async def _visit(self, kind: Kind) -> None:
        """One customer rings, stays as long as this kind does, and hangs up if nobody else has."""
        visit = Visit(kind, next(self._numbers))
        self.visits[visit.number] = visit
        if kind is Kind.HIDDEN:
            leg = self.customers.call_anonymously(asserted=visit.number)
        else:
            leg = self.customers.call(visit.number, f"Kunde {visit.number[-3:]}", to=LINE_OF.get(kind, LINE))
        if kind is Kind.GIVES_UP:
            await leg.until(leg.answered)
            await stays(leg, 2 * TALK)
        else:
            await first(leg.ended, visit.reached, PATIENCE)
            await stays(leg, PATIENCE if kind is Kind.ASSISTANT_ENDS else TALK)
        if not leg.ended.is_set():
            await leg.hang_up()

    async def _answer_outside(self) -> None:
        """Customers who are called answer, and stay until the assistant hangs up."""
        while True:
            leg = await self.customers.calls.get()
            leg.ring()
            leg.answer()

    # -- assistants ----------------------------------------------------------------------------------------------------

    async def _dial(self, kind: Kind) -> None:
        """One assistant rings a colleague or a customer, talks and hangs up."""
        customer = "0" + next(self._numbers).removeprefix("+49")
        leg = self.phones["203"].dial("202" if kind is Kind.COLLEAGUE else customer)
        await leg.until(leg.answered)
        await stays(leg, TALK)
        if not leg.ended.is_set():
            await leg.hang_up()

    async def _sit(self, phone: Phone) -> None:
        while True:
            self._start(self._ring(phone, await phone.calls.get()))

    async def _ring(self, phone: Phone, leg: Leg) -> None:
        """Do what the caller's number says."""
        visit = self._visit_of(leg)
        leg.ring()
        if visit is None:  # a colleague
            leg.answer()
            return
        visit.rung += 1
        await stays(leg, RING)
        first_time = visit.rung == 1
        if visit.kind in {Kind.UNWANTED, Kind.DECLINED} and (first_time or visit.kind is Kind.UNWANTED):
            leg.reject(603)
        elif not leg.ended.is_set() and not (visit.kind is Kind.GIVES_UP or (first_time and self._is_late(visit))):
            leg.answer()
            with contextlib.suppress(TimeoutError):  # the caller gave up in this very moment, or was cut off
                await leg.until(leg.answered)
                await self._talk(phone, leg, visit)

    def _is_late(self, visit: Visit) -> bool:
        return visit.kind in {Kind.RINGS_OUT, Kind.CHAIN}

    async def _talk(self, phone: Phone, leg: Leg, visit: Visit) -> None:
        again = visit.rung > 1
        if visit.kind is Kind.HELD:
            leg.hold()
            await stays(leg, HELD)
            leg.unhold()
        elif visit.kind is Kind.ASSISTANT_ENDS:
            await stays(leg, TALK)
            await leg.hang_up()
        elif visit.kind is Kind.BLIND and not again:
            await stays(leg, HELD)
            leg.refer(colleague_of(phone))
            await leg.until(leg.accepted)
            await leg.gone()
            return
        elif visit.kind is Kind.ATTENDED:
            await self._ask_and_hand_over(phone, leg)
        visit.reached.set()

    async def _ask_and_hand_over(self, phone: Phone, leg: Leg) -> None:
        leg.hold()
        question = phone.dial(colleague_of(phone))
        await question.until(question.answered)
        await stays(question, HELD)
        leg.refer(colleague_of(phone), replaces=question)
        await leg.until(leg.accepted)
        await leg.gone()
        await question.gone()

    def _visit_of(self, leg: Leg) -> Visit | None:
        caller = sip.user(leg.theirs)
        if caller in EXTENSIONS:
            return None
        hidden = [v for v in self.visits.values() if v.kind is Kind.HIDDEN and not v.reached.is_set()]
        return (
            self.visits.get(caller[:_DIGITS]) or hidden[-1]
        )  # what a stranger has put behind the number is no part of it

    # -- all of them ---------------------------------------------------------------------------------------------------

    def _start(self, work: object) -> None:
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(self._group.create_task(work))  # type: ignore[arg-type]

    def _open(self) -> list[Leg]:
        return list(self._legs())

    def _legs(self) -> Iterator[Leg]:
        for agent in (self.customers, *self.phones.values()):
            yield from (leg for leg in agent.legs.values() if not leg.ended.is_set())


def colleague_of(phone: Phone) -> str:
    """Return the extension of whoever sits next to this phone."""
    return EXTENSIONS[(EXTENSIONS.index(phone.name) + 1) % len(EXTENSIONS)]


async def stays(leg: Leg, seconds: float) -> None:
    """Return after so long, or as soon as the call is over here."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await leg.ended.wait()


async def first(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    """Return when one of the two has happened, or after so long."""
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(event.wait()) for event in (one, other)]
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
