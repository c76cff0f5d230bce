"""One inbox, one task: event -> Live.apply -> effects. Rule: nobody else changes the picture, and nothing here waits.

A fact that our own code can't digest is logged with its kind, the picture is doubted, and the engine lives on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from ionas_phone.live.effects import Effect, TakeSnapshot
from ionas_phone.live.events import Event, PbxEvent, TimePassed
from ionas_phone.live.state import Live

_log = structlog.get_logger(__name__)
_SET = timedelta(seconds=2)  # more than a clock that is kept right by itself ever jumps
_AT_ONCE = 500  # facts applied before the loop may look after sockets again


class Engine:
    """The task that owns the live picture. ``perform`` carries out an effect without waiting."""

    def __init__(
        self,
        live: Live,
        perform: Callable[[Effect, float], None],
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        """``failed`` is called for each fact that our own code could not digest."""
        self.live = live
        self._perform = perform
        self._now = now
        self._monotonic = monotonic
        self._failed = failed
        self._inbox: deque[tuple[Event, float]] = deque()
        self._woken = asyncio.Event()
        self._clock, self._passed = now(), monotonic()  # both clocks at the last look

    def post(self, event: Event) -> None:
        """Put one of our own facts into the inbox."""
        self.deliver(event, self._monotonic())

    def deliver(self, event: Event, received: float) -> None:
        """Put a fact into the inbox; ``received``: monotonic second at which its bytes had arrived."""
        self._inbox.append((event, received))
        self._woken.set()

    async def run(self) -> None:
        """Apply facts for ever, and ``TimePassed`` whenever the picture's next deadline has come."""
        while True:
            await self._wait()
            self.work()
            await asyncio.sleep(0)

    def work(self) -> bool:
        """Apply what lies in the inbox, and the deadline if it has come; tell whether more lies there."""
        self._mind_the_clock()
        for _ in range(min(len(self._inbox), _AT_ONCE)):
            self._apply(*self._inbox.popleft())
        if self._inbox:
            self._woken.set()
        deadline = self.live.next_deadline()
        now = self._now()
        if deadline and deadline <= now:
            self._apply(TimePassed(at=now), self._monotonic())
        return bool(self._inbox)

    async def _wait(self) -> None:
        deadline = self.live.next_deadline()
        seconds = max((deadline - self._now()).total_seconds(), 0.0) if deadline else None
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    def _mind_the_clock(self) -> None:
        """Notice that the clock was set: deadlines are instants, and would come too late or too early."""
        now, passed = self._now(), self._monotonic()
        by = (now - self._clock) - timedelta(seconds=passed - self._passed)
        self._clock, self._passed = now, passed
        if abs(by) > _SET:
            _log.warning("the clock was set, or the machine slept", seconds=by.total_seconds())
            self._apply(TimePassed(at=now, by=by), passed)

    def _apply(self, event: Event, received: float) -> None:
        try:
            for effect in self.live.apply(event, self._now()):
                self._perform(effect, received)
        except Exception:  # noqa: BLE001 - a bug of ours: say the fact's kind (never its content), look anew, live on
            _log.exception("a fact could not be applied", kind=type(event).__name__)
            self._failed()
            if isinstance(event, PbxEvent):
                self._perform(TakeSnapshot(event.pbx, "a fact could not be applied"), received)
