"""Ends timers at their limit, and is the service's heartbeat. Rule: the store decides what is due; this only asks.

When a timer reaches its limit is a column: whoever looks, and whenever, it ends exactly then. So a service that was
away, a loop that was late or a database that could not be reached change nothing but when it is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from ionas_phone.errors import Contended, StoreAway
from ionas_phone.runtime.rounds import Rounds
from ionas_phone.store import outages, timers
from ionas_phone.store.database import Database
from ionas_phone.support.time_entries import doubts

BEAT = 5.0  # seconds between two heartbeats
_log = structlog.get_logger(__name__)


class Timers:
    """The task that looks after running timers. ``changed(session id, assistant's log-in name)`` says what is stale."""

    def __init__(
        self,
        database: Database,
        changed: Callable[[int, str], None],
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        """Take the store, who is to be told, and both clocks."""
        self._database = database
        self._changed = changed
        self._now = now
        self._monotonic = monotonic
        self._run: int | None = None
        self._beaten = 0.0  # monotonic second of the last heartbeat
        self._beaten_at = now()  # and its instant
        self._doubted = False  # time has come into doubt, and not everybody was told
        self._looked: datetime | None = None  # the instant of the last look
        self._rounds = Rounds(self._try)
        self.trouble = ""  # why the database does not take heartbeats, in words; "" while it does

    async def start(self) -> None:
        """Mark what ran while the service was away; before the first page is served. Raises StoreAway."""
        async with self._database.write() as connection:
            at, beaten = self._now(), self._monotonic()
            run = await outages.begin(connection, at)
            await timers.arm_all(connection)
        self._run, self._beaten, self._beaten_at = run, beaten, at

    def look(self) -> None:
        """Look again now: a timer was started, or its limit was moved."""
        self._rounds.ask()

    async def run(self) -> None:
        """Look after timers for ever."""
        await self._rounds.run()

    async def stop(self) -> None:
        """Say a last time that the service was there, so that no more than its absence is in doubt."""
        try:
            await self._beat()
        except StoreAway as error:
            _log.warning("the last heartbeat could not be written", reason=str(error))

    async def turn(self) -> float:
        """Do all that is due; return the seconds until something will be. Raises StoreAway."""
        if self._run is None:
            await self.start()
        elif self._monotonic() - self._beaten >= BEAT:
            self._doubted = await self._beat() or self._doubted
        async with self._database.glance() as connection:
            found = await timers.running(connection)
        before, now = self._looked, self._now()
        soon = max(BEAT - (self._monotonic() - self._beaten), 0.0)
        for timer in found:
            if self._doubted:
                self._changed(timer.session_id, timer.assistant)
            if timer.limit_at <= now:
                await self._expire(timer)
                continue
            if timer.warn_at <= now and (before is None or before < timer.warn_at):
                self._changed(timer.session_id, timer.assistant)
            due = timer.limit_at if timer.warn_at <= now else timer.warn_at
            soon = min(soon, (due - now).total_seconds())
        self._looked, self._doubted = now, False
        return soon

    async def _expire(self, timer: timers.Running) -> None:
        async with self._database.write() as connection:
            ended = await timers.expire(connection, timer.session_id, self._now())
        if ended:
            _log.info("a timer has reached its limit", session=timer.session_id)
            self._changed(timer.session_id, timer.assistant)

    async def _beat(self) -> bool:
        """Say that the service is there; tell whether time since the last beat is in doubt. Raises StoreAway."""
        if self._run is None:
            return False
        at, monotonic = self._now(), self._monotonic()
        passed = timedelta(seconds=monotonic - self._beaten)
        async with self._database.write() as connection:
            run = await outages.beat(connection, self._run, at, passed, self._beaten_at)
        doubtful = bool(doubts(self._beaten_at, at, passed))
        self._run, self._beaten, self._beaten_at = run, monotonic, at
        return doubtful

    async def _try(self) -> float:
        """Do a turn; while the database is away, say so once and try again with the next heartbeat."""
        try:
            seconds = await self.turn()
        except Contended:  # somebody else was faster; at once it is our turn
            return 0.0
        except StoreAway as error:
            if not self.trouble:
                _log.warning("timers can't be looked after at the moment", reason=str(error))
            self.trouble = error.message
            return BEAT
        self.trouble = ""
        return seconds
