"""What boards show of the store, at hand in memory. Rule: no board waits for the database.

It is read again every half minute, when somebody has changed something, and at midnight. In between nothing is lost: a
call stays in the live picture for minutes after its end, and what the picture knows lies over what was read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Final

import structlog

from ionas_phone.errors import StoreAway
from ionas_phone.runtime.rounds import Rounds
from ionas_phone.store import day
from ionas_phone.store.database import Database
from ionas_phone.store.day import Day
from ionas_phone.support.service_levels import day_around, day_before

PAUSE: Final = 30.0  # seconds between two reads; far less than live.channels.TOMBSTONE
_LEAST: Final = 0.1  # seconds
_log = structlog.get_logger(__name__)


class DayBook:
    """The task that reads. ``changed`` is called when boards have something new to show."""

    def __init__(
        self, database: Database, changed: Callable[[], None], now: Callable[[], datetime], zone: tzinfo
    ) -> None:
        """Begin with nothing read; ``zone``: whose days are counted."""
        self._database = database
        self._changed = changed
        self._now = now
        self._zone = zone
        self._rounds = Rounds(self.turn)
        self.read: Day | None = None  # None: nothing yet
        self.away: StoreAway | None = None  # why what was read is old

    def look(self) -> None:
        """Read again now: something was changed."""
        self._rounds.ask()

    async def run(self) -> None:
        """Read for ever."""
        await self._rounds.run()

    async def turn(self) -> float:
        """Read once; return the seconds until the next time."""
        now = self._now()
        begin, midnight = day_around(now, self._zone)
        try:
            async with self._database.read() as connection:
                self.read, self.away = await day.read(connection, begin, now, day_before(now, self._zone)), None
        except StoreAway as error:
            if not self.away:
                _log.warning("the figures of the day can't be read at the moment", reason=str(error))
            self.away = error
        self._changed()  # also without news: who waits has waited for longer now, and the date may be another
        return max(min(PAUSE, (midnight - self._now()).total_seconds()), _LEAST)
