"""Forgets what nobody needs any more. Rule: only what has ended long ago, and never more than the law lets us.

That somebody signed in and out stays in the audit log; what goes is the token's hash and the browser's description.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from ionas_phone.errors import StoreAway
from ionas_phone.store import logins
from ionas_phone.store.database import Database

LOGINS_KEPT = timedelta(days=30)  # after a log-in has ended
_PAUSE = 3600.0  # seconds between two looks
_log = structlog.get_logger(__name__)


class Retention:
    """The task that cleans up, at the start and every hour."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """Take the store and our clock."""
        self._database = database
        self._now = now

    async def run(self) -> None:
        """Clean up for ever; while the database is away there is no hurry."""
        while True:
            try:
                await self.turn()
            except StoreAway as error:
                _log.info("nothing is cleaned up at the moment", reason=str(error))
            await asyncio.sleep(_PAUSE)

    async def turn(self) -> None:
        """Clean up once. Raises StoreAway."""
        async with self._database.write() as connection:
            gone = await logins.purge(connection, self._now() - LOGINS_KEPT)
        if gone:
            _log.info("log-ins that ended long ago were forgotten", count=gone)
