"""Looks around by itself, every few seconds. Rule: what it finds it tells as a fact; it decides nothing.

Is the database there, and does it take what is written? Is this service still the only one? Who sits where (people are
added and moved by the command line, too)? Who used the pages is written down here, since no request may wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from ionas_phone.errors import Conflict, Contended, StoreAway
from ionas_phone.live.events import DatabaseSeen, DirectoryRead, Event, SightKept
from ionas_phone.live.nouns import Assistant
from ionas_phone.runtime.records import Records
from ionas_phone.runtime.timers import Timers
from ionas_phone.runtime.writer import Writer
from ionas_phone.store.sole import Sole

PAUSE = 5.0  # seconds between two looks
_log = structlog.get_logger(__name__)


class Lookout:
    """The task. ``post`` takes facts, ``seat`` whoever sits where, ``note_uses`` writes down who used the pages."""

    def __init__(  # noqa: PLR0913, PLR0917 - it looks at all of these
        self,
        records: Records,
        sole: Sole,
        writer: Writer,
        timers: Timers,
        post: Callable[[Event], None],
        seat: Callable[[DirectoryRead], None],
        note_uses: Callable[[], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        """Take whom to ask and whom to tell."""
        self._records = records
        self._sole = sole
        self._writer = writer
        self._timers = timers
        self._post = post
        self._seat = seat
        self._note_uses = note_uses
        self._now = now
        self._known: tuple[Assistant, ...] | None = (
            None  # the first look tells it again, whatever was read at the start
        )
        self._alone = True

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(PAUSE)
            await self.turn()

    async def turn(self) -> None:
        """Look once."""
        self._post(SightKept(at=self._now()))
        try:
            found = await self._records.directory()
            await self._note_uses()
            rival = await self._stay_alone()
        except Contended:  # it is there, and busy with somebody; the next look comes soon
            return
        except StoreAway as error:
            self._post(DatabaseSeen(at=self._now(), up=False, reason=error.message))
            return
        if trouble := self._timers.trouble:  # it can be read, but not written
            self._post(DatabaseSeen(at=self._now(), up=False, reason=trouble))
        elif self._writer.up:
            self._post(DatabaseSeen(at=self._now(), up=True, reason=rival))
        if found != self._known:
            self._known = found
            fact = DirectoryRead(at=self._now(), assistants=found)
            self._post(fact)
            self._seat(fact)

    async def _stay_alone(self) -> str:
        """See that no other service has taken over the database while it, or the way to it, was away.

        Return the sentence that tells people of one, "" if there is none; this one goes on serving: calls are seen.
        """
        try:
            await self._sole.keep()
        except Conflict as error:
            if self._alone:
                _log.error("two services use one database", reason=str(error))
            self._alone = False
            return error.message
        self._alone = True
        return ""
