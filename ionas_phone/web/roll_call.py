"""Whose tabs may go on: all log-ins with an open tab, asked for at once. Rule: no answer is older than ``fresh``.

One by one, each with a way to the database of its own, they would cost more than the calls of a quiet day. A log-in
that is revoked on a page of ours does not wait for this: its streams are ended at once. A look that failed has
failed for all who waited for it: if each of them waited for a database that hangs, none would get its beat in time.
"""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from ionas_phone.errors import StoreAway
from ionas_phone.store import logins
from ionas_phone.web.access import LogIn
from ionas_phone.web.context import Context

_SHARE: Final = 3  # how often all are asked for while each of them asks once


class RollCall:
    """The log-ins that were asked for lately, as the database knew them at the last look."""

    def __init__(self, world: Context) -> None:
        """Begin with nobody asked for."""
        self._world = world
        self._fresh = world.times.beat / _SHARE  # seconds
        self._asked: dict[bytes, float] = {}  # token's hash -> monotonic second at which it was asked for last
        self._found: dict[bytes, LogIn | None] = {}
        self._at = float("-inf")
        self._failed_at = float("-inf")
        self._looking = asyncio.Lock()

    def join(self, token_hash: bytes) -> None:
        """Have a tab's log-in asked for with the others from now on: in a while it will want to know."""
        self._asked[token_hash] = self._world.monotonic()

    async def again(self, token_hash: bytes) -> LogIn | None:
        """Return a log-in as it stands now; None if it holds no more. Raises StoreAway."""
        async with self._looking:
            now = self._asked[token_hash] = self._world.monotonic()
            if now - self._failed_at < self._fresh:
                raise StoreAway
            if now - self._at >= self._fresh or token_hash not in self._found:
                await self._look(now)
            return self._found[token_hash]

    async def _look(self, now: float) -> None:
        lately = now - 2 * _SHARE * self._fresh  # whoever has not asked since has closed their tab
        self._asked = {one: at for one, at in self._asked.items() if at >= lately}
        wanted = tuple(self._asked)
        try:
            async with self._world.database.glance() as connection:
                found = await logins.find_all(connection, wanted, self._world.now())
        except StoreAway:
            self._failed_at = self._world.monotonic()  # when it was known, perhaps long after it was asked
            raise
        self._found = {one: LogIn(one, *found[one]) if one in found else None for one in wanted}
        self._at = now


ROLL_CALL: Final = web.AppKey("roll_call", RollCall)
